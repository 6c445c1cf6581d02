"""The audit of dealers as of a day, kept in the warehouse."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from liuke.kernel.errors import LiukeError, suggestion
from liuke.pipeline.network_results import Found, Search, ask
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import Workspace


@dataclass(frozen=True)
class DealerReport:
    """cases: `dealer_cases`, the most suspect first."""

    as_of: date
    cases: pa.Table
    card: dict[str, Any]

    def document(self) -> dict[str, Any]:
        return {"as_of": self.as_of, **self.card, "cases": self.cases.to_pylist()}

    def case_of(self, dealer: str) -> dict[str, Any]:
        """One dealer's case file. Raises LiukeError for a dealer that was not judged."""
        found = {case["dealer_id"]: case for case in self.cases.to_pylist()}
        if dealer not in found:
            raise LiukeError(
                f"The dealer {dealer!r}{suggestion(dealer, found)} was not judged as of {self.as_of}: it is "
                "unknown, has no assessment day, or too few customers reached it."
            )
        return found[dealer]


def judge_dealers(
    workspace: Workspace, *, as_of: date, progress: Callable[[str], None] = lambda doing: None
) -> DealerReport:
    """Audit every dealer, store `dealer_cases` as of the day, and tell.

    Raises TableMissing naming the table or column that is missing.
    """
    found, card = ask(workspace, DEALERS, as_of=as_of, progress=progress)
    order = [("q_value", "ascending"), ("gone_after", "descending"), ("dealer_id", "ascending")]
    return DealerReport(as_of, found["dealer_cases"].sort_by(order), card)


def _find(run: Run) -> Found:
    from liuke.pipeline.steps.heard import churn_tables, known_leavings
    from liuke.predict.churn import load_churn
    from liuke.predict.dealers import audit_dealers

    definition = load_churn(run.workspace.root / "churn.toml")
    tables = churn_tables(run, definition)
    found = audit_dealers(
        tables,
        definition,
        run.workspace.engine,
        as_of=run.as_of,
        leavings=known_leavings(run, tables, definition),
    )
    return {"dealer_cases": found.cases}, found.card


DEALERS = Search("dealers", ("dealer_cases",), _find)
