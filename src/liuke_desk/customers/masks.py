"""What a person sees of contact details before asking for them with a purpose."""

HIDDEN = "****"


def mask_phone(phone: str) -> str:
    """The first three and last four digits; short numbers show their last two only.

    >>> mask_phone("13812345678"), mask_phone("62345"), mask_phone("")
    ('138****5678', '****45', '')
    """
    if len(phone) >= 11:
        return phone[:3] + HIDDEN + phone[-4:]
    return HIDDEN + phone[-2:] if phone else ""


def mask_id_number(number: str) -> str:
    """The last two characters.

    >>> mask_id_number("11010519491231002X"), mask_id_number("")
    ('****2X', '')
    """
    return HIDDEN + number[-2:] if number else ""


def mask_name(name: str) -> str:
    """The first letter.

    >>> mask_name("王小明"), mask_name("Ann Lee"), mask_name("")
    ('王**', 'A**', '')
    """
    return name[:1] + "**" if name else ""
