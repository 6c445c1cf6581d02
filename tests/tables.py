"""Tables drawn in a test, as a person would draw them on paper.

    ORDERS = table('''
        customer_id | happened_at      | amount_fen
        ann         | 2026-03-01 12:00 | 10000
        bob         |                  | -500
    ''')

An empty cell is missing. The name of a column settles its type: `_id` text, `_on` a day, `_at` an
instant (a day alone is its midnight), `_fen` a whole number. Any other column has the narrowest
type that all its cells have: flag (true, false), whole number, number, day, instant, text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa

from liuke.ingest.canonical import TABLES, Kind

_WHOLE = re.compile(r"[+-]?\d[\d_]*")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_FLAGS = {"true": True, "false": False}


def table(drawn: str) -> pd.DataFrame:
    """The drawn rows as a pandas frame with typed columns; lines of dashes only are rules."""
    return pd.DataFrame({name: _column(name, cells) for name, cells in _cells_by_column(drawn).items()})


def rows_of(name: str, drawn: str = "") -> pa.Table:
    """Rows of a canonical table, drawn with the columns that matter; the others are filled.

    Types are those of the table. `known_at` is `happened_at` (or the day 2000-01-01) unless drawn,
    a key that is not drawn is the row's number, other columns are missing. Nothing drawn is the
    empty table.
    """
    canonical = TABLES[name]
    if not drawn:
        return canonical.schema.empty_table()
    cells = _cells_by_column(drawn)
    if unknown := cells.keys() - set(canonical.schema.names):
        raise ValueError(f"{name} has no column {sorted(unknown)}")
    frame = pd.DataFrame({column: _OF_KIND[canonical.column(column).kind](cells[column]) for column in cells})
    if "known_at" in canonical.schema.names and "known_at" not in frame:
        early = pd.Series([datetime(2000, 1, 1)] * len(frame), dtype="datetime64[us]")
        frame["known_at"] = frame.get("happened_at", early)
    for column in canonical:
        if column.name not in frame:
            numbered = column.name in canonical.key and column.kind == "text"
            frame[column.name] = [str(i) if numbered else None for i in range(len(frame))]
    return pa.Table.from_pandas(frame[canonical.schema.names], schema=canonical.schema, preserve_index=False)


def company(rows: Mapping[str, pa.Table] | None = None, **drawn: str) -> dict[str, ibis.Table]:
    """All canonical tables of a company: those drawn, or given as Arrow rows; the others empty."""
    given = rows or {}
    return {
        name: ibis.memtable(given[name] if name in given else rows_of(name, drawn.pop(name, "")))
        for name in TABLES
    } | _refuse(drawn)


def _refuse(drawn: Mapping[str, str]) -> dict[str, Any]:
    if drawn:
        raise ValueError(f"No canonical table is called {sorted(drawn)}")
    return {}


def _cells_by_column(drawn: str) -> dict[str, tuple[str, ...]]:
    lines = [line.strip() for line in drawn.strip().splitlines()]
    header, *rows = [_cells(line) for line in lines if line.strip("-| ")]
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{len(row)} cells under {len(header)} columns: {' | '.join(row)}")
    columns = zip(*rows, strict=True) if rows else [() for _ in header]
    return dict(zip(header, columns, strict=True))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def _column(name: str, cells: tuple[str, ...]) -> pd.Series:
    if name.endswith("_id"):
        return _text(cells)
    if name.endswith("_on"):
        return _days(cells)
    if name.endswith("_at"):
        return _instants(cells)
    if name.endswith("_fen"):
        return _wholes(cells)
    held = [cell for cell in cells if cell]
    for fits, make in _BY_CONTENT:
        if held and all(map(fits, held)):
            return make(cells)
    return _text(cells)


def _text(cells: tuple[str, ...]) -> pd.Series:
    return pd.Series([cell or None for cell in cells], dtype="str")


def _days(cells: tuple[str, ...]) -> pd.Series:
    return pd.Series([date.fromisoformat(cell) if cell else None for cell in cells], dtype="object")


def _instants(cells: tuple[str, ...]) -> pd.Series:
    found = [datetime.fromisoformat(cell) if cell else None for cell in cells]
    return pd.Series(found, dtype="datetime64[us]")


def _wholes(cells: tuple[str, ...]) -> pd.Series:
    found = [int(cell) if cell else None for cell in cells]
    return pd.Series(found, dtype="Int64" if None in found else "int64")


def _numbers(cells: tuple[str, ...]) -> pd.Series:
    return pd.Series([float(cell) if cell else None for cell in cells], dtype="float64")


def _flags(cells: tuple[str, ...]) -> pd.Series:
    found = [_FLAGS[cell] if cell else None for cell in cells]
    return pd.Series(found, dtype="boolean" if None in found else "bool")


def _reads(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(cell: str) -> bool:
        try:
            parse(cell)
        except ValueError:
            return False
        return True

    return fits


_BY_CONTENT: tuple[tuple[Callable[[str], Any], Callable[[tuple[str, ...]], pd.Series]], ...] = (
    (_FLAGS.__contains__, _flags),
    (_WHOLE.fullmatch, _wholes),
    (_NUMBER.fullmatch, _numbers),
    (_reads(date.fromisoformat), _days),
    (_reads(datetime.fromisoformat), _instants),
)

_OF_KIND: Mapping[Kind, Callable[[tuple[str, ...]], pd.Series]] = {
    "text": _text,
    "whole": _wholes,
    "fen": _wholes,
    "number": _numbers,
    "flag": _flags,
    "day": _days,
    "instant": _instants,
}
