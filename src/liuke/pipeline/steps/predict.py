"""Predict: everything that is inferred of customers, part by part, each with a note of its own.

A part that has nothing new to work on does nothing, however much the others have to do.
"""

from collections.abc import Callable

from liuke.pipeline.steps.run import Run, StepReport
from liuke.pipeline.steps.warn import warn

PARTS: tuple[Callable[[Run], StepReport], ...] = (warn,)


def predict(run: Run) -> StepReport:
    """Run every part in order; the figures of all of them together."""
    reports = [part(run) for part in PARTS]
    figures = {name: figure for report in reports for name, figure in report.figures.items()}
    lines = tuple(line for report in reports for line in report.lines)
    return StepReport("predict", all(report.was_current for report in reports), figures, lines)
