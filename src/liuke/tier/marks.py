"""What kind of customer this is, as the people who speak with them mark it: temperament and need.

Marks are entered by agents, never guessed by a model. Each has a handling hint that is shown on the task.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.errors import ConfigRefused
from liuke.kernel.toml import TomlFile, read_model
from liuke.kernel.words import Words

MARKS_FILE = Path(__file__).parents[1] / "packs/general/marks.toml"

_PART = ConfigDict(frozen=True, extra="forbid")


class Mark(BaseModel):
    """A mark, its words, how to know it and how to handle such a customer."""

    model_config = _PART

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    words: Words
    sign: Words
    hint: Words


class MarkGroup(BaseModel):
    """Marks of which a customer has at most one."""

    model_config = _PART

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    words: Words
    marks: tuple[Mark, ...] = Field(min_length=2)


class Marks(BaseModel):
    """All groups of marks, in the order they are shown."""

    model_config = _PART

    groups: tuple[MarkGroup, ...] = Field(min_length=1)

    @property
    def by_name(self) -> Mapping[str, Mark]:
        return MappingProxyType({mark.name: mark for group in self.groups for mark in group.marks})


def load_marks(path: Path = MARKS_FILE) -> Marks:
    """The marks of a declaration, those that come with Liuke unless another is given.

    Raises ConfigRefused with every mistake and its line.
    """
    file = TomlFile(path)
    marks = read_model(Marks, file)
    seen: set[str] = set()
    mistakes = []
    for at, group in enumerate(marks.groups):
        for number, mark in enumerate(group.marks):
            if mark.name in seen:
                where = ("groups", at, "marks", number)
                mistakes.append(file.mistake(where, f"overlap: a second mark is called {mark.name!r}"))
            seen.add(mark.name)
    if mistakes:
        raise ConfigRefused(mistakes)
    return marks
