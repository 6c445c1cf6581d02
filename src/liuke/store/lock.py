"""One writer to a folder at a time. The operating system frees the lock when its holder dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from liuke.kernel.errors import Busy


@contextmanager
def hold_lock(path: Path, *, doing: str) -> Iterator[None]:
    """Hold the folder's writer lock; a second writer is refused at once with who holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            raise Busy(
                f"This workspace is being written to by {holder}; nothing was changed here.\n"
                "Wait until it has finished, then run the command again."
            ) from None
        handle.truncate(0)
        handle.write(doing)
        handle.flush()
        yield
        handle.truncate(0)
