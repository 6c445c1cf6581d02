"""Re-entry as of a day: who came back under a new number, kept in the warehouse."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from liuke.pipeline.network_results import Found, Search, ask
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import Workspace

if TYPE_CHECKING:
    import ibis

    from liuke.predict.reentry.held import Everything


@dataclass(frozen=True)
class ReentryReport:
    """matches: `reentries`, the most likely first. churn: `net_churn`, by month, all together last."""

    as_of: date
    matches: pa.Table
    churn: pa.Table
    card: dict[str, Any]

    def document(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            **self.card,
            "churn": self.churn.to_pylist(),
            "matches": self.matches.to_pylist(),
        }


def recognise_reentries(
    workspace: Workspace, *, as_of: date, progress: Callable[[str], None] = lambda doing: None
) -> ReentryReport:
    """Find who came back, store `reentries` and `net_churn` as of the day, and tell.

    Raises TableMissing naming the table or column that is missing.
    """
    found, card = ask(workspace, REENTRY, as_of=as_of, progress=progress)
    matches = found["reentries"].sort_by([("probability", "descending"), ("customer_id", "ascending")])
    churn = found["net_churn"].sort_by([("month", "ascending")])
    return ReentryReport(as_of, matches, churn, card)


def _find(run: Run) -> Found:
    from liuke.pipeline.steps.heard import churn_tables, known_leavings
    from liuke.predict.churn import load_churn
    from liuke.predict.reentry import find_reentries

    definition = load_churn(run.workspace.root / "churn.toml")
    tables = churn_tables(run, definition)
    found = find_reentries(
        tables,
        definition,
        run.workspace.engine,
        as_of=run.as_of,
        seed=run.config.seed,
        leavings=known_leavings(run, tables, definition),
        everything=_everything(run, tables),
    )
    return {"reentries": found.matches, "net_churn": found.churn}, found.card


def _everything(run: Run, tables: Mapping[str, "ibis.Table"]) -> "Everything":
    """What customers were ever known by, from one reading for all days that the process asks for."""
    from liuke.predict.reentry.held import USED, read_everything

    def find(folder: Path) -> "Everything":
        return read_everything(tables, run.workspace.engine).keep(folder)

    parts = [part.file for name in USED for part in run.warehouse.manifest.parts(name)]
    return run.workspace.scratch.remember("traces", parts, find)


REENTRY = Search("reentry", ("reentries", "net_churn"), _find)
