"""Numbers as people and systems write them: 1,234.50  ￥12  (5)  １２  1e3."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.values.converted import Converted, matches
from liuke.ingest.values.text import half_width

# How many fen one unit of the source is worth.
FEN_PER_UNIT: Mapping[str, Decimal] = MappingProxyType(
    {
        "yuan": Decimal(100),
        "dollar": Decimal(100),
        "jiao": Decimal(10),
        "fen": Decimal(1),
        "cent": Decimal(1),
        "li": Decimal("0.1"),
        "wan": Decimal(1_000_000),
    }
)
LARGEST = 10**17  # in fen or whole numbers; far above any company, far below 2**63

_PLAIN = r"^[-+]?(\d+\.?\d*|\.\d+)$"
_SCIENTIFIC = r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"
_GROUPED = r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$"
_CURRENCY = r"^(\(?[-+]?)\s*(?:[¥￥$€£]|CNY|RMB|USD)\s*"
_NOT_FINITE = r"(?i)^[-+]?(nan|inf|infinity)$"
_DECIMALS = 18
_DECIMAL = pa.decimal256(60, _DECIMALS)
_LONGEST = 40  # characters of a number that the decimal can hold


def read_number(text: pa.Array) -> Converted:
    """Finite floats."""
    plain = _plain(text, allow_exponent=True)
    values = pc.cast(plain.values, pa.float64())
    return plain.with_values(values).refuse(pc.invert(pc.is_finite(values)), "not_finite")


def read_whole(text: pa.Array) -> Converted:
    """Whole numbers; 12.0 is one, 12.5 is refused."""
    exact = _decimal(text)
    rounded = pc.round(exact.values, ndigits=0)
    exact = exact.refuse(pc.not_equal(exact.values, rounded), "not_whole")
    return exact.with_values(pc.cast(exact.values, pa.int64()))


def read_fen(text: pa.Array, *, unit: str = "yuan") -> Converted:
    """Money of a unit as integer fen; a fraction of a fen is rounded half to even."""
    exact = _decimal(text)
    factor = pa.scalar(FEN_PER_UNIT[unit], pa.decimal256(10, 1))
    fen = pc.round(pc.multiply(exact.values, factor), ndigits=0, round_mode="half_to_even")
    exact = exact.with_values(fen)
    exact = exact.refuse(pc.greater_equal(pc.abs(fen), pa.scalar(Decimal(LARGEST), fen.type)), "too_big")
    return exact.with_values(pc.cast(exact.values, pa.int64()))


def _decimal(text: pa.Array) -> Converted:
    """Exact decimals below the largest number; an exponent is spelled out first."""
    plain = _plain(text, allow_exponent=True)
    spelled = _spell_out(plain.values)
    plain = plain.with_values(spelled).refuse(pc.greater(pc.utf8_length(spelled), _LONGEST), "too_big")
    values = pc.cast(_cut_decimals(plain.values), _DECIMAL)
    return plain.with_values(values).refuse(
        pc.greater_equal(pc.abs(values), pa.scalar(Decimal(LARGEST), _DECIMAL)), "too_big"
    )


def _plain(text: pa.Array, *, allow_exponent: bool) -> Converted:
    """The text as digits, a sign and a point; anything else is refused."""
    found = Converted.right(text)
    if pc.all(matches(pc.fill_null(text, "0"), _PLAIN)).as_py():
        return found
    text = half_width(text)
    text = pc.replace_substring_regex(text, _CURRENCY, r"\1")
    text = pc.replace_substring_regex(text, r"\s*元$", "")
    text = pc.replace_substring_regex(text, r"^\(([^-+()]*)\)$", r"-\1")
    grouped = matches(text, _GROUPED)
    text = pc.if_else(grouped, pc.replace_substring(text, ",", ""), text)
    found = found.with_values(text).refuse(matches(text, _NOT_FINITE), "not_finite")
    good = matches(text, _PLAIN)
    if allow_exponent:
        good = pc.or_(good, matches(text, _SCIENTIFIC))
    return found.refuse(pc.and_(pc.invert(good), pc.is_valid(text)), "bad_number")


def _spell_out(text: pa.Array) -> pa.Array:
    """Numbers with an exponent written in full; they are few, so one at a time is good enough."""
    scientific = matches(text, _SCIENTIFIC)
    if not pc.any(scientific).as_py():
        return text
    spelled = [_in_full(value) for value in pc.filter(text, scientific).to_pylist()]
    return pc.replace_with_mask(text, scientific, pa.array(spelled, pa.string()))


def _in_full(number: str) -> str:
    exact = Decimal(number)
    return "9" * (_LONGEST + 1) if exact.adjusted() > _LONGEST else f"{exact:f}"


def _cut_decimals(text: pa.Array) -> pa.Array:
    """No more decimals than the type holds; what falls off is below a millionth of a fen."""
    return pc.replace_substring_regex(text, rf"(\.\d{{{_DECIMALS}}})\d+$", r"\1")
