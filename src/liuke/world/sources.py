"""A month's tables as source files: rows go into the file of the month in which they became known."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from liuke.world.circles import LEAST_TIMES, circle_rows
from liuke.world.dealing import commission_rows, dealer_rows
from liuke.world.devices import device_rows
from liuke.world.incidents import incident_rows
from liuke.world.journal import (
    assignment_rows,
    complaint_rows,
    contact_rows,
    offer_rows,
    survey_rows,
)
from liuke.world.ledger import (
    KNOWN,
    account_rows,
    bill_rows,
    customer_rows,
    holding_rows,
    payment_rows,
    status_rows,
    usage_rows,
)
from liuke.world.lived import Change, Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.units import Tree, staff_rows, unit_rows
from liuke.world.usage import VERY_LARGE, usage_of

CHANGED_SECOND = 23 * 3600  # changes of customers and accounts are known at the end of the day


@dataclass(frozen=True)
class SourceFile:
    """How the operator writes one of its tables: a format and, for text, an encoding."""

    suffix: str
    encoding: str = "utf-8"


SOURCE_FILES: Mapping[str, SourceFile] = {
    "customers": SourceFile("csv", "gb18030"),
    "accounts": SourceFile("csv", "utf-8-sig"),
    "holdings": SourceFile("csv"),
    "statuses": SourceFile("csv"),
    "usage": SourceFile("parquet"),
    "bills": SourceFile("parquet"),
    "payments": SourceFile("parquet"),
    "complaints": SourceFile("csv"),
    "contacts": SourceFile("csv"),
    "surveys": SourceFile("csv"),
    "offers": SourceFile("parquet"),
    "assignments": SourceFile("parquet"),
    "circles": SourceFile("parquet"),
    "devices": SourceFile("csv"),
    "commissions": SourceFile("csv"),
    "incidents": SourceFile("parquet"),
}


def month_tables(here: MonthOfLife, lived: Lived, *, joined_from: int, founded: int) -> dict[str, pa.Table]:
    """Every table's rows of one month. joined_from: the first row of those who joined in it.

    founded: how many customers the company began with.
    """
    pop, tree = here.pop, here.tree
    joined = np.arange(joined_from, len(pop))
    is_summed = founded >= VERY_LARGE
    opened = pop.opened_second[joined]
    changed = [(rows, days * DAY_SECONDS + CHANGED_SECOND) for rows, days in lived.customer_changes]
    customers = [(joined, opened), *changed]
    # Several changes of one account in a month are known together, on the latest day.
    switched = [(joined, opened), _latest(lived.account_changes)]
    return {
        "customers": pa.concat_tables(
            customer_rows(pop, rows, known, tree, seed=here.seed) for rows, known in customers
        ),
        "accounts": pa.concat_tables(account_rows(pop, rows, known, tree) for rows, known in switched),
        "holdings": holding_rows(pop, joined),
        "statuses": status_rows(pop, joined, lived),
        "usage": usage_rows(here, usage_of(here, lived, is_summed=is_summed)),
        "bills": bill_rows(here, lived),
        "payments": payment_rows(here, lived),
        "complaints": complaint_rows(here, lived),
        "contacts": contact_rows(here, lived),
        "surveys": survey_rows(here, lived),
        "offers": offer_rows(here, lived),
        "assignments": assignment_rows(here, lived),
        "circles": circle_rows(here, founded=founded, least=LEAST_TIMES if is_summed else 1),
        "devices": device_rows(here, joined),
        "commissions": commission_rows(here, lived),
        "incidents": incident_rows(here, lived),
    }


def _latest(changes: list[Change]) -> Change:
    """Every changed row once, with the instant at which its latest change of the month is known."""
    rows, place = np.unique(np.concatenate([rows for rows, _ in changes]), return_inverse=True)
    days = np.zeros(len(rows), np.int64)
    np.maximum.at(days, place, np.concatenate([days for _, days in changes]))
    return rows, days * DAY_SECONDS + CHANGED_SECOND


def split_by_known(table: pa.Table, month: Month) -> tuple[pa.Table, pa.Table]:
    """The rows known by the end of the month, and those that will be known later."""
    edge = pa.scalar(month.next.first * DAY_SECONDS, pa.int64()).cast(pa.timestamp("s"))
    is_known = pc.less(table[KNOWN], edge)
    return table.filter(is_known), table.filter(pc.invert(is_known))


def write_month(folder: Path, tables: Mapping[str, pa.Table], month: Month, *, is_first: bool) -> None:
    """One file for each table that has rows; in the first month one for every table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        if table.num_rows or is_first:
            kind = SOURCE_FILES[name]
            write_file(folder / f"{name}-{month.label}.{kind.suffix}", table, kind)


def write_places(folder: Path, tree: Tree, *, started: Month, seed: int) -> None:
    """Units, staff and dealers, which do not change."""
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / "units.csv", unit_rows(tree), SourceFile("csv"))
    write_file(folder / "staff.csv", staff_rows(tree, seed=seed), SourceFile("csv"))
    write_file(folder / "dealers.csv", dealer_rows(tree, started=started, seed=seed), SourceFile("csv"))


def write_file(path: Path, table: pa.Table, kind: SourceFile) -> None:
    if kind.suffix == "parquet":
        pq.write_table(table, path, compression="zstd")
        return
    text = io.BytesIO()
    pa_csv.write_csv(table, text, pa_csv.WriteOptions(quoting_style="needed", quoting_header="none"))
    written = text.getvalue()
    path.write_bytes(written if kind.encoding == "utf-8" else written.decode().encode(kind.encoding))
