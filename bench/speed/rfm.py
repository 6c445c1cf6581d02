"""RFM of every customer with quantile scores: ours beside SQL, Ibis, pandas, lifetimes and pymc-marketing.

    python -m bench.speed.rfm [--large] [--runs 3] [--folder DIR]

The company of bench.speed.view (events of four kinds, customers as dense numbers): 5 million events of
100,000 customers, with --large 50 million of a million. Purchases and refunds known before the day are
summed by customer, and recency, frequency and money cut into fifths by thresholds over the customers. The
floor reads and filters the same columns of the same files. DuckDB and pandas count rows; ours counts also
purchase days, as purchase models need them, and lifetimes these alone. Beside it our scheme rfm/quantile,
which names a segment and says why for each, and DuckDB on the events as they are loaded, customers by name,
which ours codes once. What works in pandas is asked of the small company only.
pymc-marketing lives in an environment of its own (bench/peers/pymc-marketing.txt); name its Python in
LIUKE_PEER_PYMC, without it that row is left out and says so. Seconds are of whole processes.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench.speed.bytecode import keep_bytecode
from bench.speed.processes import Run, find_peer, medians, print_table

AS_OF = date(2026, 10, 1)
SIZES = {"small": (100_000, 5_000_000), "large": (1_000_000, 50_000_000)}
PYMC = """
import sys, warnings
warnings.filterwarnings("ignore")
import pandas as pd
from pymc_marketing.clv.utils import rfm_segments
rows = pd.read_parquet(sys.argv[2:], columns=["customer", "happened_on", "kind", "amount_fen"])
rows = rows[rows.kind.isin(["purchase", "refund"])]
rfm_segments(rows, "customer", "happened_on", "amount_fen").to_parquet(sys.argv[1])
"""
SMALL_ONLY = ("pandas", "lifetimes, without scores")  # and pymc-marketing, which is pandas, too
SEEN = "kind IN ('purchase', 'refund') AND happened_on < DATE '{day}' AND known_on < DATE '{day}'"
SQL = """
    WITH r AS (SELECT customer, max(happened_on) FILTER (amount_fen >= 0) AS last_on,
                      count(*) FILTER (amount_fen >= 0) AS f, sum(amount_fen) AS m
               FROM read_parquet({files}) WHERE {seen} GROUP BY customer HAVING f > 0),
    q AS (SELECT quantile_disc(last_on, [.2, .4, .6, .8]) AS r, quantile_disc(f, [.2, .4, .6, .8]) AS f,
                 quantile_disc(m, [.2, .4, .6, .8]) AS m FROM r)
    SELECT customer, r.last_on, r.f AS frequency, r.m AS monetary,
        5 - len(list_filter(q.r, lambda x: r.last_on > x)) AS r,
        1 + len(list_filter(q.f, lambda x: r.f > x)) AS f,
        1 + len(list_filter(q.m, lambda x: r.m > x)) AS m FROM r, q
