"""Random companies for contracts over features: late-known rows, boundary days, refunds, silence.

Values are drawn from what the features ask for, so that every feature has something to see.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from liuke.ingest.canonical import TABLES, CanonicalTable, Column
from liuke.kernel.days import add_months, midnight, month_start
from liuke.kernel.seeds import generator
from liuke.view.features import Feature, RowFeature

CUSTOMERS = [f"c{number:02d}" for number in range(24)]
SILENT = CUSTOMERS[-3:]  # customers of whom nothing else is ever told
ROWS = 260
EVENTS = 6 * ROWS  # of many kinds
_MONTHLY_DAYS = 31


class RandomCompany:
    """Canonical tables, drawn from a seed around an as-of day."""

    def __init__(self, features: Sequence[Feature], *, as_of: date, seed: int):
        self._draw = generator("random company", as_of, seed)
        self._as_of = as_of
        self._wanted = _values_wanted(features)
        self.tables = {name: self._table(TABLES[name]) for name in TABLES}

    def _table(self, table: CanonicalTable) -> pa.Table:
        count = {"customers": 3 * len(CUSTOMERS), "events": EVENTS}.get(table.name, ROWS)
        rows = [self._row(table, number) for number in range(count)]
        unique = {tuple(row[name] for name in table.key): row for row in rows}
        return pa.Table.from_pylist(list(unique.values()), schema=table.schema)

    def _row(self, table: CanonicalTable, number: int) -> dict[str, Any]:
        row = {column.name: self._value(table, column, number) for column in table}
        if table.name == "customers" and number < len(CUSTOMERS):
            row |= {"customer_id": CUSTOMERS[number], "known_at": datetime(2000, 1, 1) + timedelta(number)}
        if "account_id" in row and row.get("customer_id"):
            row["account_id"] = f"{row['customer_id']}-{self._draw.integers(2)}"
        if "happened_at" in row:
            row["known_at"] = row["happened_at"] + self._lag()
        if table.name == "bills":
            row |= self._period(row["happened_at"])
        return row

    def _value(self, table: CanonicalTable, column: Column, number: int) -> Any:
        if column.name in table.key and column.kind == "text" and column.name != "name":
            return self._key(table.name, column.name, number)
        if not column.required and self._draw.random() < 0.1:
            return None
        if column.name == "customer_id":
            return self._customer()
        if column.name == "phone":
            return self._number()
        if column.name == "bill_id":
            return str(self._draw.integers(ROWS))
        match column.kind:
            case "text":
                return self._one_of(self._words(table.name, column))
            case "flag":
                return bool(self._draw.random() < 0.5)
            case "day":
                return self._instant().date()
            case "instant":
                return self._instant()
            case "number":
                return float(self._draw.gamma(1.0, 10.0)) if self._draw.random() > 0.02 else float("inf")
            case "fen" if table.name == "bills":
                return int(self._draw.integers(0, 3000))
            case _:
                return int(self._draw.integers(-500, 3000))  # below zero: refunds and corrections

    def _key(self, table: str, name: str, number: int) -> str:
        if name == "customer_id":
            return self._customer()
        if name == "complaint_id":
            return str(number // 2)  # most complaints are heard of twice
        if name == "counterpart":
            return self._number()
        if name in ("product", "asset_class"):
            return self._one_of([*self._wanted.get((table, name), []), "other"])
        return str(number)

    def _number(self) -> str:
        return f"139{self._draw.integers(2 * len(CUSTOMERS))}"  # about half are nobody's

    def _customer(self) -> str:
        return self._one_of(CUSTOMERS[: -len(SILENT)])

    def _words(self, table: str, column: Column) -> list[str]:
        wanted = self._wanted.get((table, column.name), [])
        return [*column.choices] or [*wanted, f"{table} {column.name}", "other"]

    def _instant(self) -> datetime:
        """Often the very edge of a window, a second before it, or a little after the as-of day."""
        edges = [
            self._as_of,
            *(self._as_of - timedelta(days) for days in (7, 30, 90, 180, 365)),
            *(add_months(month_start(self._as_of), -months) for months in range(14)),
        ]
        if self._draw.random() < 0.4:
            return midnight(self._one_of(edges)) - timedelta(seconds=int(self._draw.integers(2)))
        return midnight(self._as_of) - timedelta(hours=int(self._draw.integers(-60 * 24, 500 * 24)))

    def _lag(self) -> timedelta:
        """Known at once, late by seconds, days or months, or booked ahead."""
        days = self._one_of([0, 0, 0, 1, 20, 120, -3])
        return timedelta(days=days, seconds=int(self._draw.integers(2)))

    def _period(self, issued_at: datetime) -> dict[str, Any]:
        days = self._one_of([28, 30, _MONTHLY_DAYS, _MONTHLY_DAYS, 92])
        end = issued_at.date()
        return {"period_start": end - timedelta(days), "period_end": end, "due_on": end + timedelta(15)}

    def _one_of(self, options: Sequence[Any]) -> Any:
        return options[int(self._draw.integers(len(options)))]


def cut_at(tables: Mapping[str, pa.Table], as_of: date) -> dict[str, pa.Table]:
    """The tables as they stood when the as-of day began: nothing later, nothing not known yet."""
    edge = pa.scalar(midnight(as_of), pa.timestamp("us"))
    kept = {}
    for name, rows in tables.items():
        for clock in ("happened_at", "known_at"):
            if clock in rows.column_names:
                rows = rows.filter(pa.compute.less(rows[clock], edge))
        kept[name] = rows
    return kept


def shuffle(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The same rows in another order."""
    return {
        name: rows.take(generator("shuffled", name).permutation(rows.num_rows))
        for name, rows in tables.items()
    }


def differing(left: pa.Table, right: pa.Table) -> list[str]:
    """Columns that are not equal to the bit."""
    return [name for name in left.column_names if left[name].to_pylist() != right[name].to_pylist()]


def _values_wanted(features: Sequence[Feature]) -> dict[tuple[str, str], list[str]]:
    """Table and column -> the texts that features look for in it."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for feature in features:
        for column, condition in feature.where.items() if isinstance(feature, RowFeature) else ():
            texts = [value for value in condition.values() if isinstance(value, str)]
            wanted.setdefault((feature.source, column), []).extend(texts)
    return {column: sorted(set(values)) for column, values in wanted.items()}
