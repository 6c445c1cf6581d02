"""How well an order puts leavers first: gain and lift, ROC, precision and recall."""

from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike

from liuke.kernel.drawing import BLUE, GREY, PALE, Display, grid, legend, title
from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Language, Words
from liuke.predict.displays.told import read_predictions
from liuke.predict.metrics import Ranking, auc, average_precision

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKED = (0.01, 0.05, 0.1, 0.2)


class RankingRefused(LiukeError):
    """Outcomes that no order can be judged by."""


class _RankingDisplay(Display):
    """Leavers and stayers taken so far, from the highest probability down, equal ones together."""

    def __init__(self, leavers: np.ndarray, stayers: np.ndarray):
        if not leavers.sum() or not stayers.sum():
            raise RankingRefused(
                "A ranking is judged by customers who left and who stayed; one kind is missing."
            )
        self.leavers, self.stayers = leavers, stayers

    @classmethod
    def from_predictions(cls, p: ArrayLike, left: ArrayLike) -> Self:
        """p: probabilities; left: 0 or 1, what became of each customer."""
        scores, happened = read_predictions(p, left)
        return cls(*Ranking.of(scores, happened).blocks(np.ones(len(scores))))

    @property
    def caught(self) -> np.ndarray:
        """Share of all leavers among those taken so far, from 0 to 1."""
        return np.concatenate([[0.0], np.cumsum(self.leavers)]) / self.leavers.sum()

    @property
    def taken(self) -> np.ndarray:
        """Share of all customers taken so far, from 0 to 1."""
        every = self.leavers + self.stayers
        return np.concatenate([[0.0], np.cumsum(every)]) / every.sum()


class LiftDisplay(_RankingDisplay):
    """Share of leavers caught by share of customers contacted, with the lift at the usual shares."""

    def lift_at(self, share: float) -> float:
        """Rate of leaving among the top share over the rate of all; equal probabilities in proportion."""
        return float(np.interp(share, self.taken, self.caught) / share)

    def _draw(self, ax: "Axes", language: Language) -> None:
        ax.plot(self.taken, self.caught, color=BLUE, linewidth=2, label=_LIST.say(language))
        ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label=_CHANCE.say(language))
        rate = self.leavers.sum() / (self.leavers + self.stayers).sum()
        ax.plot([0, rate, 1], [0, 1, 1], color=GREY, linewidth=1, linestyle=":", label=_BEST.say(language))
        for share in _MARKED:
            height = float(np.interp(share, self.taken, self.caught))
            ax.plot([share], [height], "o", color=BLUE, markersize=5)
            ax.annotate(
                f"{share:.0%}: {self.lift_at(share):.1f}×",
                (share, height), xytext=(10, -4), textcoords="offset points", fontsize=9, color="#1f1f1f",
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.8},
            )  # fmt: skip
        _percent_axes(ax, _TAKEN, _CAUGHT, language)
        title(ax, _LIFT_TITLE.say(language))
        legend(ax, loc="lower right")


class RocDisplay(_RankingDisplay):
    """Share of leavers caught by share of stayers disturbed; the area is the AUC."""

    @property
    def auc(self) -> float:
        return auc(self.leavers, self.stayers)

    def _draw(self, ax: "Axes", language: Language) -> None:
        disturbed = np.concatenate([[0.0], np.cumsum(self.stayers)]) / self.stayers.sum()
        ax.fill_between(disturbed, self.caught, color=PALE, alpha=0.5, linewidth=0)
        ax.plot(disturbed, self.caught, color=BLUE, linewidth=2, label=f"AUC {self.auc:.3f}")
        ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label=_CHANCE.say(language))
        _percent_axes(ax, _DISTURBED, _CAUGHT, language)
        title(ax, _ROC_TITLE.say(language))
        legend(ax, loc="lower right")


class PrecisionRecallDisplay(_RankingDisplay):
    """Share of leavers among those contacted by share of leavers caught; the mean is the PR-AUC."""

    @property
    def average_precision(self) -> float:
        return average_precision(self.leavers, self.stayers)

    def _draw(self, ax: "Axes", language: Language) -> None:
        every = np.cumsum(self.leavers + self.stayers)
        precision = np.cumsum(self.leavers) / every
        rate = float(self.leavers.sum() / every[-1])
        label = f"{_AVERAGE.say(language)} {self.average_precision:.3f}"
        ax.step(self.caught[1:], precision, where="pre", color=BLUE, linewidth=2, label=label)
        ax.axhline(rate, color=GREY, linestyle="--", linewidth=1, label=f"{_CHANCE.say(language)} {rate:.1%}")
        _percent_axes(ax, _CAUGHT, _PRECISION, language)
        title(ax, _PR_TITLE.say(language))
        legend(ax, loc="upper right")


def _percent_axes(ax: "Axes", x: Words, y: Words, language: Language) -> None:
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda share, place: f"{share:.0%}")
    ax.set_xlabel(x.say(language))
    ax.set_ylabel(y.say(language))
    grid(ax, "both")


_LIFT_TITLE = Words(zh="接触名单前列能抓到多少离开者", en="Leavers caught by contacting the top of the list")
_ROC_TITLE = Words(zh="ROC 曲线", en="ROC curve")
_PR_TITLE = Words(zh="精确率与召回率", en="Precision and recall")
_TAKEN = Words(zh="接触客户占比", en="share of customers contacted")
_CAUGHT = Words(zh="抓到的离开者占比", en="share of leavers caught")
_DISTURBED = Words(zh="被打扰的留存者占比", en="share of stayers disturbed")
_PRECISION = Words(zh="被接触者中的离开者占比", en="share of leavers among those contacted")
_LIST = Words(zh="预警名单", en="early-warning list")
_CHANCE = Words(zh="随机", en="by chance")
_BEST = Words(zh="完美排序", en="perfect order")
_AVERAGE = Words(zh="平均精确率", en="average precision")
