"""How the columns of a Parquet file are written: what is cheap to write and to read, told from some rows."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

SMALL: Mapping[str, Any] = MappingProxyType({"compression": "zstd"})
_SAMPLE = 4096


def choose_layout(rows: pa.Table) -> Mapping[str, Any]:
    """Dictionaries for columns of few values, differences for whole numbers and instants of many.

    A dictionary of many values is built, found too large and thrown away, which takes longer than all else.
    Rows with lists or records are left to the writer.
    """
    if any(pa.types.is_nested(field.type) for field in rows.schema):
        return SMALL
    some = rows.slice(0, _SAMPLE)
    few = [field.name for field in rows.schema if not _is_counted(field.type) or _has_few(some[field.name])]
    packed = {
        field.name: "DELTA_BINARY_PACKED"
        for field in rows.schema
        if field.name not in few and _is_whole(field.type)
    }
    return {**SMALL, "use_dictionary": few, "column_encoding": packed}


def _has_few(column: pa.ChunkedArray) -> bool:
    return pc.count_distinct(column).as_py() * 2 < len(column)


def _is_counted(kind: pa.DataType) -> bool:
    return pa.types.is_primitive(kind) or pa.types.is_string(kind) or pa.types.is_decimal(kind)


def _is_whole(kind: pa.DataType) -> bool:
    types = pa.types
    return types.is_timestamp(kind) or types.is_date32(kind) or types.is_int32(kind) or types.is_int64(kind)
