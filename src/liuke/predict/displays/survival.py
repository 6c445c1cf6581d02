"""How long customers stay, by group."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from liuke.kernel.drawing import COLOURS, Display, grid, legend, title
from liuke.kernel.words import Language, Words
from liuke.predict.kaplan_meier import SurvivalCurve, kaplan_meier

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEWEST_AT_RISK = 10  # a curve is drawn as far as so many were watched; beyond, it is noise


class SurvivalDisplay(Display):
    """Kaplan-Meier curves with 95 % intervals, one for each group such as a tier.

    names: of groups, in both languages; a group without is called by its key. time: what durations are
    counted from; with the company, unless said.
    """

    def __init__(
        self,
        curves: Mapping[str, SurvivalCurve],
        *,
        names: Mapping[str, Words] | None = None,
        unit: Words | None = None,
        time: Words | None = None,
    ):
        self.curves, self.names = dict(curves), dict(names or {})
        self.unit, self.time = unit or _MONTHS, time or _TIME

    @classmethod
    def from_durations(
        cls,
        duration: ArrayLike,
        left: ArrayLike,
        *,
        group: ArrayLike | None = None,
        names: Mapping[str, Words] | None = None,
        unit: Words | None = None,
        time: Words | None = None,
    ) -> "SurvivalDisplay":
        """duration: time with the company, one per customer; left: 1 where it ended by leaving, else 0.

        group: of each customer; curves come in the order of `names`, then as they first occur.
        """
        spent, gone = np.asarray(duration, float), np.asarray(left, float)
        groups = np.full(len(spent), "", object) if group is None else np.asarray(group, object)
        order = [key for key in (names or {}) if key in set(groups)]
        order += [key for key in dict.fromkeys(groups) if key not in order]
        curves = {str(key): kaplan_meier(spent[groups == key], gone[groups == key]) for key in order}
        return cls(curves, names=names, unit=unit, time=time)

    def _draw(self, ax: "Axes", language: Language) -> None:
        for place, (key, curve) in enumerate(self.curves.items()):
            colour, shown = COLOURS[place % len(COLOURS)], curve.at_risk >= FEWEST_AT_RISK
            time = np.concatenate([[0.0], curve.duration[shown]])
            low, high = (np.concatenate([[1.0], _held(side[shown])]) for side in (curve.low, curve.high))
            survival = np.concatenate([[1.0], curve.survival[shown]])
            ax.fill_between(time, low, high, step="post", color=colour, alpha=0.13, linewidth=0)
            ax.step(time, survival, where="post", color=colour, linewidth=1.8, label=self._say(key, language))
        ax.set_ylim(0, 1.02)
        ax.set_xlim(left=0)
        ax.yaxis.set_major_formatter(lambda share, place: f"{share:.0%}")
        ax.set_xlabel(f"{self.time.say(language)} ({self.unit.say(language)})")
        ax.set_ylabel(_STILL.say(language))
        grid(ax, "both")
        title(ax, _TITLE.say(language))
        if any(self.curves):
            legend(ax, loc="best")

    def _say(self, key: str, language: Language) -> str:
        people = int(self.curves[key].at_risk[0])
        name = self.names[key].say(language) if key in self.names else key
        return f"{name} (n = {people:,})" if name else f"n = {people:,}"


def _held(side: np.ndarray) -> np.ndarray:
    """Before the first leaving there is no interval; all are still there."""
    return np.where(np.isnan(side), 1.0, side)


_TITLE = Words(zh="客户留存曲线", en="How long customers stay")
_TIME = Words(zh="在网时长", en="time with the company")
_STILL = Words(zh="仍在网的比例", en="still there")
_MONTHS = Words(zh="月", en="months")
