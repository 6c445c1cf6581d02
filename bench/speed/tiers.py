"""Tiers of many customers: ours beside hand-written DuckDB SQL and pandas, each in a process of its own.

    python -m bench.speed.tiers [--customers 10_000_000] [--runs 3] [--memory-gib 4] [--schemes bank/stars …]

The floor reads the columns that the scheme judges and writes as many rows as there are customers. SQL and
pandas give the tier alone; ours gives rank, measure, reasons in two languages, next tier and what is missing
for it as well, and "tier alone" is the same expression with nothing else asked for.
"""

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from bench.speed.processes import medians, print_table, run_once

AS_OF = date(2026, 10, 1)
ROWS_PER_PART = 1_000_000
WORKERS = ("floor", "ours", "ours, tier alone", "DuckDB SQL", "pandas")

SQL = {
    "bank/stars": """
        SELECT customer_id, CASE WHEN points IS NULL THEN 'unrated' WHEN points >= 80000 THEN 'star-7'
            WHEN points >= 10000 THEN 'star-6' WHEN points >= 2000 THEN 'star-5'
            WHEN points >= 500 THEN 'star-4' WHEN points >= 50 THEN 'star-3' WHEN points > 0 THEN 'star-quasi'
            ELSE 'unrated' END AS tier FROM c
    """,
    "pyramid": """
        SELECT customer_id, CASE WHEN place <= .01 THEN 'important' WHEN place <= .2 THEN 'major'
            WHEN place <= .5 THEN 'ordinary' ELSE 'small' END AS tier
        FROM (SELECT customer_id, percent_rank() OVER (ORDER BY value DESC) AS place FROM c)
    """,
    "rfm": """
        SELECT customer_id,
            CASE WHEN last_on >= DATE '2026-09-01' THEN 'R1' WHEN last_on >= DATE '2026-07-01' THEN 'R2'
                WHEN last_on >= DATE '2026-04-01' THEN 'R3' WHEN last_on >= DATE '2025-10-01' THEN 'R4'
                ELSE 'R5' END
            || CASE WHEN frequency > 10 THEN 'F4' WHEN frequency > 6 THEN 'F3' WHEN frequency > 3 THEN 'F2'
                ELSE 'F1' END
            || CASE WHEN monetary > 8000 THEN 'M4' WHEN monetary > 5000 THEN 'M3' WHEN monetary > 3000
                THEN 'M2' WHEN monetary >= 1000 THEN 'M1' ELSE 'M0' END AS tier FROM c
    """,
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=1_000_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--memory-gib", type=float, default=4.0)
    asked.add_argument("--schemes", nargs="*")
    asked.add_argument("--work", choices=("write", *WORKERS), help=argparse.SUPPRESS)
    asked.add_argument("--scheme", help=argparse.SUPPRESS)
    asked.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.work == "write":
        write_customers(given.data, given.customers)
        return
    if given.work:
        work(given.work, given.scheme, given.data, given.memory_gib)
        return
    from liuke.tier import built_in_schemes

    schemes = given.schemes or sorted(built_in_schemes())
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "customers"
        # Apart: a process starts with the peak memory of the one that started it.
        wrote = [sys.executable, "-m", "bench.speed.tiers", "--work", "write", "--data", str(data)]
        run_once([*wrote, "--customers", str(given.customers)])
        for scheme in schemes:
            compare(scheme, data, runs=given.runs, memory_gib=given.memory_gib, customers=given.customers)


def compare(scheme: str, data: Path, *, runs: int, memory_gib: float, customers: int) -> None:
    rows = {}
    for worker in WORKERS:
        if worker in ("DuckDB SQL", "pandas") and scheme not in SQL:
            continue
        command = [sys.executable, "-m", "bench.speed.tiers", "--work", worker, "--scheme", scheme]
        command += ["--data", str(data), "--memory-gib", str(memory_gib)]
        rows[worker] = medians(command, runs=runs)
    print_table(f"{scheme}, {customers:,} customers", rows, floor="floor")


def write_customers(folder: Path, customers: int) -> None:
    """A company with every column that the built-in schemes read, in parts, seeded."""
    import numpy as np
    import pyarrow.parquet as pq

    folder.mkdir()
    for part, first in enumerate(range(0, customers, ROWS_PER_PART)):
        count = min(ROWS_PER_PART, customers - first)
        draw = np.random.default_rng([7, part])
        pq.write_table(_rows(draw, first, count), folder / f"{part:04d}.parquet")


def _rows(draw: Any, first: int, count: int) -> Any:
    import numpy as np
    import pyarrow as pa

    def money(centre: float) -> Any:
        return np.round(draw.lognormal(centre, 2, count), 2)

    def one_of(*values: str) -> Any:
        return np.asarray(values)[draw.integers(0, len(values), count)]

    sales = money(8)
    days = np.datetime64(AS_OF) - draw.integers(1, 800, count).astype("timedelta64[D]")
    return pa.table(
        {
            "customer_id": pa.array(np.arange(first, first + count).astype("U10")),
            "points": np.where(draw.random(count) < 0.02, np.nan, money(6)),
            "value": money(6),
            "personal_total": money(10),
            "personal_daily_avg": money(9),
            "household_daily_avg": money(10),
            "identified": draw.random(count) < 0.9,
            "last_on": pa.array(days.astype("datetime64[D]")),
            "frequency": draw.integers(1, 15, count),
            "monetary": money(8),
            "sales": sales,
            "collected": np.round(sales * draw.uniform(0.6, 1.1, count), 2),
            "is_new": draw.random(count) < 0.1,
            "spend_12m": money(7),
            "products_held": draw.integers(0, 6, count),
            "active_days_90d": draw.integers(0, 91, count),
            "repurchase_rate": draw.random(count),
            "referrals_12m": draw.integers(0, 4, count),
            "tenure_months": draw.integers(0, 120, count),
            "spend_change_3m": draw.normal(0, 0.3, count),
            "complaints_12m": draw.poisson(0.1, count),
            "returns_12m": draw.poisson(0.2, count),
            "unpaid": np.where(draw.random(count) < 0.9, 0.0, money(5)),
            "is_closed": draw.random(count) < 0.1,
            "has_bought": draw.random(count) < 0.9,
            "days_since_last": draw.integers(0, 700, count),
            "financial_assets": money(11),
            "experience_years": draw.integers(0, 20, count),
            "risk_tolerance": one_of("C1", "C2", "C3", "C4", "C5"),
            "age_years": draw.integers(15, 90, count),
            "area": one_of("urban", "suburban", "rural"),
            "scale": one_of("large", "medium", "small"),
            "potential": one_of("key", "potential", "general"),
            "importance": one_of("A", "B", "C"),
            "size": one_of("L", "M", "S"),
            "level": one_of("high", "mid", "regular"),
            "class": one_of("personal", "corporate", "government"),
        }
    )


def work(worker: str, scheme: str, data: Path, memory_gib: float) -> None:
    """What one process does: read, judge, write Parquet."""
    target = data.parent / f"{worker.replace(' ', '-')}.parquet"
    if worker == "pandas":
        _by_pandas(scheme, data, target)
    elif worker == "DuckDB SQL":
        _by_sql(scheme, data, target, memory_gib)
    else:
        _by_expression(worker, scheme, data, target, memory_gib)


def _by_expression(worker: str, scheme: str, data: Path, target: Path, memory_gib: float) -> None:
    from liuke.store import Engine
    from liuke.tier import load

    judge = load(scheme)
    table = Engine(memory_gib=memory_gib).read_parquet(sorted(data.glob("*.parquet")))
    if worker == "floor":
        made = table.select("customer_id", *(column for column in judge.reads if column in table.columns))
    else:
        made = judge.express(table, as_of=AS_OF)
        made = made.select("customer_id", "tier") if worker.endswith("alone") else made
    made.to_parquet(str(target))


def _by_sql(scheme: str, data: Path, target: Path, memory_gib: float) -> None:
    import duckdb

    with duckdb.connect(config={"memory_limit": f"{int(memory_gib * 1024)}MiB"}) as database:
        database.execute(f"CREATE VIEW c AS SELECT * FROM read_parquet('{data}/*.parquet')")
        database.execute(f"COPY ({SQL[scheme]}) TO '{target}' (FORMAT parquet)")


def _by_pandas(scheme: str, data: Path, target: Path) -> None:
    import numpy as np
    import pandas as pd

    columns = {"bank/stars": ["points"], "pyramid": ["value"], "rfm": ["last_on", "frequency", "monetary"]}
    rows = pd.read_parquet(data, columns=["customer_id", *columns[scheme]])
    if scheme == "bank/stars":
        edges, names = [0, 50, 500, 2000, 10000, 80000], ["quasi", "3", "4", "5", "6", "7"]
        rows["tier"] = pd.cut(rows.points, [*edges, np.inf], right=False, labels=names)
    elif scheme == "pyramid":
        place = rows.value.rank(ascending=False, pct=True)
        rows["tier"] = pd.cut(
            place, [0, 0.01, 0.2, 0.5, 1], labels=["important", "major", "ordinary", "small"]
        )
    else:
        days = (pd.Timestamp(AS_OF) - pd.to_datetime(rows.last_on)).dt.days
        r = pd.cut(days, [0, 30, 92, 183, 365, 10_000], labels=["R1", "R2", "R3", "R4", "R5"]).astype(str)
        f = pd.cut(rows.frequency, [0, 3, 6, 10, 1000], labels=["F1", "F2", "F3", "F4"]).astype(str)
        m = pd.cut(rows.monetary, [-1, 1000, 3000, 5000, 8000, np.inf], labels=["M0", "M1", "M2", "M3", "M4"])
        rows["tier"] = r + f + m.astype(str)
    rows[["customer_id", "tier"]].to_parquet(target)


if __name__ == "__main__":
    main()
