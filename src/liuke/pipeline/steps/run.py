"""What the steps of one cycle share: the workspace, the day, and how a step knows it is done."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import ibis

import liuke
from liuke.kernel.days import midnight
from liuke.pipeline.ports import Desk
from liuke.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from liuke.store.warehouse import Rows
    from liuke.view.features import Feature


@dataclass(frozen=True)
class StepReport:
    """What one step did. `was_current` says that nothing had changed and nothing was done."""

    step: str
    was_current: bool = False
    figures: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[Mapping[str, Any], ...] = ()

    def document(self) -> dict[str, Any]:
        return {"step": self.step, "was_current": self.was_current, **self.figures, "lines": list(self.lines)}


class Run:
    """One cycle at work; used by the steps and by nobody else."""

    def __init__(
        self, workspace: Workspace, *, as_of: date, progress: Callable[[str], None], desk: Desk | None
    ):
        self.workspace = workspace
        self.warehouse = workspace.warehouse
        self.config = workspace.config
        self.as_of = as_of
        self.progress = progress
        self.desk = desk

    def at(self, day: date) -> "Run":
        """The same as of another day, for what learning asks of earlier ones."""
        return Run(self.workspace, as_of=day, progress=self.progress, desk=None)

    @property
    def partition(self) -> str:
        return self.as_of.isoformat()

    def canonical(self) -> dict[str, ibis.Table]:
        """Every canonical table as it stands now."""
        from liuke.ingest.tables import canonical_tables

        return canonical_tables(self.warehouse)

    @cached_property
    def features(self) -> tuple["Feature", ...]:
        from liuke.view.features import load_features

        return load_features(self.workspace.root / "features")

    def fingerprint(
        self,
        *,
        settings: tuple[str, ...] = (),
        tables: tuple[str, ...] = (),
        earlier: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """A hash of all that a step uses: data known by the day, files of the workspace, results, code.

        tables: results of this day; earlier: results of another day, by table.
        """
        used = {
            "version": liuke.__version__,
            "as_of": self.partition,
            "known": self.known_parts(self.as_of),
            "settings": self.workspace.hash_of(settings),
            "tables": {name: self._hashes(name, self.partition) for name in tables},
            "earlier": {name: [day, *self._hashes(name, day)] for name, day in earlier.items()},
        }
        return _hash(used)

    def known_parts(self, day: date) -> list[str]:
        """Hashes of the canonical files that hold anything known before a day's midnight."""
        from liuke.ingest.canonical import TABLES

        edge = midnight(day).isoformat()
        return [
            part.sha256
            for name in sorted(TABLES)
            for part in self.warehouse.manifest.parts(name)
            if part.known_from is None or part.known_from < edge
        ]

    def is_current(self, step: str, fingerprint: str) -> bool:
        return self.warehouse.manifest.notes.get(f"{step}/{self.partition}") == fingerprint

    def store(self, step: str, fingerprint: str, results: Mapping[str, "Rows"]) -> None:
        """Put a step's results and its fingerprint in place, at one instant."""
        draft = self.warehouse.draft(source=f"{step}/{self.partition}")
        for name, rows in results.items():
            draft.replace(name, rows, partition=self.partition)
        draft.note(f"{step}/{self.partition}", fingerprint)
        draft.commit()

    def _hashes(self, table: str, partition: str) -> list[str]:
        return [part.sha256 for part in self.warehouse.manifest.parts(table, partition)]


def _hash(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
