"""RFM from purchases to named segments: ours beside pandas, DuckDB SQL and pymc-marketing.

    python -m bench.speed.rfm [--customers 100_000] [--purchases 5_000_000] [--runs 3]

Each reads the same Parquet of purchases (customer, day, amount), sums them by customer, cuts recency,
frequency and money into parts by quantiles of the customers and writes a segment for each. Quantiles are of
the customers' own values; ours gives everybody of equal values the same part, the others as their library
has it. pymc-marketing lives in an environment of its own (bench/peers/pymc-marketing.txt); name its Python in
LIUKE_PEER_PYMC, without it that row is left out and says so.
"""

import argparse
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

from bench.speed.processes import medians, print_table, run_once

AS_OF = date(2026, 10, 1)
PEER = "LIUKE_PEER_PYMC"
PYMC = """
import sys, warnings
warnings.filterwarnings("ignore")
import pandas as pd
from pymc_marketing.clv.utils import rfm_segments
rows = pd.read_parquet(sys.argv[1])
rfm_segments(rows, "customer_id", "happened_on", "amount").to_parquet(sys.argv[2])
"""
SQL = """
    WITH r AS (SELECT customer_id, max(happened_on) AS last_on, count(*) AS f, sum(amount) AS m
               FROM read_parquet('{data}') GROUP BY customer_id),
    q AS (SELECT quantile_disc(last_on, [.2, .4, .6, .8]) AS r, quantile_disc(f, [.2, .4, .6, .8]) AS f,
                 quantile_disc(m, [.2, .4, .6, .8]) AS m FROM r)
    SELECT customer_id,
        5 - len(list_filter(q.r, lambda x: r.last_on > x)) AS r,
        1 + len(list_filter(q.f, lambda x: r.f > x)) AS f,
        1 + len(list_filter(q.m, lambda x: r.m > x)) AS m FROM r, q
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=100_000)
    asked.add_argument("--purchases", type=int, default=5_000_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--work", help=argparse.SUPPRESS)
    asked.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.work:
        WORK[given.work](given)
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "purchases.parquet"
        me = [sys.executable, "-m", "bench.speed.rfm", "--data", str(data)]
        sizes = ["--customers", str(given.customers), "--purchases", str(given.purchases)]
        run_once([*me, "--work", "write", *sizes])
        rows = {name: medians([*me, "--work", name], runs=given.runs) for name in WORK if name != "write"}
        if peer := os.environ.get(PEER):
            command = [peer, "-c", PYMC, str(data), str(data.with_suffix(".pymc"))]
            rows["pymc-marketing rfm_segments"] = medians(command, runs=given.runs)
        else:
            print(f"pymc-marketing is left out: {PEER} names no Python that has it.")
        title = f"RFM segments, {given.purchases:,} purchases of {given.customers:,} customers"
        print_table(title, rows, floor="floor")


def write(given: argparse.Namespace) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = np.random.default_rng(11)
    owners = draw.integers(0, given.customers, given.purchases)
    days = np.datetime64(AS_OF) - draw.integers(1, 366, given.purchases).astype("timedelta64[D]")
    amounts = np.round(draw.lognormal(4, 1, given.purchases), 2)
    columns = {
        "customer_id": owners,
        "happened_on": pa.array(days.astype("datetime64[D]")),
        "amount": amounts,
    }
    pq.write_table(pa.table(columns), given.data)


def floor(given: argparse.Namespace) -> None:
    """Fetch the columns."""
    import pyarrow.parquet as pq

    pq.read_table(given.data)


def ours(given: argparse.Namespace) -> None:
    from liuke.store import Engine
    from liuke.tier import load

    table = Engine().read_parquet(given.data)
    purchases = table.group_by(customer_id=table.customer_id.cast("string")).agg(
        last_on=table.happened_on.max(), frequency=table.count(), monetary=table.amount.sum()
    )
    load("rfm/quantile").express(purchases, as_of=AS_OF).to_parquet(str(given.data.with_suffix(".ours")))


def by_sql(given: argparse.Namespace) -> None:
    import duckdb

    with duckdb.connect() as database:
        target = given.data.with_suffix(".sql")
        database.execute(f"COPY ({SQL.format(data=given.data)}) TO '{target}' (FORMAT parquet)")


def by_pandas(given: argparse.Namespace) -> None:
    import pandas as pd

    rows = pd.read_parquet(given.data)
    found = rows.groupby("customer_id").agg(
        last_on=("happened_on", "max"), f=("amount", "size"), m=("amount", "sum")
    )
    found["r"] = pd.to_datetime(found.last_on).astype("int64")
    for name in ("r", "f", "m"):
        found[f"{name}_part"] = pd.qcut(
            found[name].rank(method="average"), 5, labels=False, duplicates="drop"
        )
    found.drop(columns="last_on").to_parquet(given.data.with_suffix(".pandas"))


WORK = {"write": write, "floor": floor, "ours": ours, "DuckDB SQL": by_sql, "pandas": by_pandas}


if __name__ == "__main__":
    main()
