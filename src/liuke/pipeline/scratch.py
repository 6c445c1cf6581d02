"""What one process found and asks for again, in a folder of its own that goes with the process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from liuke.store.room import Room

Found = TypeVar("Found")


@dataclass(frozen=True)
class _Kept:
    made_of: object
    found: Any
    folder: Room  # removed when nobody holds it any longer


class Scratch:
    """Findings by name; one that was made of something else is found anew, and the former let go."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def remember(self, name: str, made_of: object, find: Callable[[Path], Found]) -> Found:
        """What find answered when it was asked of the same. It may leave files in the folder given."""
        kept = self._kept.get(name)
        if kept is None or kept.made_of != made_of:
            self._kept.pop(name, None)  # before the next takes as much room
            folder = Room("liuke-scratch-")
            kept = self._kept[name] = _Kept(made_of, find(folder.path), folder)
        found: Found = kept.found
        return found
