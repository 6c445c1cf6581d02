"""Re-entry as of a day: who came back under a new number, kept in the warehouse."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from liuke.pipeline.network_results import Found, Search, ask
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import Workspace


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
    from liuke.pipeline.steps.heard import churn_tables
    from liuke.predict.churn import load_churn
    from liuke.predict.reentry import find_reentries

    definition = load_churn(run.workspace.root / "churn.toml")
    found = find_reentries(
        churn_tables(run, definition),
        definition,
        run.workspace.engine,
        as_of=run.as_of,
        seed=run.config.seed,
    )
    return {"reentries": found.matches, "net_churn": found.churn}, found.card


REENTRY = Search("reentry", ("reentries", "net_churn"), _find)
