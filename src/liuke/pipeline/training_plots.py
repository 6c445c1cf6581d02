"""Plots for the card of a training, in both languages: how good it is, and whom it speaks of.

Calibration, lift and ranking are those of the judged day; staying by tier, value at stake and reasons are of
the last cycle, which the models that were in force then made.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from liuke.kernel.drawing import Display
from liuke.kernel.words import Language, Words
from liuke.pipeline.paper.listed import count_causes, last_list, spread_value
from liuke.pipeline.paper.overview import Part, survival_part
from liuke.pipeline.workspace import Workspace
from liuke.predict.card_customers import missing
from liuke.predict.card_sections import TITLES, Figure
from liuke.predict.challenger import Judged
from liuke.predict.displays import CalibrationDisplay, LiftDisplay, PrecisionRecallDisplay

LANGUAGES: tuple[Language, ...] = ("zh", "en")
DOTS_PER_INCH = 110
ON_PAPER = (4.5, 3.4)  # inches; two stand side by side
ALONE = (7.2, 2.8)  # above a table too wide to stand beside


def draw_figures(judged: Judged | None, *, for_paper: bool = False) -> list[Figure]:
    """A figure for each horizon, display and language; none where nothing was judged. for_paper: SVG, too."""
    if judged is None:
        return []
    return [
        _figure(section, title, display, language, ON_PAPER if for_paper else None)
        for section, title, display in _displays(judged)
        for language in LANGUAGES
    ]


def describe_customers(workspace: Workspace, *, as_of: date) -> list[Part]:
    """How long customers stay, value at stake and reasons, of the last cycle on or before a day.

    What is not known has its reason in place of figures.
    """
    day = last_list(workspace, as_of=as_of)
    if day is None:
        return [
            Part("survival", missing("no_months")),
            *(Part(key, missing("no_list")) for key in ("value", "reasons")),
        ]
    value, at_stake = spread_value(workspace, day, of="value_at_stake")
    reasons, causes = count_causes(workspace, day)
    return [survival_part(workspace, day), Part("value", at_stake, value), Part("reasons", causes, reasons)]


def draw_customers(parts: Sequence[Part], *, for_paper: bool = False) -> list[Figure]:
    """A figure for each that has any, and for each language."""
    return [
        _figure(
            part.key,
            TITLES[part.key],
            part.display,
            language,
            (ALONE if part.key == "survival" else ON_PAPER) if for_paper else None,
        )
        for part in parts
        if part.display is not None
        for language in LANGUAGES
    ]


def _figure(
    section: str, title: Words, display: Display, language: Language, inches: tuple[float, float] | None
) -> Figure:
    svg = display.to_svg(language=language, size_inches=inches) if inches else None
    return Figure(section, title, _png(display, language), language, svg)


def _displays(judged: Judged) -> Iterator[tuple[str, Words, Display]]:
    for months, p in judged.p.items():
        outcome = judged.example.outcome.left[months]
        rows = np.flatnonzero(~np.isnan(outcome))
        left = outcome[rows]
        if not 0 < left.sum() < len(left):
            continue
        within = Words(zh=f"{months} 个月", en=f"{months} m")
        yield (
            "calibration",
            _of("校准", "Calibration", within),
            CalibrationDisplay.from_predictions(p[rows], left),
        )
        yield "measures", _of("提升", "Lift", within), LiftDisplay.from_predictions(p[rows], left)
        ranked = PrecisionRecallDisplay.from_predictions(p[rows], left)
        yield "measures", _of("精确率与召回率", "Precision and recall", within), ranked


def _of(zh: str, en: str, within: Words) -> Words:
    return Words(zh=f"{zh}, {within.zh}", en=f"{en}, {within.en}")


def _png(display: Display, language: Language) -> bytes:
    room = io.BytesIO()
    drawn = display.plot(language=language).figure_
    drawn.savefig(room, format="png", dpi=DOTS_PER_INCH)
    return room.getvalue()
