"""The health of early warning as of the last cycle, judged anew where anything changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from liuke.pipeline.explaining import last_cycle
from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.health import health
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import Workspace


@dataclass(frozen=True)
class HealthReport:
    """health: measures of the backtest and of earlier lists. drift: features and scores."""

    as_of: date
    health: pa.Table
    drift: pa.Table

    def document(self) -> dict[str, Any]:
        return {"as_of": self.as_of, "health": self.health.to_pylist(), "drift": self.drift.to_pylist()}


def check_health(
    workspace: Workspace, *, as_of: date, progress: Callable[[str], None] = lambda doing: None
) -> HealthReport:
    """Judge early warning as of the last cycle up to a day, and keep what was found.

    Raises Busy when another process writes to the workspace; LiukeError where there was no cycle yet.
    """
    day = last_cycle(workspace, as_of=as_of)
    with workspace.warehouse.lock(doing=f"health as of {day}"):
        health(Run(workspace, as_of=day, progress=progress, desk=None))
    return HealthReport(day, _stored(workspace, "health", day), _stored(workspace, "drift", day))


def _stored(workspace: Workspace, name: str, day: date) -> pa.Table:
    return workspace.engine.to_arrow(workspace.table(name, as_of=day)).cast(RESULTS[name])
