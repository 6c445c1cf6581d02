"""The same declared expressions on a local Spark, beside DuckDB: same answers, and what an event costs.

    python -m bench.speed.spark [--large] [--folder DIR]

The sixty window features of bench.speed.view as one portable Ibis expression, as of one day, on events as
they are loaded: 10,000 customers with 500,000 events and 100,000 with 5 million; with --large also a million
with 50 million. Each engine's answer is written as Parquet, and Spark's is held to DuckDB's value by value.
Seconds are of whole processes, Java's included, once each. What it takes to start Spark is measured by
itself and taken off before seconds are divided by events: the cost of an event is flat if it does not grow
with them. The floor is Spark's own scan of the columns. Spark may hold 4 GiB, and spills beyond.
Without Java or pyspark the benchmark is left out and says so.
"""

import argparse
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.speed.bytecode import keep_bytecode
from bench.speed.processes import Run, run_once

SIZES = {
    "tenth": (10_000, 500_000),
    "small": (100_000, 5_000_000),
    "large": (1_000_000, 50_000_000),
}
ANSWER = "spark-answer-{}.parquet"
_TABLES = ("customers", "events")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--large", action="store_true")
    asked.add_argument("--folder", type=Path, help="keeps the companies; a temporary one otherwise")
    asked.add_argument("--work", choices=WORK, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.work:
        WORK[given.work](given.folder)
    elif shutil.which("java") is None or importlib.util.find_spec("pyspark") is None:
        print("Spark is left out: it needs Java 17 and pyspark (uv sync --extra spark).")
    else:
        with tempfile.TemporaryDirectory() as temporary:
            keep_bytecode(given.folder or Path(temporary))
            _compare_sizes(
                given.folder or Path(temporary), list(SIZES) if given.large else ["tenth", "small"]
            )


def _compare_sizes(folder: Path, sizes: list[str]) -> None:
    from bench.speed.window_company import make_company

    print(f"{'60 features as of one day':<36}{'cpu s':>9}{'wall s':>9}{'peak MiB':>10}{'µs an event':>13}")
    for size in sizes:
        customers, events = SIZES[size]
        make_company(folder / size, customers=customers, events=events)
        rows = {name: _run(name, folder / size) for name in WORK}
        start = rows["Spark, start alone"].cpu_s
        for name, run in rows.items():
            spent = run.cpu_s - (start if name.startswith("Spark") else 0.0)
            each = "" if name.endswith("alone") else f"{spent / events * 1e6:.2f}"
            figures = f"{run.cpu_s:>9.1f}{run.wall_s:>9.1f}{run.peak_mib:>10.0f}{each:>13}"
            print(f"{f'{events:,} events: {name}':<36}{figures}", flush=True)
        print(f"{'':<36}{check_answers(folder / size):,} values are the same", flush=True)


def _run(name: str, place: Path) -> Run:
    command = [sys.executable, "-m", "bench.speed.spark", "--work", name, "--folder", str(place)]
    return run_once(command)


def check_answers(place: Path) -> int:
    """How many values were compared. Raises AssertionError where Spark says another than DuckDB."""
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    ours, theirs = (
        ds.dataset(place / ANSWER.format(engine)).to_table().sort_by("customer_id")
        for engine in ("duckdb", "spark")
    )
    assert ours.column_names == theirs.column_names
    assert ours.num_rows == theirs.num_rows > 0
    for name in ours.column_names:
        left, right = ours[name], theirs[name].cast(ours[name].type)
        same = pc.fill_null(pc.equal(left, right), False)
        both_missing = pc.and_(pc.is_null(left), pc.is_null(right))
        assert pc.all(pc.or_(same, both_missing)).as_py(), f"Spark and DuckDB differ in {name}"
    return int(ours.num_rows * ours.num_columns)


def _view(tables: dict[str, Any]) -> Any:
    from bench.speed.view import DAYS, declared
    from liuke.view.portable import compute_view

    return compute_view(tables, declared(), as_of=DAYS["one"][0])


def _files(place: Path) -> dict[str, list[Path]]:
    from bench.speed.window_company import open_company

    warehouse = open_company(place)
    return {name: [warehouse.root / part.file for part in warehouse.manifest.parts(name)] for name in _TABLES}


def by_duckdb(place: Path) -> None:
    from liuke.store import Engine

    engine = Engine(memory_gib=4.0)
    view = _view({name: engine.read_parquet(files) for name, files in _files(place).items()})
    view.to_parquet(place / ANSWER.format("duckdb"))


def by_spark(place: Path) -> None:
    def work(tables: dict[str, Any]) -> None:
        view = tables["events"].get_backend().compile(_view(tables))
        answer = place / ANSWER.format("spark")
        session = tables["events"].get_backend()._session
        session.sql(view).write.mode("overwrite").parquet(str(answer))

    _with_spark(place, work)


def scan_by_spark(place: Path) -> None:
    """Read the columns and give each value a look."""

    def work(tables: dict[str, Any]) -> None:
        events = tables["events"]
        events.aggregate(
            customers=events.customer_id.length().sum(),
            kinds=events.kind.length().sum(),
            happened_at=events.happened_at.max(),
            known_at=events.known_at.max(),
            amount_fen=events.amount_fen.sum(),
        ).to_pyarrow()

    _with_spark(place, work)


def start_spark(place: Path) -> None:
    _with_spark(place, lambda tables: tables["customers"].limit(1).to_pyarrow())


def _with_spark(place: Path, work: Callable[[dict[str, Any]], None]) -> None:
    import ibis
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYARROW_IGNORE_TIMEZONE", "1")
    settings = {
        "spark.driver.memory": "4g",
        "spark.local.dir": str(place / "spark"),
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "16",
        "spark.sql.session.timeZone": "UTC",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    backend = ibis.pyspark.connect(session)
    tables = {name: _read(backend, files) for name, files in _files(place).items()}
    work(tables)
    gateway = session.sparkContext._gateway
    session.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()  # Java ends with it; waited for, so that its seconds are counted
    gateway.proc.wait()


def _read(backend: Any, files: list[Path]) -> Any:
    folder = files[0].parent if len(files) == 1 else files[0].parent.parent
    return backend.read_parquet(str(folder), recursiveFileLookup="true")


WORK: dict[str, Callable[[Path], None]] = {
    "DuckDB": by_duckdb,
    "Spark": by_spark,
    "Spark, scan (floor)": scan_by_spark,
    "Spark, start alone": start_spark,
}


if __name__ == "__main__":
    main()
