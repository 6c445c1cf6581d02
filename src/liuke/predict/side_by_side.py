"""Independent work on all cores, each piece on one: the answers are the same however many cores there are."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

A = TypeVar("A")
B = TypeVar("B")

_MOST = 8  # at once: each job holds a table of its own, a quarter of a GiB where customers are scored


def count_cores() -> int:
    """Cores that this process may use, and no more than memory is reckoned for."""
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(here, _MOST)


CORES = count_cores()

_cores = threading.BoundedSemaphore(CORES)
_here = threading.local()


def do_side_by_side(do: Callable[[A], B], jobs: Iterable[A]) -> list[B]:
    """What was done of every job, in order; no more at once than there are cores.

    Within a job that has a core of its own, jobs are done one after the other, and shared with cores that
    have nothing else to do.
    """
    asked = list(jobs)
    if len(asked) < 2 or is_on_core():
        return _share(do, asked)

    def do_on_core(job: A) -> B:
        with on_core():
            return do(job)

    with ThreadPoolExecutor(max_workers=min(len(asked), CORES)) as pool:
        return list(pool.map(do_on_core, asked))


def do_together(do: Callable[[A], B], jobs: Iterable[A]) -> list[B]:
    """The same for a few jobs that wait for jobs of their own: all begin at once, and hold no core."""
    asked = list(jobs)
    if len(asked) < 2 or is_on_core():
        return _share(do, asked)
    with ThreadPoolExecutor(max_workers=len(asked)) as pool:
        return list(pool.map(do, asked))


def _share(do: Callable[[A], B], jobs: Sequence[A]) -> list[B]:
    """Done here; from a core's falling idle on, the jobs not begun yet are done there, too."""
    found: dict[int, B] = {}
    left = deque(enumerate(jobs))

    def work() -> None:
        while (place_job := _take(left)) is not None:
            found[place_job[0]] = do(place_job[1])

    with ThreadPoolExecutor(max_workers=CORES) as pool:
        helpers = []
        try:
            while (place_job := _take(left)) is not None:
                if left and is_on_core() and _cores.acquire(blocking=False):
                    helpers.append(pool.submit(_help, work))
                found[place_job[0]] = do(place_job[1])
        finally:
            left.clear()
        for helper in helpers:
            helper.result()
    return [found[place] for place in range(len(jobs))]


def _take(left: deque[A]) -> A | None:
    try:
        return left.popleft()
    except IndexError:  # another core may have taken the last
        return None


def _help(work: Callable[[], None]) -> None:
    """Work on a core that was kept for it."""
    try:
        with _at_work():
            work()
    finally:
        _cores.release()


def is_on_core() -> bool:
    """Whether this thread has a core of its own already."""
    return getattr(_here, "is_on_core", False)


@contextmanager
def on_core() -> Iterator[None]:
    """Wait for a core, and keep it."""
    with _cores, _at_work():
        yield


@contextmanager
def _at_work() -> Iterator[None]:
    with sums_in_one_order():
        _here.is_on_core = True
        try:
            yield
        finally:
            _here.is_on_core = False


class _Limits:
    """What holds the libraries' own threads back, and how many asked for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asked = 0
        self.held: Any = None


_limits = _Limits()


@contextmanager
def sums_in_one_order() -> Iterator[None]:
    """Matrix products on one thread, so that sums have one order, and none spins for small ones.

    The libraries know one limit for the whole process; it is lifted when the last who asked has ended.
    """
    with _limits.lock:
        if not _limits.asked:
            _limits.held = threadpool_limits(1, user_api="blas")
        _limits.asked += 1
    try:
        yield
    finally:
        with _limits.lock:
            _limits.asked -= 1
            if not _limits.asked:
                _limits.held.restore_original_limits()
