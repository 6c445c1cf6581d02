"""What the cycle asks of a workbench, when one is installed, without knowing it."""

from collections.abc import Iterable
from datetime import date
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from liuke.pipeline.workspace import Workspace


class Desk(Protocol):
    """A workbench that people work in."""

    def export_facts(self, workspace: "Workspace") -> Iterable[tuple[str, "pa.Table"]]:
        """Canonical table names with the rows people made there: contacts, offers, assignments."""

    def publish(self, workspace: "Workspace", *, as_of: date) -> int:
        """Put the cycle's results before people, all at once; returns how many customers."""

    def has_published(self, workspace: "Workspace", *, as_of: date) -> bool:
        """Whether the results as of that day are what people see now."""


def find_desk() -> Desk | None:
    """The installed workbench, or None where only the library is used."""
    found = list(entry_points(group="liuke.desk"))
    return found[0].load()() if found else None
