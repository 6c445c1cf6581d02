"""Times of whole processes as the operating system counts them, and a table of medians beside a floor."""

import os
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

MIB = 1024.0
PEERS = {"pymc-marketing": "LIUKE_PEER_PYMC", "tl2cgen": "LIUKE_PEER_TL2CGEN"}


@dataclass(frozen=True)
class Run:
    """One finished process: seconds of processor and of the wall, greatest memory in MiB."""

    cpu_s: float
    wall_s: float
    peak_mib: float


def run_once(command: Sequence[str]) -> Run:
    """Run a command to its end. Raises RuntimeError when it fails."""
    began = time.perf_counter()
    pid = os.posix_spawnp(command[0], list(command), os.environ)
    _, status, used = os.wait4(pid, 0)
    wall_s = time.perf_counter() - began
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return Run(used.ru_utime + used.ru_stime, wall_s, _peak(used) / MIB)


def _peak(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)


def find_peer(peer: str) -> str | None:
    """The Python of a peer with an environment of its own (bench/peers); a line is printed without one."""
    python = os.environ.get(PEERS[peer])
    if not python:
        print(f"{peer} is left out: {PEERS[peer]} names no Python that has it (bench/peers/{peer}.txt).")
    return python


def medians(command: Sequence[str], *, runs: int) -> Run:
    """Medians of several runs, after one that warms up files and caches."""
    run_once(command)
    found = [run_once(command) for _ in range(runs)]
    return Run(
        statistics.median(each.cpu_s for each in found),
        statistics.median(each.wall_s for each in found),
        statistics.median(each.peak_mib for each in found),
    )


def print_table(title: str, rows: dict[str, Run], *, floor: str) -> None:
    """Each command's medians, and its processor time as a multiple of the floor's."""
    print(f"\n{title}")
    print(f"{'':<34}{'cpu s':>9}{'wall s':>9}{'peak MiB':>10}{'× floor':>9}")
    for name, run in rows.items():
        ratio = run.cpu_s / rows[floor].cpu_s
        print(f"{name:<34}{run.cpu_s:>9.2f}{run.wall_s:>9.2f}{run.peak_mib:>10.0f}{ratio:>9.1f}")
