"""Independent pieces of work beside each other, as many as cores and memory allow."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

_MOST = 4  # what is read and written beside each other waits for the same disk


def at_once(bytes_each: int, memory_gib: float) -> int:
    """How many pieces of work fit the memory beside each other; one at least, at most one a core."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _MOST, int(memory_gib * 2**30 // max(bytes_each, 1))))


def in_order(do: Callable[[A], B], jobs: Iterable[A], *, side_by_side: int) -> Iterator[B]:
    """What was done of each job, in order. Jobs that have not begun are left where one before them fails.

    No thread waits for what is done to be taken (as in `do_in_order`), so that it should be small.
    """
    if side_by_side < 2:
        yield from map(do, jobs)
        return
    with ThreadPoolExecutor(side_by_side) as pool:
        yield from pool.map(do, jobs)
