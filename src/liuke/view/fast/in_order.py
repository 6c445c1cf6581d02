"""Pieces of work side by side, their results in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def do_in_order(do: Callable[[A], B], jobs: Iterable[A], *, at_once: int) -> Iterator[B]:
    """What is done of each job, in their order; no more than so many are begun and not yet taken.

    >>> list(do_in_order(lambda job: job * 2, [1, 2, 3], at_once=2))
    [2, 4, 6]
    """
    if at_once < 2:
        yield from map(do, jobs)
        return
    begun: deque[Future[B]] = deque()
    with ThreadPoolExecutor(at_once) as pool:
        for job in jobs:
            begun.append(pool.submit(do, job))
            if len(begun) == at_once:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
