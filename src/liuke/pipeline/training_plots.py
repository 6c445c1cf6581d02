"""Plots of a challenge for its card: calibration, lift and ranking on the judged day, in both languages."""

import io
from collections.abc import Iterator

import numpy as np

from liuke.kernel.drawing import Display
from liuke.kernel.words import Language, Words
from liuke.predict.card_sections import Figure
from liuke.predict.challenger import Judged
from liuke.predict.displays import CalibrationDisplay, LiftDisplay, PrecisionRecallDisplay

LANGUAGES: tuple[Language, ...] = ("zh", "en")
DOTS_PER_INCH = 110
ON_PAPER = (4.5, 3.4)  # inches; two stand side by side


def draw_figures(judged: Judged | None, *, for_paper: bool = False) -> list[Figure]:
    """A figure for each horizon, display and language; none where nothing was judged. for_paper: SVG, too."""
    if judged is None:
        return []
    return [
        Figure(
            section,
            title,
            _png(display, language),
            language,
            display.to_svg(language=language, size_inches=ON_PAPER) if for_paper else None,
        )
        for section, title, display in _displays(judged)
        for language in LANGUAGES
    ]


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
