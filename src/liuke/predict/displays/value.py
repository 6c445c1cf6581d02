"""How value is spread over customers."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from liuke.kernel.drawing import BLUE, GREY, ORANGE, Display, grid, legend, title
from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Language, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BINS = 36
_NARROW = 100  # times


class ValueRefused(LiukeError):
    """Values that nothing can be drawn of."""


class ValueDisplay(Display):
    """Customers by value, on a scale that grows by factors; who brings nothing and the unknown are counted.

    values: in yuan, NaN where unknown.
    """

    def __init__(self, values: np.ndarray, *, label: Words | None = None):
        if not (values > 0).any():
            raise ValueRefused("No customer has a known value above 0, so there is nothing to draw.")
        self.values, self.label = values, label or _VALUE

    @classmethod
    def from_values(cls, values: ArrayLike, *, label: Words | None = None) -> "ValueDisplay":
        """values: one per customer in yuan; missing where unknown. label: what the value is."""
        return cls(
            np.array([np.nan if value is None else float(value) for value in np.asarray(values)]), label=label
        )

    @property
    def known(self) -> np.ndarray:
        return self.values[~np.isnan(self.values)]

    def share_of_top(self, share: float) -> float:
        """Part of all positive value that the top share of customers brings."""
        best = np.sort(np.clip(self.known, 0, None))[::-1]
        count = share * len(best)
        sums = np.concatenate([[0.0], np.cumsum(best)])
        return float(np.interp(count, np.arange(len(sums)), sums) / sums[-1])

    def _draw(self, ax: "Axes", language: Language) -> None:
        above = self.known[self.known > 0]
        bins = np.geomspace(above.min(), above.max() * (1 + 1e-9), _BINS + 1)
        ax.hist(above, bins=bins.tolist(), color=BLUE, edgecolor="white", linewidth=0.4)
        ax.set_xscale("log")
        _label_amounts(ax, is_narrow=above.max() < _NARROW * above.min())
        for value, name, colour, style in (
            (np.median(self.known), _MEDIAN, ORANGE, "-"),
            (self.known.mean(), _MEAN, GREY, "--"),
        ):
            if value > 0:
                label = f"{name.say(language)} {value:,.0f}"
                ax.axvline(float(value), color=colour, linewidth=1.4, linestyle=style, label=label)
        ax.set_xlabel(self.label.say(language))
        ax.set_ylabel(_CUSTOMERS.say(language))
        ax.yaxis.set_major_formatter(lambda count, place: f"{count:,.0f}")
        grid(ax)
        title(ax, _TITLE.say(language))
        legend(ax, loc="upper right", title=self._notes(language), title_fontsize=9, alignment="left")

    def _notes(self, language: Language) -> str:
        nothing, unknown = int((self.known <= 0).sum()), int(np.isnan(self.values).sum())
        notes = [f"{_TOP.say(language)} {self.share_of_top(0.2):.0%}"]
        notes += [f"{_NOTHING.say(language)} {nothing:,}"] if nothing else []
        notes += [f"{_UNKNOWN.say(language)} {unknown:,}"] if unknown else []
        return "\n".join(notes)


def _label_amounts(ax: "Axes", *, is_narrow: bool) -> None:
    """Powers of ten; over a narrow range twice and five times them, too, else there may be none to read."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    amounts = FuncFormatter(lambda yuan, place: f"{yuan:,.0f}" if yuan >= 1 else f"{yuan:g}")
    ax.xaxis.set_major_formatter(amounts)
    ax.xaxis.set_minor_locator(LogLocator(subs=(2, 5)))
    ax.xaxis.set_minor_formatter(amounts if is_narrow else NullFormatter())
    ax.tick_params(axis="x", which="minor", colors="#434343", labelsize=9, length=0)


_TITLE = Words(zh="客户价值分布", en="How value is spread over customers")
_VALUE = Words(zh="价值 (元, 对数刻度)", en="value (yuan, log scale)")
_CUSTOMERS = Words(zh="客户数", en="customers")
_MEDIAN = Words(zh="中位数", en="median")
_MEAN = Words(zh="平均", en="mean")
_TOP = Words(zh="前20%客户占价值", en="the top 20 % bring")
_NOTHING = Words(zh="无价值或亏损:", en="nothing or a loss:")
_UNKNOWN = Words(zh="价值未知:", en="value unknown:")
