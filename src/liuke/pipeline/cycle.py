"""One cycle: ingest → view → tier → predict → plan → publish, as of a day.

Every step leaves a note with a fingerprint of all it used. A step whose fingerprint is the same
again has nothing to do, so a cycle that was killed anywhere is finished by running it again.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from liuke.kernel.days import midnight
from liuke.kernel.errors import LiukeError
from liuke.kernel.failpoints import reach
from liuke.pipeline.ports import Desk, find_desk
from liuke.pipeline.steps.ingest import ingest
from liuke.pipeline.steps.plan import plan
from liuke.pipeline.steps.predict import predict
from liuke.pipeline.steps.publish import publish
from liuke.pipeline.steps.run import Run, StepReport
from liuke.pipeline.steps.tier import tier
from liuke.pipeline.steps.view import view
from liuke.pipeline.workspace import Workspace

STEPS: Mapping[str, Callable[[Run], StepReport]] = {
    "ingest": ingest,
    "view": view,
    "tier": tier,
    "predict": predict,
    "plan": plan,
    "publish": publish,
}
_FAILPOINTS = {"view", "tier", "predict", "plan"}


@dataclass(frozen=True)
class CycleReport:
    """What each step of a cycle did, and how long each took, in seconds of the wall clock."""

    as_of: date
    steps: tuple[StepReport, ...] = field(default_factory=tuple)
    seconds: Mapping[str, float] = field(default_factory=dict)

    def step(self, name: str) -> StepReport:
        return next(report for report in self.steps if report.step == name)

    @property
    def quarantined(self) -> int:
        return sum(report.figures.get("quarantined", 0) for report in self.steps)

    def document(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of,
            "steps": [report.document() for report in self.steps],
            "seconds": {step: round(taken, 2) for step, taken in self.seconds.items()},
        }


def run_cycle(
    workspace: Workspace,
    *,
    as_of: date,
    until: str | None = None,
    only: str | None = None,
    progress: Callable[[str], None] = lambda doing: None,
    desk: Desk | None = None,
) -> CycleReport:
    """Run the steps in order up to `until`, or `only` one of them.

    Raises Busy when another process writes to the workspace; LiukeError for an unknown step.
    """
    wanted = _wanted_steps(until=until, only=only)
    warehouse = workspace.warehouse
    reports: list[StepReport] = []
    seconds: dict[str, float] = {}
    with warehouse.lock(doing=f"a cycle as of {as_of}"):
        warehouse.sweep()
        run = Run(workspace, as_of=as_of, progress=progress, desk=desk or find_desk())
        for name in wanted:
            progress(f"{name} …")
            if name != "ingest":
                _check_anybody_is_known(run)
            began = time.perf_counter()
            reports.append(STEPS[name](run))
            seconds[name] = time.perf_counter() - began
            if name in _FAILPOINTS:
                reach(f"cycle.after_{name}")
    return CycleReport(as_of, tuple(reports), seconds)


def _check_anybody_is_known(run: Run) -> None:
    """A company without customers yet is one thing, a day before them a slip of the pen."""
    parts = run.warehouse.manifest.parts("customers")
    begun = min((part.known_from for part in parts if part.known_from is not None), default=None)
    if begun is not None and midnight(run.as_of).isoformat() <= begun:
        raise LiukeError(
            f"Nobody was known before {run.as_of}: the first customers became known at {begun}."
            " Name a later day by --as-of."
        )


def _wanted_steps(*, until: str | None, only: str | None) -> tuple[str, ...]:
    names = tuple(STEPS)
    for given in (until, only):
        if given is not None and given not in names:
            raise LiukeError(f"There is no step {given!r}; the steps are {', '.join(names)}.")
    if only is not None:
        return (only,)
    return names if until is None else names[: names.index(until) + 1]
