"""Days and instants from text. Only forms that cannot be misread are taken without being told.

The year stands first and has four digits, or the mapping says the format. Whether a day exists
is checked here and not left to the C library, which turns 29 February 2019 into 1 March.
"""

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.values.converted import Converted, as_array, matches
from liuke.ingest.values.text import half_width

_TIME = r"(?:[T ]+%H:%M(?::%S(?:%f)?)?)?"
DEFAULT_FORMATS = (
    rf"%Y-%m-%d{_TIME}",
    rf"%Y/%m/%d{_TIME}",
    rf"%Y\.%m\.%d{_TIME}",
    r"%Y年%m月%d日(?:\s*%H[:时]%M(?:[:分](?:%S)?(?:%f)?秒?)?)?",
    r"%4Y%2m%2d(?:[T ]?%2H:?%2M(?::?%2S(?:%f)?)?)?",
)
EXCEL_FORMATS = {"excel": np.datetime64("1899-12-30", "us"), "excel-1904": np.datetime64("1904-01-01", "us")}
ZONE = r"(?:Z|[+-]\d{2}:?\d{2})$"

_PARTS = {
    "%4Y": r"(?P<Y>\d{4})",
    "%2m": r"(?P<m>\d{2})",
    "%2d": r"(?P<d>\d{2})",
    "%2H": r"(?P<H>\d{2})",
    "%2M": r"(?P<M>\d{2})",
    "%2S": r"(?P<S>\d{2})",
    "%Y": r"(?P<Y>\d{4})",
    "%y": r"(?P<y>\d{2})",
    "%m": r"(?P<m>\d{1,2})",
    "%d": r"(?P<d>\d{1,2})",
    "%H": r"(?P<H>\d{1,2})",
    "%M": r"(?P<M>\d{1,2})",
    "%S": r"(?P<S>\d{1,2})",
    "%f": r"\.?(?P<f>\d{1,9})",
}
_DIRECTIVE = re.compile(r"%\d?[A-Za-z%]")
_LIMITS = {"m": (1, 12), "H": (0, 23), "M": (0, 59), "S": (0, 59)}
_PLAIN_LENGTHS = (len("2026-03-31"), len("2026-03-31 23:59:59"))
_YEARS = (1800, 2300)  # outside of it a date is a slip of the keyboard


def unknown_directives(format: str) -> list[str]:
    """The directives of a format that are not understood here."""
    return [part for part in _DIRECTIVE.findall(format) if part not in _PARTS or part[1].isdigit()]


def read_instants(text: pa.Array, *, formats: Sequence[str] = ()) -> Converted:
    """Instants (microseconds, without zone); a day alone is its first instant."""
    plain = plain_instants(text) if not formats else None
    if plain is not None:
        return Converted.right(plain)
    text = half_width(text)
    patterns = [_pattern(form, literal=True) for form in formats] or [
        _pattern(form, literal=False) for form in DEFAULT_FORMATS
    ]
    values = np.full(len(text), np.datetime64("NaT"), "datetime64[us]")
    matched = np.zeros(len(text), bool)
    for pattern in patterns:
        fits = matches(text, pattern).to_numpy(zero_copy_only=False) & ~matched
        if fits.any():
            values[fits] = _build(pc.filter(text, pa.array(fits)), pattern)
            matched |= fits
        if (matched | text.is_null().to_numpy(zero_copy_only=False)).all():
            break
    found = Converted.right(pa.array(values, pa.timestamp("us")))
    found = found.refuse(pc.and_(pa.array(~matched), pc.is_valid(text)), "bad_date")
    return found.refuse(pa.array(matched & np.isnat(values)), "no_such_day")


def plain_instants(text: pa.Array) -> pa.Array | None:
    """Instants where every text is a day, or a day with hours, minutes and seconds, in the one form that
    needs no pattern to be read; None where any is not, or is of no such day.
    """
    lengths = pc.unique(pc.binary_length(text)).to_pylist()
    if not set(lengths) <= {None, *_PLAIN_LENGTHS}:
        return None
    try:
        instants = pc.cast(text, pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    years = pc.min_max(pc.year(instants)).as_py()
    in_range = years["min"] is None or (_YEARS[0] <= years["min"] and years["max"] < _YEARS[1])
    return instants if in_range else None


def read_excel_serials(text: pa.Array, *, format: str) -> Converted:
    """Instants from a spreadsheet's day numbers, of the 1900 or the 1904 calendar."""
    good = matches(text, r"^\d{1,6}(\.\d+)?$")
    days = pc.cast(pc.if_else(good, text, None), pa.float64()).to_numpy(zero_copy_only=False)
    whole = np.nan_to_num(np.round(days * 86_400_000)).astype("timedelta64[ms]")
    values = pa.array(np.where(np.isnan(days), np.datetime64("NaT"), EXCEL_FORMATS[format] + whole))
    found = Converted.right(pc.cast(values, pa.timestamp("us")))
    found = found.refuse(pc.and_(pc.invert(good), pc.is_valid(text)), "bad_date")
    # Day 60 of the 1900 calendar is a 29 February that never was.
    never = pa.array((format == "excel") & (np.nan_to_num(days) < 61))
    return found.refuse(pc.and_(never, good), "no_such_day")


def _pattern(format: str, *, literal: bool) -> str:
    """A format as a regular expression with a named group for each part."""
    if literal:
        format = "".join(
            part if part.startswith("%") else re.escape(part) for part in re.split(r"(%[A-Za-z])", format)
        )
    for directive, group in _PARTS.items():
        format = format.replace(directive, group)
    return f"^{format}$"


def _build(text: pa.Array, pattern: str) -> np.ndarray:
    """Instants of texts that all have the pattern; not-a-time where there is no such day."""
    parts = pc.extract_regex(text, pattern)
    names = [field.name for field in parts.type]
    number = {name: _numbers(as_array(pc.struct_field(parts, name)), name) for name in names}
    year = number["Y"] if "Y" in number else _century(number["y"])
    right = (year >= _YEARS[0]) & (year < _YEARS[1])
    for name, (low, high) in _LIMITS.items():
        if name in number:
            right &= (number[name] >= low) & (number[name] <= high)
    month = np.where(right, (year - 1970) * 12 + number.get("m", np.ones_like(year)) - 1, 0)
    months = month.astype("datetime64[M]")
    day = number.get("d", np.ones_like(year))
    days = months.astype("datetime64[D]") + (day - 1)
    right &= (day >= 1) & (days.astype("datetime64[M]") == months)
    instants = days.astype("datetime64[us]") + _time_of_day(number, len(text))
    return np.where(right, instants, np.datetime64("NaT", "us"))


def _time_of_day(number: dict[str, np.ndarray], count: int) -> np.ndarray:
    seconds = np.zeros(count, np.int64)
    for name, worth in (("H", 3600), ("M", 60), ("S", 1)):
        seconds += number.get(name, np.zeros(count, np.int64)) * worth
    microseconds = number.get("f", np.zeros(count, np.int64))
    return (seconds * 1_000_000 + microseconds).astype("timedelta64[us]")


def _numbers(digits: pa.Array, name: str) -> np.ndarray:
    if name == "f":  # decimals of a second, to microseconds
        digits = pc.utf8_slice_codeunits(pc.utf8_rpad(digits, 9, "0"), 0, 6)
    return pc.cast(pc.if_else(pc.equal(digits, ""), "0", digits), pa.int64()).to_numpy()


def _century(two_digits: np.ndarray) -> np.ndarray:
    """As POSIX has it: 69 to 99 are of the last century, 00 to 68 of this one."""
    return np.where(two_digits >= 69, 1900, 2000) + two_digits
