"""Work on other threads while this one goes on: rows are written while the next are read."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

THREADS = 2  # pieces of work that are held at once


class Beside:
    """Threads that do what they are given. What finds all of them busy waits until one is not, so that no
    more pieces of work are held than there are threads. Use as a context manager.
    """

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads)
        self._begun: list[Future[None]] = []

    def do(self, work: Callable[[], None]) -> None:
        """Begin a piece of work when a thread is free; an error of one before is raised here."""
        if len(self._begun) >= self._threads:
            wait(self._begun, return_when=FIRST_COMPLETED)
        self._raise_of([each for each in self._begun if each.done()])
        self._begun.append(self._pool.submit(work))

    def wait(self) -> None:
        """Until all is done; an error that came up is raised here, once."""
        wait(self._begun)
        self._raise_of([*self._begun])

    def _raise_of(self, done: list[Future[None]]) -> None:
        self._begun = [each for each in self._begun if each not in done]
        for each in done:
            each.result()

    def __enter__(self) -> "Beside":
        return self

    def __exit__(self, *_: object) -> None:
        """All work has ended, well or not; an error that nobody waited for goes with what it was part of."""
        self._pool.shutdown(wait=True)
