"""A temporary folder of one process, gone with it: a killed one's is removed by the next to ask for one."""

import fcntl
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO

_HELD = "held"  # the file that a folder's process keeps locked; the system lets go when the process ends


class Room:
    """A folder under the system's temporary folder, and the lock that says that it is in use."""

    def __init__(self, prefix: str):
        sweep_rooms(prefix)
        self.path, lock = _take(prefix)
        self.close = weakref.finalize(self, _leave, self.path, lock)  # at the latest when the process ends


def sweep_rooms(prefix: str) -> int:
    """Remove the folders of processes that are gone; returns how many."""
    removed = 0
    for held in Path(tempfile.gettempdir()).glob(f"{prefix}*/{_HELD}"):
        with suppress(OSError), held.open("r+b") as lock:  # in use, another user's, or gone meanwhile
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(held.parent, ignore_errors=True)
            removed += 1
    return removed


def _leave(path: Path, lock: IO[bytes]) -> None:
    shutil.rmtree(path, ignore_errors=True)
    lock.close()


def _take(prefix: str) -> tuple[Path, IO[bytes]]:
    while True:
        path = Path(tempfile.mkdtemp(prefix=prefix))
        lock = (path / _HELD).open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (path / _HELD).exists():  # nobody took it for a dead one's between the two lines before
            return path, lock
        lock.close()
