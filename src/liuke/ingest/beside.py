"""Work on another thread while this one goes on: rows are written while the next are read."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class Beside:
    """One thread that does what it is given, in that order. What it is given waits for what was before it,
    so that no more than one piece of work is held. Use as a context manager.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._begun: Future[None] | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Begin a piece of work when the one before is done; an error of that one is raised here."""
        self.wait()
        self._begun = self._thread.submit(work)

    def wait(self) -> None:
        """Until all is done; an error that came up is raised here, once."""
        begun, self._begun = self._begun, None
        if begun is not None:
            begun.result()

    def __enter__(self) -> "Beside":
        return self

    def __exit__(self, *_: object) -> None:
        """All work has ended, well or not; an error that nobody waited for goes with what it was part of."""
        self._thread.shutdown(wait=True)
