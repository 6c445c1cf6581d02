"""Sixty window features of every customer: ours beside DuckDB's SQL and Polars, and the fetch of the columns.

    python -m bench.speed.view [--large] [--runs 3] [--folder DIR]

Count, sum and days since the last of four kinds of events in five windows, by two clocks: an event counts
as of a day when it had happened and was known before it. 100,000 customers with 5 million events, as of
one day and as of twelve at once; with --large also a million customers with 50 million events. All read
the same files, in which customers are dense numbers; what it takes to make these from the canonical
events, once for each new file, stands beside. Each worker is a process of its own; seconds are what its
processor spent between the imports and the answer in memory.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.speed.bytecode import keep_bytecode
from liuke.kernel.days import add_months

WINDOWS = (7, 30, 90, 180, 365)
COLUMNS = ("kind", "amount_fen")
MONTHS = [add_months(date(2025, 11, 1), month) for month in range(12)]
SIZES = {"small": (100_000, 5_000_000), "large": (1_000_000, 50_000_000)}
DAYS = {"one": MONTHS[-1:], "twelve": MONTHS}


def declared() -> list[Any]:
    """The sixty features."""
    from bench.speed.window_company import KINDS
    from liuke.view.row_feature import RowFeature

    measures = {"count": (None, "zero"), "sum": ("amount_fen", "zero"), "days_since_last": (None, "unknown")}
    return [
        RowFeature.model_validate(
            {
                "name": f"{kind}_{measure}_{days}d",
                "label": {"zh": "窗口特征", "en": "window feature"},
                "unit": "time",
                "cause": "activity",
                "source": "events",
                "measure": measure,
                "of": of,
                "where": {"kind": kind},
                "days": days,
                "missing": missing,
            }
        )
        for kind in KINDS
        for measure, (of, missing) in measures.items()
        for days in WINDOWS
    ]


def ours(folder: Path, days: list[date]) -> Callable[[], object]:
    from bench.speed.window_company import open_company
    from liuke.view.fast import compute_views, rings  # noqa: F401  # the kernels are imported with the rest

    warehouse, features = open_company(folder), declared()
    return lambda: compute_views(warehouse, features, as_of_days=days, memory_gib=4.0)


def ours_warm(folder: Path, days: list[date]) -> Callable[[], object]:
    """Ours in a process that has used its kernels before, as in a cycle that computes several views."""
    work = ours(folder, days)
    work()
    return work


def coding(folder: Path, days: list[date]) -> Callable[[], object]:
    """Making the codes of all events, as after a first load; the result is not kept."""
    from bench.speed.window_company import open_company
    from liuke.view.fast import code_events

    warehouse = open_company(folder)
    notes = {key: note for key, note in warehouse.manifest.notes.items() if not key.startswith("event_codes")}
    object.__setattr__(warehouse.manifest, "notes", notes)

    def code() -> int:
        warehouse._locked = True
        return code_events(warehouse)

    return code


def fetch(folder: Path, days: list[date]) -> Callable[[], object]:
    """The floor: the columns, decoded by the reader that ours uses."""
    from bench.speed.window_company import open_company
    from liuke.view.fast.event_codes import read_codes

    warehouse = open_company(folder)
    return lambda: sum(piece.num_rows for piece in read_codes(warehouse, COLUMNS, first=0, last=2**31))


def fetch_by_duckdb(folder: Path, days: list[date]) -> Callable[[], object]:
    database, files = _duckdb(folder)
    query = f"SELECT customer, happened_on, known_on, kind, amount_fen FROM read_parquet({files})"
    return lambda: sum(batch.num_rows for batch in database.sql(query).to_arrow_reader(262_144))


def duckdb_sql(folder: Path, days: list[date]) -> Callable[[], object]:
    """One query a day, all features from the rows."""
    database, files = _duckdb(folder)

    def query(day: date) -> str:
        seen = f"happened_on < DATE '{day}' AND known_on < DATE '{day}'"
        columns = _sql_features(f"DATE '{day}'", count="count(*)", of="sum(amount_fen)")
        return f"SELECT customer, {columns} FROM read_parquet({files}) WHERE {seen} GROUP BY customer"

    return lambda: [database.sql(query(day)).to_arrow_table() for day in days]


def duckdb_aggregated(folder: Path, days: list[date]) -> Callable[[], object]:
    """One query a day, features from sums of each customer, kind and day."""
    database, files = _duckdb(folder)

    def query(day: date) -> str:
        sums = f"""SELECT customer, kind, happened_on, count(*) AS n, sum(amount_fen) AS amount
            FROM read_parquet({files}) WHERE happened_on < DATE '{day}' AND known_on < DATE '{day}'
            GROUP BY ALL"""
        columns = _sql_features(f"DATE '{day}'", count="sum(n)", of="sum(amount)")
        return f"SELECT customer, {columns} FROM ({sums}) GROUP BY customer"

    return lambda: [database.sql(query(day)).to_arrow_table() for day in days]


def duckdb_joined(folder: Path, days: list[date]) -> Callable[[], object]:
    """One query for all days, each row joined to the days that saw it."""
    database, files = _duckdb(folder)
    asked = ", ".join(f"(DATE '{day}')" for day in days)
    columns = _sql_features("day", count="count(*)", of="sum(amount_fen)")
    query = f"""SELECT customer, day, {columns} FROM read_parquet({files}) JOIN (VALUES {asked}) AS d(day)
        ON happened_on < day AND known_on < day GROUP BY customer, day"""
    return lambda: database.sql(query).to_arrow_table()


def _sql_features(day: str, *, count: str, of: str) -> str:
    from bench.speed.window_company import KINDS

    parts = []
    for kind in KINDS:
        for window in WINDOWS:
            rows = f"FILTER (kind = '{kind}' AND happened_on >= {day} - {window})"
            parts += [
                f"coalesce({count} {rows}, 0) AS {kind}_count_{window}",
                f"{of} {rows} AS {kind}_sum_{window}",
                f"{day} - max(happened_on) {rows} AS {kind}_last_{window}",
            ]
    return ", ".join(parts)


def polars(folder: Path, days: list[date]) -> Callable[[], object]:
    import polars as pl

    from bench.speed.window_company import KINDS, open_company

    warehouse = open_company(folder)
    files = [str(warehouse.root / part.file) for part in warehouse.manifest.parts("event_codes")]

    def one(day: date) -> object:
        from datetime import timedelta

        rows = pl.scan_parquet(files).filter((pl.col("happened_on") < day) & (pl.col("known_on") < day))
        parts = []
        for kind in KINDS:
            for window in WINDOWS:
                met = (pl.col("kind") == kind) & (pl.col("happened_on") >= day - timedelta(window))
                parts += [
                    met.sum().alias(f"{kind}_count_{window}"),
                    pl.col("amount_fen").filter(met).sum().alias(f"{kind}_sum_{window}"),
                    pl.col("happened_on").filter(met).max().alias(f"{kind}_last_{window}"),
                ]
        return rows.group_by("customer").agg(parts).collect(engine="streaming")

    return lambda: [one(day) for day in days]


def _duckdb(folder: Path) -> tuple[Any, list[str]]:
    import duckdb

    from bench.speed.window_company import open_company

    warehouse = open_company(folder)
    files = [str(warehouse.root / part.file) for part in warehouse.manifest.parts("event_codes")]
    return duckdb.connect(), files


WORKERS: dict[str, Callable[[Path, list[date]], Callable[[], object]]] = {
    "fetch of the columns (floor)": fetch,
    "fetch by DuckDB": fetch_by_duckdb,
    "ours": ours,
    "ours, kernels loaded before": ours_warm,
    "DuckDB SQL with FILTER": duckdb_sql,
    "DuckDB SQL, sums of days first": duckdb_aggregated,
    "DuckDB SQL, days joined": duckdb_joined,
    "Polars": polars,
    "coding the events once": coding,
}


def measure(worker: str, folder: Path, days: str) -> dict[str, float]:
    """Run one worker in this process."""
    work = WORKERS[worker](folder, DAYS[days])
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    spent = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
    del answer
    return spent | {"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def run(worker: str, folder: Path, days: str, *, runs: int) -> dict[str, float]:
    """Medians of a worker's runs, each in a fresh process, after one that warms up files and caches."""
    command = [
        sys.executable,
        "-m",
        "bench.speed.view",
        "--worker",
        worker,
        "--folder",
        str(folder),
        "--days",
        days,
    ]
    found = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        for _ in range(runs + 1)
    ][1:]
    return {key: statistics.median(one[key] for one in found) for key in found[0]}


