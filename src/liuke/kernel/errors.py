"""Errors this library raises on purpose. Anything else that escapes is a bug.

Every message names the thing, the value and the way out, because it is shown to a user as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path


class LiukeError(Exception):
    """Base of every anticipated error; its message is fit to show a user."""

    exit_code = 1


class DataRefused(LiukeError):
    """A source whose rows cannot be taken in; nothing of it was loaded."""

    exit_code = 3


class Busy(LiukeError):
    """Another process is writing to the same workspace."""


class TableMissing(LiukeError):
    """A question that a company's tables hold nothing, or too little, to answer from.

    tables: their names, or `table.column`.
    """

    def __init__(self, message: str, *, tables: Iterable[str]):
        self.tables = tuple(tables)
        super().__init__(message)


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing wrong in a file a person wrote: where it stands and what to do about it."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ConfigRefused(LiukeError):
    """Configuration with mistakes; all of them are told at once, each once whoever came upon it."""

    def __init__(self, mistakes: Iterable[Mistake]):
        self.mistakes = tuple(sorted(set(mistakes)))
        count = len(self.mistakes)
        noun = "mistake" if count == 1 else "mistakes"
        lines = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        super().__init__(f"{count} {noun} in the configuration, nothing was read:\n{lines}")


class MissingColumn(LiukeError):
    """A frame lacks a column that somebody needs."""

    def __init__(self, column: str, *, wanted_by: str, present: Iterable[str]):
        have = sorted(present)
        super().__init__(
            f"{wanted_by} needs the column {column!r}, which the frame does not have"
            f"{suggestion(column, have)}.\nThe frame has: {', '.join(have) or 'no column at all'}."
        )


def suggestion(word: str, valid: Iterable[str]) -> str:
    """A parenthesis naming the nearest valid name, or nothing when none is near."""
    near = get_close_matches(word, list(valid), n=1, cutoff=0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""