"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--large", action="store_true")
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--folder", type=Path, help="keeps the companies; a temporary one otherwise")
    asked.add_argument("--work", choices=WORK, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.work:
        WORK[given.work](given.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        keep_bytecode(given.folder or Path(temporary))
        for size in ("small", "large") if given.large else ("small",):
            compare((given.folder or Path(temporary)) / size, size, runs=given.runs)


def compare(place: Path, size: str, *, runs: int) -> None:
    from bench.speed.window_company import make_company, open_company
    from liuke.view.fast import code_events

    customers, events = SIZES[size]
    make_company(place, customers=customers, events=events)
    warehouse = open_company(place)
    with warehouse.lock(doing="benchmark"):
        code_events(warehouse)
    held = {
        table: [str(warehouse.root / part.file) for part in warehouse.manifest.parts(table)]
        for table in ("event_codes", "events")
    }
    (place / "files.json").write_text(json.dumps(held))
    me = [sys.executable, "-m", "bench.speed.rfm", "--folder", str(place)]
    asked = [name for name in WORK if size == "small" or name not in SMALL_ONLY]
    rows = {name: medians([*me, "--work", name], runs=runs) for name in asked}
    if size == "small" and (peer := find_peer("pymc-marketing")):
        command = [peer, "-c", PYMC, str(place / "rfm-pymc.parquet"), *_files(place)]
        rows["pymc-marketing rfm_segments"] = medians(command, runs=runs)
    print_table(f"RFM with scores, {events:,} events of {customers:,} customers", rows, floor="floor")
    print(f"{'ours against DuckDB SQL':<34}{_times(rows, 'DuckDB SQL'):>9}")


def _times(rows: dict[str, Run], peer: str) -> str:
    return f"{rows[peer].cpu_s / rows['ours'].cpu_s:.1f} ×"


def _files(place: Path, table: str = "event_codes") -> list[str]:
    """Paths of a table's files, without asking the library."""
    return json.loads((place / "files.json").read_text())[table]


def floor(place: Path) -> None:
    """Read the columns and keep the rows that are wanted."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    day, kept = pa.scalar(AS_OF, pa.date32()), 0
    columns = ["customer", "happened_on", "known_on", "kind", "amount_fen"]
    for name in _files(place):
        file = pq.ParquetFile(name, read_dictionary=["kind"])
        for piece in file.iter_batches(batch_size=1 << 20, columns=columns):
            kind = piece["kind"]
            wanted = pc.is_in(kind.dictionary, value_set=pa.array(["purchase", "refund"])).take(kind.indices)
            seen = pc.and_(pc.less(piece["happened_on"], day), pc.less(piece["known_on"], day))
            kept += piece.filter(pc.and_(wanted, seen)).num_rows
    assert kept


def ours(place: Path) -> None:
    import pyarrow.parquet as pq

    from bench.speed.window_company import open_company
    from liuke.view import rfm

    pq.write_table(rfm(open_company(place), as_of=AS_OF, parts=5), place / "rfm-ours.parquet")


def by_scheme(place: Path) -> None:
    import ibis

    from bench.speed.window_company import open_company
    from liuke.tier import load
    from liuke.view import rfm

    summary = rfm(open_company(place), as_of=AS_OF).select(["customer_id", "last_on", "purchases", "spend"])
    table = ibis.memtable(summary.rename_columns(["customer_id", "last_on", "frequency", "monetary"]))
    load("rfm/quantile").express(table, as_of=AS_OF).to_parquet(str(place / "rfm-scheme.parquet"))


def by_sql_of_events(place: Path) -> None:
    names = (("customer", "customer_id"), ("happened_on", "happened_at"), ("known_on", "known_at"))
    query = SQL.format(files=_files(place, "events"), seen=SEEN.format(day=AS_OF))
    for coded, loaded in names:
        query = query.replace(coded, loaded)
    _copy(query.replace("max(happened_at)", "max(happened_at::DATE)"), place)


def by_sql(place: Path) -> None:
    _copy(SQL.format(files=_files(place), seen=SEEN.format(day=AS_OF)), place)


def _copy(query: str, place: Path) -> None:
    import duckdb

    with duckdb.connect() as database:
        database.execute(f"COPY ({query}) TO '{place / 'rfm-sql.parquet'}' (FORMAT parquet)")


def by_ibis(place: Path) -> None:
    import ibis
    from ibis import _

    rows = ibis.duckdb.connect().read_parquet(_files(place))
    seen = rows.filter(rows.kind.isin(["purchase", "refund"]), _.happened_on < AS_OF, _.known_on < AS_OF)
    found = seen.group_by("customer").aggregate(
        last_on=_.happened_on.max(where=_.amount_fen >= 0),
        frequency=_.count(where=_.amount_fen >= 0),
        monetary=_.amount_fen.sum(),
    )
    bought = found.filter(found.frequency > 0)
    bought = bought.mutate(days=ibis.literal(AS_OF).delta(bought.last_on, unit="day"))
    names = ("days", "frequency", "monetary")
    fifths = [bought[name].quantile(n / 5).name(f"{name}_{n}") for name in names for n in range(1, 5)]
    each = bought.cross_join(bought.aggregate(fifths))

    def above(name: str) -> ibis.Value:
        return sum((each[name] > each[f"{name}_{n}"]).cast("int8") for n in range(1, 5))

    recent = sum((each.days < each[f"days_{n}"]).cast("int8") for n in range(1, 5))
    scored = each.select(
        *("customer", "last_on", "frequency", "monetary"),
        r=5 - recent,
        f=1 + above("frequency"),
        m=1 + above("monetary"),
    )
    scored.to_parquet(place / "rfm-ibis.parquet")


def by_pandas(place: Path) -> None:
    import pandas as pd

    day = pd.Timestamp(AS_OF)
    rows = pd.read_parquet(
        _files(place), columns=["customer", "happened_on", "known_on", "kind", "amount_fen"]
    )
    rows = rows[rows.kind.isin(["purchase", "refund"])]
    rows = rows[(pd.to_datetime(rows.happened_on) < day) & (pd.to_datetime(rows.known_on) < day)]
    bought = rows[rows.amount_fen >= 0].groupby("customer")
    found = pd.DataFrame({"last_on": bought.happened_on.max(), "f": bought.size()})
    found["m"] = rows.groupby("customer").amount_fen.sum()
    found["r"] = pd.to_datetime(found.last_on).astype("int64")
    for name in ("r", "f", "m"):
        ranks = found[name].rank(method="average")
        found[f"{name}_part"] = pd.qcut(ranks, 5, labels=False, duplicates="drop")
    found.to_parquet(place / "rfm-pandas.parquet")


def by_lifetimes(place: Path) -> None:
    """Its summary counts days with a purchase, as ours does; it has no scores."""
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    day = pd.Timestamp(AS_OF)
    columns = ["customer", "happened_on", "known_on", "kind", "amount_fen"]
    rows = pd.read_parquet(_files(place), columns=columns)
    rows = rows[(rows.kind == "purchase") & (pd.to_datetime(rows.known_on) < day)]
    rows = rows.assign(happened_on=pd.to_datetime(rows.happened_on))
    found = summary_data_from_transaction_data(
        rows[rows.happened_on < day],
        *("customer", "happened_on"),
        monetary_value_col="amount_fen",
        observation_period_end=day - pd.Timedelta(days=1),
    )
    found.to_parquet(place / "rfm-lifetimes.parquet")


WORK: dict[str, Callable[[Path], None]] = {
    "floor": floor,
    "ours": ours,
    "ours, segments with reasons": by_scheme,
    "DuckDB SQL": by_sql,
    "DuckDB SQL, events as loaded": by_sql_of_events,
    "Ibis on DuckDB": by_ibis,
    "pandas": by_pandas,
    "lifetimes, without scores": by_lifetimes,
}


if __name__ == "__main__":
    main()
