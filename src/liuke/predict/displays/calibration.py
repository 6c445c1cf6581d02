"""Whether probabilities mean what they say."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from liuke.kernel.drawing import BLUE, GREY, PALE, Display, grid, legend, title
from liuke.kernel.words import Language, Words
from liuke.predict.displays.told import read_predictions, refuse_no_probability
from liuke.predict.health.measuring import Group, group_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HISTOGRAM = 0.16  # of the height


class CalibrationDisplay(Display):
    """Rate of leaving beside mean probability, by groups of equal size, with Wilson intervals.

    The bars at the foot tell how the customers are spread over the probabilities.
    """

    def __init__(self, groups: Sequence[Group], p: np.ndarray | None = None):
        self.groups, self.p = tuple(groups), p

    @classmethod
    def from_predictions(cls, p: ArrayLike, left: ArrayLike, *, groups: int = 10) -> "CalibrationDisplay":
        """p: probabilities; left: 0 or 1, what became of each customer."""
        given, happened = read_predictions(p, left)
        refuse_no_probability(given)
        return cls(group_rows(given, happened, np.ones(len(given)), groups), given)

    def _draw(self, ax: "Axes", language: Language) -> None:
        mean, rate, low, high = (
            np.array([getattr(group, name) for group in self.groups])
            for name in ("mean_p", "left_rate", "low", "high")
        )
        top = float(max(high.max(), mean.max())) * 1.05
        ax.plot([0, top], [0, top], color=GREY, linestyle="--", linewidth=1, label=_PERFECT.say(language))
        reach = np.clip([rate - low, high - rate], 0, None)
        ax.errorbar(
            mean, rate, yerr=reach, fmt="o", color=BLUE, ecolor=BLUE, elinewidth=1.2, capsize=3, markersize=5,
            label=_GROUPS.say(language),
        )  # fmt: skip
        self._draw_spread(ax, top, language)
        ax.set_xlim(0, top)
        ax.set_ylim(0, top)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(lambda share, place: f"{share:.0%}" if top > 0.1 else f"{share:.1%}")
        ax.set_xlabel(_MEAN.say(language))
        ax.set_ylabel(_RATE.say(language))
        grid(ax, "both")
        title(ax, _TITLE.say(language))
        legend(ax, loc="upper left")

    def _draw_spread(self, ax: "Axes", top: float, language: Language) -> None:
        if self.p is None:
            return
        counts, edges = np.histogram(self.p, bins=40, range=(0, top))
        heights = _HISTOGRAM * counts / max(counts.max(), 1)
        ax.bar(
            edges[:-1], heights, np.diff(edges), align="edge", color=PALE, transform=ax.get_xaxis_transform(),
            label=_SPREAD.say(language), zorder=0.5,
        )  # fmt: skip


_TITLE = Words(zh="校准: 预测概率与实际离开率", en="Calibration: probability and rate of leaving")
_MEAN = Words(zh="预测概率均值", en="mean probability")
_RATE = Words(zh="实际离开率", en="rate of leaving")
_PERFECT = Words(zh="完全校准", en="perfect")
_GROUPS = Words(zh="各组, 95% 区间", en="groups, 95 % intervals")
_SPREAD = Words(zh="客户分布", en="how customers are spread")
