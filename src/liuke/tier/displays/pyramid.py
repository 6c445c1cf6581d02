"""Customers of each tier beside the value they bring."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from liuke.kernel.drawing import BLUE, ORANGE, Display, grid, title
from liuke.kernel.errors import LiukeError
from liuke.kernel.words import Language, Words
from liuke.tier.scheme import UNRATED, Scheme

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class PyramidDisplay(Display):
    """Two bars for each tier, best on top: its share of customers to the left, of value to the right.

    The unrated are left out, and so is value that is not known; both are told below.
    """

    def __init__(
        self,
        names: Mapping[str, Words],
        customers: Sequence[int],
        value: Sequence[float],
        *,
        unrated: int = 0,
        value_unknown: int = 0,
    ):
        if not sum(customers):
            raise LiukeError("No customer has a tier, so there is no pyramid to draw.")
        self.names = dict(names)
        self.customers, self.value = np.array(customers, float), np.array(value, float)
        self.unrated, self.value_unknown = unrated, value_unknown

    @classmethod
    def from_tiers(
        cls, tier: ArrayLike, value: ArrayLike, *, scheme: Scheme | None = None
    ) -> "PyramidDisplay":
        """tier, value: one per customer; value in one unit of money, missing where unknown.

        scheme: gives the order and the words of the tiers; without it they come as they first occur.
        """
        tiers = np.asarray(tier, object)
        amounts = np.array([np.nan if each is None else float(each) for each in np.asarray(value, object)])
        if scheme is not None:
            names = {level.name: level.words for level in scheme.levels if level.name != UNRATED}
        else:
            names = {
                str(key): Words(zh=str(key), en=str(key)) for key in dict.fromkeys(tiers) if key != UNRATED
            }
        rated = np.isin(tiers.astype(str), list(names))
        return cls(
            names,
            [int((tiers == key).sum()) for key in names],
            [float(np.nansum(amounts[tiers == key])) for key in names],
            unrated=int((~rated).sum()),
            value_unknown=int(np.isnan(amounts[rated]).sum()),
        )

    def _draw(self, ax: "Axes", language: Language) -> None:
        people = self.customers / self.customers.sum()
        worth = self.value / self.value.sum() if self.value.sum() > 0 else np.zeros(len(self.value))
        places = np.arange(len(self.names))
        for shares, colour, side in ((-people, BLUE, -1), (worth, ORANGE, 1)):
            ax.barh(places, shares, color=colour, height=0.66)
            for place, share in zip(places, shares, strict=True):
                ax.annotate(
                    f"{abs(share):.1%}", (share, place), xytext=(5 * side, 0), textcoords="offset points",
                    va="center", ha="right" if side < 0 else "left", fontsize=9, color="#434343",
                )  # fmt: skip
        widest = float(max(people.max(), worth.max())) * 1.25
        ax.set_xlim(-widest, widest)
        ax.axvline(0, color="#434343", linewidth=0.8)
        ax.set_yticks(places, [words.say(language) for words in self.names.values()])
        ax.invert_yaxis()
        ax.xaxis.set_major_formatter(lambda share, place: f"{abs(share):.0%}")
        ax.set_xlabel(self._notes(language))
        grid(ax, "x")
        title(ax, f"{_CUSTOMERS.say(language)}  |  {_VALUE.say(language)}")

    def _notes(self, language: Language) -> str:
        notes = [f"{_TOTAL.say(language)} {int(self.customers.sum()):,}"]
        notes += [f"{_UNRATED.say(language)} {self.unrated:,}"] if self.unrated else []
        notes += [f"{_UNKNOWN.say(language)} {self.value_unknown:,}"] if self.value_unknown else []
        return " · ".join(notes)


_CUSTOMERS = Words(zh="客户占比 (左)", en="share of customers (left)")
_VALUE = Words(zh="价值占比 (右)", en="share of value (right)")
_TOTAL = Words(zh="客户", en="customers")
_UNRATED = Words(zh="未评级", en="unrated")
_UNKNOWN = Words(zh="价值未知", en="value unknown")
