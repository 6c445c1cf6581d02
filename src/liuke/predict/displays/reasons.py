"""Why customers are at risk, counted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from liuke.kernel.drawing import BLUE, Display, grid, title
from liuke.kernel.errors import LiukeError
from liuke.kernel.rates import wilson
from liuke.kernel.words import Language, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class ReasonsDisplay(Display):
    """Share of the customers listed who carry each reason, the commonest on top.

    names: of reasons, in both languages; a reason without is called by its code.
    """

    def __init__(
        self,
        counts: Mapping[str, int],
        customers: int,
        *,
        names: Mapping[str, Words] | None = None,
        top: int = 12,
    ):
        if not counts:
            raise LiukeError("No customer carries a reason, so there is nothing to draw.")
        ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        self.counts, self.customers = dict(ranked[:top]), customers
        self.names = dict(names or {})

    @classmethod
    def from_reasons(
        cls,
        reasons: Iterable[Iterable[str]],
        *,
        names: Mapping[str, Words] | None = None,
        top: int = 12,
    ) -> "ReasonsDisplay":
        """reasons: for each customer the codes of its reasons; a customer without any counts too."""
        told = [set(codes) for codes in reasons]
        return cls(Counter(code for codes in told for code in codes), len(told), names=names, top=top)

    def _draw(self, ax: "Axes", language: Language) -> None:
        codes = list(self.counts)
        shares = np.array([self.counts[code] / self.customers for code in codes])
        ends = np.array([wilson(self.counts[code], self.customers) for code in codes]).T
        places = np.arange(len(codes))
        ax.barh(places, shares, color=BLUE, height=0.62)
        reach = np.clip([shares - ends[0], ends[1] - shares], 0, None)
        ax.errorbar(shares, places, xerr=reach, fmt="none", ecolor="#434343", elinewidth=1, capsize=2)
        ax.set_yticks(
            places, [self.names[code].say(language) if code in self.names else code for code in codes]
        )
        for place, code in zip(places, codes, strict=True):
            ax.annotate(
                f"{self.counts[code]:,}", (ends[1][place], place), xytext=(5, 0),
                textcoords="offset points", va="center", fontsize=9, color="#434343",
            )  # fmt: skip
        ax.invert_yaxis()
        ax.set_xlim(0, float(ends[1].max()) * 1.12)
        ax.xaxis.set_major_formatter(lambda share, place: f"{share:.0%}")
        ax.set_xlabel(f"{_SHARE.say(language)} (n = {self.customers:,})")
        grid(ax, "x")
        title(ax, _TITLE.say(language))


_TITLE = Words(zh="为什么有离开风险", en="Why customers are at risk")
_SHARE = Words(zh="带有该原因的客户占比, 95% 区间", en="customers who carry the reason, 95 % intervals")
