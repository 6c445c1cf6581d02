"""Columns of any make as one of two kinds: floats (missing is NaN) or text (missing is None)."""

from collections import Counter
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.kernel.errors import LiukeError, MissingColumn
from liuke.kernel.frames import Frame
from liuke.predict.written_numbers import read_written

Columns: TypeAlias = dict[str, pa.Array]

_SECONDS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
_DAY_SECONDS = 86_400.0
# Tables whose rows answers cannot follow yet, and how each is given its rows.
_UNREAD = {"ibis": "to_pyarrow", "duckdb": "to_arrow_table", "pyspark": "toPandas", "dask": "compute"}


class TableRefused(LiukeError, ValueError):
    """A table that an estimator cannot learn from or answer for."""


def read_columns(frame: Frame, *, wanted: Collection[str] | None = None) -> Columns:
    """The columns of a pandas, Polars or Arrow frame or of a two-dimensional array, by name.

    frame: one row per customer (and day). Columns of an array are named x0, x1, ...; a pandas
    index is left behind. wanted: the names to read, each of which must be there; all when not told.
    Two columns of one name are refused.
    """
    _check_table(frame)
    named = list(_named_columns(frame))
    names = Counter(name for name, _ in named)
    for name in wanted or ():
        if name not in names:
            raise MissingColumn(name, wanted_by="The model", present=names)
    chosen = list(names) if wanted is None else list(wanted)
    twice = [name for name in chosen if names[name] > 1]
    if twice:
        raise TableRefused(
            f"Two columns are called {twice[0]!r}; columns are told apart by name. Rename one of them."
        )
    return {name: _flat(_as_array(name, values)) for name, values in named if name in set(chosen)}


def is_frame(frame: Any) -> bool:
    """Whether columns come with names of their own."""
    return type(frame).__module__.partition(".")[0] in ("pandas", "polars", "pyarrow")


def check_filled(columns: Columns) -> None:
    """There is something to learn from: at least one column and one row."""
    if not columns:
        raise TableRefused("X has no columns. Give at least one that may tell who leaves.")
    if not count_rows(columns):
        raise TableRefused("X has no rows. Give customers whose answers are known.")


def count_rows(columns: Columns) -> int:
    return len(next(iter(columns.values()))) if columns else 0


def _check_table(frame: Any) -> None:
    """What looks like a table but is none would otherwise fail deep inside."""
    kind = type(frame).__name__
    if kind == "LazyFrame":
        raise TableRefused("X is a LazyFrame, which has no rows yet. Give X.collect().")
    if kind == "Series":
        raise TableRefused("X is a Series, one column without a name of its own. Give X.to_frame().")
    maker = type(frame).__module__.partition(".")[0].lstrip("_")
    if maker in _UNREAD:
        raise TableRefused(
            f"X is a {kind} of {maker}, whose rows have no order that answers could follow."
            f" Give X.{_UNREAD[maker]}()."
        )
    if frame is None or type(frame) in (str, bytes, dict, int, float):
        raise TableRefused(
            f"X is a {kind}, not a table."
            " Give a pandas, Polars or Arrow frame, or an array with rows and columns."
        )


def _named_columns(frame: Frame) -> Iterator[tuple[str, Any]]:
    kind = type(frame).__module__.partition(".")[0]
    if isinstance(frame, pa.Table | pa.RecordBatch):
        yield from zip(frame.schema.names, frame.columns, strict=True)
    elif kind == "polars":
        yield from ((name, _polars_column(name, frame.get_column(name))) for name in frame.columns)
    elif kind == "pandas":
        yield from ((str(name), frame.iloc[:, i]) for i, name in enumerate(frame.columns))
    else:
        yield from _array_columns(frame)


def _polars_column(name: str, values: Any) -> pa.Array:
    if str(values.dtype) in ("Int128", "UInt128", "Float16"):  # which Arrow cannot take over
        values = values.cast(float)
    if str(values.dtype) == "Object":
        return _as_array(name, values.to_list())
    return values.to_arrow()


