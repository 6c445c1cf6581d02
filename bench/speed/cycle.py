"""A whole cycle from files to the workbench, cold: where the time goes, and the most memory taken.

    python -m bench.speed.cycle [--customers 1_000_000] [--months 12] [--world DIR] [--keep DIR]

Makes a simulated telecom company of that size (or takes one made before), a workspace over it with an
empty workbench, and runs `liuke cycle` in a process of its own. The floor is one read of the company's
event files with pyarrow, and the time to write as many bytes as the cycle leaves behind.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.speed.processes import Run, print_table, run_once

EVENTS = ("usage", "incidents", "payments", "bills")
LIUKE = (sys.executable, "-m", "liuke.pipeline.cli")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=1_000_000)
    asked.add_argument("--months", type=int, default=12)
    asked.add_argument("--world", type=Path, help="a simulated company made before")
    asked.add_argument("--keep", type=Path, help="an empty folder to leave the workspace in")
    asked.add_argument("--read-events", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--write-bytes", type=int, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.read_events:
        read_events(given.read_events)
    elif given.write_bytes:
        write_bytes(given.write_bytes)
    elif given.keep:
        measure(given, given.keep)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(given, Path(folder))


def measure(given: argparse.Namespace, folder: Path) -> None:
    rows: dict[str, Run] = {}
    world = given.world or folder / "world"
    if not given.world:
        size = ("--customers", str(given.customers), "--months", str(given.months), "--seed", "1")
        rows["making the company"] = run_once([*LIUKE, "world", "new", "telecom", str(world), *size])
    workspace = make_workspace(folder / "workspace", world)
    run_once([*LIUKE, "migrate", "-w", str(workspace)])
    out = folder / "cycle.json"
    rows["the cycle"] = run_cycle(workspace, out)
    me = (sys.executable, "-m", "bench.speed.cycle")
    left = sum(path.stat().st_size for path in (workspace / "var").rglob("*") if path.is_file())
    rows["floor: reading the events"] = run_once([*me, "--read-events", str(world / "sources")])
    rows["floor: writing as much as is left"] = run_once([*me, "--write-bytes", str(left)])
    rows["the same cycle again"] = run_cycle(workspace, folder / "again.json")
    print_steps(json.loads(out.read_text(encoding="utf-8")), left)
    print_table("A cycle from files to the workbench", rows, floor="floor: reading the events")


def make_workspace(folder: Path, world: Path) -> Path:
    """A workspace over a company that stands elsewhere, without copying it."""
    from liuke.pipeline.initialise import initialise

    def link(place: Path) -> None:
        place.symlink_to(world.resolve(), target_is_directory=True)

    return initialise("telecom", folder, sample="world", language="en", make_world=link)


def run_cycle(workspace: Path, out: Path) -> Run:
    command = " ".join([*LIUKE, "cycle", "--json", "-w", str(workspace), ">", str(out)])
    return run_once(["sh", "-c", f"exec {command}"])


def read_events(sources: Path) -> None:
    import pyarrow.parquet as pq

    files = [path for name in EVENTS for path in sorted(sources.glob(f"{name}-*.parquet"))]
    rows = sum(pq.read_table(path).num_rows for path in files)
    print(f"{rows:,} events")


def write_bytes(count: int) -> None:
    """That many bytes into a file, and down to the disk."""
    block = b"\0" * 2**20
    with tempfile.TemporaryFile() as file:
        for _ in range(count // len(block) + 1):
            file.write(block)


def print_steps(report: dict[str, Any], left: int) -> None:
    print(f"\nAs of {report['as_of']}; {left / 2**30:.2f} GiB left in var/")
    print(f"{'step':<12}{'wall s':>10}")
    for step, seconds in report["seconds"].items():
        print(f"{step:<12}{seconds:>10.1f}")
    print(f"{'all':<12}{sum(report['seconds'].values()):>10.1f}")


if __name__ == "__main__":
    main()
