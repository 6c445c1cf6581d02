"""Numbers written as text: as computers write them, and as offices do, with signs of money and per cent."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# What exports write where nothing is known. They keep no column of numbers or dates from being one.
GAP_WORDS = (
    "na", "n/a", "#n/a", "nan", "nat", "null", "(null)", "none", "nil", "\\n", "-", "--", "—", ".", "?",
    "无", "空", "暂无", "未知", "缺失",
)  # fmt: skip
_SIGNS = "¥￥$€£"
_WRITTEN = re.compile(
    rf"(?P<minus>[-−(])? ?[{_SIGNS}]? ?(?P<sign>[-−+])?"
    r"(?P<whole>\d{1,3}(?:[,，]\d{3})+|\d+)(?P<part>\.\d*)?"
    r" ?(?P<share>[%％])?(?:元|\))?$"
)


def read_written(texts: pa.Array) -> np.ndarray:
    """Numbers of trimmed texts; what is none, or missing, is NaN.

    >>> read_written(pa.array(["1,234.5", "¥-20", "(3)", "25%", "true", "1e3", "a1", None])).tolist()
    [1234.5, -20.0, -3.0, 0.25, 1.0, 1000.0, nan, nan]
    """
    told = texts.dictionary_encode()  # each text is read once, however often it stands there
    numbers = np.array([*map(_number_or_missing, told.dictionary.to_pylist()), np.nan])
    return numbers[pc.fill_null(told.indices, len(numbers) - 1).to_numpy()]


def without_gap_words(texts: pa.Array) -> pa.Array:
    """The texts that tell something."""
    is_gap = pc.is_in(pc.utf8_lower(texts), value_set=pa.array(GAP_WORDS, texts.type))
    return texts.filter(pc.and_(pc.is_valid(texts), pc.invert(is_gap)))


def _number_or_missing(text: str | None) -> float:
    if not text:
        return np.nan
    try:
        return float(text)
    except ValueError:
        pass
    written = _WRITTEN.match(text)
    if written is None or (written["minus"] == "(") != text.endswith(")"):
        return {"true": 1.0, "false": 0.0}.get(text.lower(), np.nan)
    size = float(re.sub("[,，]", "", written["whole"]) + (written["part"] or ""))
    is_below = bool(written["minus"]) != (written["sign"] in ("-", "−"))
    return (-size if is_below else size) / (100.0 if written["share"] else 1.0)