def print_sizes(folder: Path, size: str, days: str, *, runs: int) -> None:
    from bench.speed.window_company import make_company, open_company
    from liuke.view.fast import code_events

    customers, events = SIZES[size]
    place = folder / size
    make_company(place, customers=customers, events=events)
    warehouse = open_company(place)
    with warehouse.lock(doing="benchmark"):
        code_events(warehouse)
    print(f"\n{customers:,} customers, {events:,} events, as of {len(DAYS[days])} day(s)")
    print(f"{'':<30}{'cpu s':>9}{'wall s':>9}{'peak MiB':>10}{'× floor':>9}{'× ours':>9}")
    found = {
        worker: run(worker, place, days, runs=1 if worker.startswith("coding") else runs)
        for worker in WORKERS
        if days == "one" or not worker.startswith("coding")
    }
    for worker, spent in found.items():
        floor, our = found["fetch of the columns (floor)"]["cpu_s"], found["ours"]["cpu_s"]
        figures = f"{spent['cpu_s']:>9.2f}{spent['wall_s']:>9.2f}{spent['peak_mib']:>10.0f}"
        print(f"{worker:<30}{figures}{spent['cpu_s'] / floor:>9.1f}{spent['cpu_s'] / our:>9.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keeps the companies; a temporary one otherwise")
    parser.add_argument("--worker", choices=WORKERS, help=argparse.SUPPRESS)
    parser.add_argument("--days", choices=DAYS, default="one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        print(json.dumps(measure(given.worker, given.folder, given.days)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        keep_bytecode(folder)
        print_sizes(folder, "small", "one", runs=given.runs)
        print_sizes(folder, "small", "twelve", runs=given.runs)
        if given.large:
            print_sizes(folder, "large", "one", runs=given.runs)


if __name__ == "__main__":
    main()
