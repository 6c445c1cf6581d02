"""Predict: everything that is inferred of customers, part by part, each with a note of its own.

A part that has nothing new to work on does nothing, however much the others have to do.
"""

from collections.abc import Callable

from liuke.pipeline.steps.health import health
from liuke.pipeline.steps.network import network
from liuke.pipeline.steps.reports import reports
from liuke.pipeline.steps.run import Run, StepReport
from liuke.pipeline.steps.warn import warn

PARTS: tuple[Callable[[Run], StepReport], ...] = (network, warn, health, reports)


def predict(run: Run) -> StepReport:
    """Run every part in order; the figures of all of them together."""
    done = [part(run) for part in PARTS]
    figures = {name: figure for report in done for name, figure in report.figures.items()}
    lines = tuple(line for report in done for line in report.lines)
    return StepReport("predict", all(report.was_current for report in done), figures, lines)
