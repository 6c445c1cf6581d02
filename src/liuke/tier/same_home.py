"""Phones and addresses in one spelling each, so that the same one is found again however it was written."""

import pyarrow as pa
import pyarrow.compute as pc

_LEAST_PHONE_DIGITS = 7
_LEAST_ADDRESS_LENGTH = 6
_BETWEEN = "\ue000"  # a private character that stands for whatever keeps two numbers apart

# In this order: what a number begins with, and what that becomes. A mobile number is 1 and ten more digits.
_PREFIXES = (
    (r"^(?:\+86|0086|86)0?(1[3-9]\d{9})$", r"\1"),  # a mobile number with the country before it
    (r"^0(1[3-9]\d{9})$", r"\1"),  # dialled from another city, as one used to
    (r"^(?:\+86|0086)0?(\d+)$", r"0\1"),  # a landline with the country before it gets its trunk 0 back
    (r"^00([1-9]\d+)$", r"+\1"),  # abroad
)
_ONE_DIGIT = rf"^\+?(?:{'|'.join(f'{digit}+' for digit in range(10))})$"


def normalise_phones(phones: pa.Array) -> pa.Array:
    """Chinese numbers as dialled at home, others with + and the country; null for what is no number.

    Full-width digits, blanks, brackets and dashes are folded, an extension is left off. Numbers of fewer
    than seven digits, and of one digit over and over, are placeholders, not numbers.

    >>> normalise_phones(pa.array(["+86 139-0013-8000", "０１３９００１３８０００", "0000000"])).to_pylist()
    ['13900138000', '13900138000', None]
    """
    text = pc.utf8_normalize(phones.cast(pa.string()), form="NFKC")
    text = pc.replace_substring_regex(text, r"(?i)\s*(转|分机|ext\.?|x|#).*$", "")
    text = pc.replace_substring_regex(text, r"[^\d+]|\b\+\B", "")
    for written, meant in _PREFIXES:
        text = pc.replace_substring_regex(text, written, meant)
    dummy = pc.match_substring_regex(text, _ONE_DIGIT)
    sound = pc.match_substring_regex(text, rf"^\+?\d{{{_LEAST_PHONE_DIGITS},}}$")
    return pc.if_else(pc.and_not(sound, dummy), text, pa.scalar(None, pa.string()))


def normalise_addresses(addresses: pa.Array) -> pa.Array:
    """Addresses without full-width forms, blanks, punctuation and capitals; null for what names no home.

    What stands between two numbers stays, as a dash: room 1-23 is not room 12-3.
    An address without any number (a town, a road) is not one home; nor is one of a few characters.

    >>> normalise_addresses(pa.array(["幸福路１２号，3-401", "幸福路 12号 3—401", "银盆岭"])).to_pylist()
    ['幸福路12号3-401', '幸福路12号3-401', None]
    """
    text = pc.utf8_lower(pc.utf8_normalize(addresses.cast(pa.string()), form="NFKC"))
    for _ in range(2):  # of 3-4-1 the first round sees 3-4 alone
        text = pc.replace_substring_regex(text, r"(\d)[\s\p{P}\p{S}]+(\d)", rf"\1{_BETWEEN}\2")
    text = pc.replace_substring_regex(text, r"[\s\p{P}\p{S}]+", "")
    text = pc.replace_substring(text, _BETWEEN, "-")
    numbered = pc.match_substring_regex(text, r"[0-9〇一二三四五六七八九十]")
    long = pc.greater_equal(pc.utf8_length(text), _LEAST_ADDRESS_LENGTH)
    return pc.if_else(pc.and_(numbered, long), text, pa.scalar(None, pa.string()))