def _array_columns(values: Any) -> Iterator[tuple[str, Any]]:
    from sklearn.utils import check_array

    if isinstance(values, np.ma.MaskedArray):
        told, values = values, values.data.astype(object)
        values[np.ma.getmaskarray(told)] = None
    try:
        table = check_array(values, dtype=None, ensure_all_finite=False)
    except (TypeError, ValueError) as error:
        if "Reshape your data" not in str(error):
            raise TableRefused(str(error)) from None
        raise TableRefused(
            f"X is a {type(values).__name__} without rows and columns. Reshape your data: X.reshape(-1, 1) if"
            " it is one column, X.reshape(1, -1) if one row, pandas.DataFrame(X) if its rows have names."
        ) from None
    yield from ((f"x{i}", table[:, i]) for i in range(table.shape[1]))


def _as_array(name: str, values: Any) -> pa.Array | pa.ChunkedArray:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if _holds(values, "period"):
        values = values.dt.to_timestamp()
    elif _holds(values, "interval"):
        values = [_text_of(name, value) for value in values]
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, ValueError, TypeError, OverflowError):
        return pa.array([_text_of(name, value) for value in values], pa.string())


def _holds(values: Any, kind: str) -> bool:
    """Whether a pandas column holds values of a kind, be it as categories."""
    held = getattr(values, "dtype", None)
    return str(getattr(getattr(held, "categories", None), "dtype", held)).startswith(kind)


def _text_of(name: str, value: Any) -> str | None:
    """Text of one value of a column that mixes makes; the several words for missing become one."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, dict | list | tuple | set | np.ndarray):
        raise TableRefused(
            f"Column {name!r} holds values of the kind {type(value).__name__}, which cannot be learned from."
            " Give numbers, text, booleans or dates, or leave the column out."
        )
    if value != value:
        return None
    return str(value).encode("utf-8", "backslashreplace").decode()  # half of a surrogate pair is no text


def _flat(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # an empty one stays chunked
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if pa.types.is_dictionary(array.type):
        return array.dictionary_decode()
    if isinstance(array, pa.UuidArray):
        return pa.array([None if value is None else str(value) for value in array.to_pylist()], pa.string())
    return _flat(array.storage) if isinstance(array, pa.ExtensionArray) else array


def is_text(array: pa.Array) -> bool:
    kind = array.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def to_floats(name: str, array: pa.Array) -> np.ndarray:
    """Numbers of a column: booleans as 0 and 1, days since 1970 for dates and instants, hours for
    times of day, days for durations; text that is no number is missing, as is NaN.
    """
    kind = array.type
    if pa.types.is_null(kind):
        return np.full(len(array), np.nan)
    if is_text(array):
        return text_to_floats(array)
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        return _floats(array.cast(pa.int64())) / (_SECONDS[kind.unit] * _DAY_SECONDS)
    if pa.types.is_date(kind):
        return _floats(array.cast(pa.date32()).cast(pa.int32()))
    if pa.types.is_time(kind):
        units = array.cast(pa.int32() if kind.bit_width == 32 else pa.int64())
        return _floats(units) / (_SECONDS[kind.unit] * 3600.0)
    if pa.types.is_boolean(kind) or pa.types.is_floating(kind) or pa.types.is_integer(kind):
        return _floats(array)
    if pa.types.is_decimal(kind):
        return _floats(array.cast(pa.float64(), safe=False))
    raise TableRefused(
        f"Column {name!r} holds values of the kind {kind}, which cannot be learned from. "
        "Give numbers, text, booleans or dates, or leave the column out."
    )


def _floats(array: pa.Array) -> np.ndarray:
    return np.array(array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def text_to_floats(array: pa.Array) -> np.ndarray:
    """Numbers written as text; blanks and anything else are missing."""
    trimmed = pc.utf8_trim_whitespace(array.cast(pa.string()))
    try:
        return _floats(pc.if_else(pc.equal(trimmed, ""), None, trimmed))
    except pa.ArrowInvalid:
        return read_written(trimmed)


def to_texts(name: str, array: pa.Array) -> pa.Array:
    """Text of a column, blanks missing; whole numbers without a fraction, so 1, 1.0 and "1" agree."""
    if is_text(array):
        trimmed = pc.utf8_trim_whitespace(array.cast(pa.string()))
        return pc.if_else(pc.equal(trimmed, ""), None, trimmed)
    if pa.types.is_boolean(array.type):
        return array.cast(pa.string())
    if pa.types.is_temporal(array.type):
        return array.cast(pa.string())
    values = to_floats(name, array)
    return pa.array([_number_text(value) for value in values.tolist()], pa.string())


def _number_text(value: float) -> str | None:
    if value != value:
        return None
    return str(int(value)) if value.is_integer() else str(Decimal(repr(value)))
