"""What the library's cycle asks of the workbench: its facts before, to publish the results after.

Django serves one workspace in a process. A program that cycles several has the others answered by
processes of their own.
"""

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any

from liuke_desk.config import apart, schema
from liuke_desk.config.entering import enter, is_elsewhere

if TYPE_CHECKING:
    import pyarrow as pa

Workspace = Any  # the library's, handed through to the bridge


class Workbench:
    """The desk behind the port that the library declares."""

    def export_facts(self, workspace: Workspace) -> Iterable[tuple[str, "pa.Table"]]:
        """Contacts, offers and assignments that people made here, as canonical rows."""
        if is_unused(workspace):
            return []
        if is_elsewhere(workspace.root):
            return apart.export_facts(workspace.root)
        enter(workspace.root)
        schema.ensure_schema()
        return collect_facts()

    def publish(self, workspace: Workspace, *, as_of: date) -> int:
        """Put the results of a cycle before people, all at once; returns how many customers."""
        if is_elsewhere(workspace.root):
            return apart.publish(workspace.root, as_of=as_of)
        enter(workspace.root)
        schema.ensure_schema()
        return publish_results(workspace, as_of=as_of)

    def has_published(self, workspace: Workspace, *, as_of: date) -> bool:
        """Whether people see the results as of that day now."""
        if is_unused(workspace):
            return False
        if is_elsewhere(workspace.root):
            return apart.has_published(workspace.root, as_of=as_of)
        enter(workspace.root)
        if schema.is_new():
            return False
        from liuke_desk.customers.selectors import get_current_publication

        publication = get_current_publication()
        return publication is not None and publication.as_of == as_of


def is_unused(workspace: Workspace) -> bool:
    """Whether nobody ever worked here, which needs no Django to know."""
    return workspace.database == "sqlite" and not (workspace.var / "desk.sqlite3").exists()


def publish_results(workspace: Workspace, *, as_of: date) -> int:
    from liuke_desk.bridge import clock, published
    from liuke_desk.config.hooks import run_after_publish, run_during_publish
    from liuke_desk.customers import services

    now = clock.now()
    units = published.read_units(workspace)
    with closing(published.read_batches(workspace, as_of=as_of)) as batches:
        publication = services.publish(
            as_of=as_of,
            batches=batches,
            units=units,
            schemes=published.read_schemes(workspace, as_of=as_of),
            simulated=workspace.is_simulated,
            at=now,
            before_switch=lambda publication: run_during_publish(publication, units=units),
        )
    run_after_publish(publication, at=now)
    return publication.customers


def collect_facts() -> Iterable[tuple[str, "pa.Table"]]:
    from liuke_desk.bridge.facts import make_table
    from liuke_desk.config.hooks import list_facts

    return [(name, make_table(name, rows)) for name, rows in list_facts()]
