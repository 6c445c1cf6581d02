"""How many of a dealer's customers would be gone at each age, were they like those of other dealers.

Each customer is matched with customers of other dealers of the same activation month, plan and region;
where they are too few, of month and plan, then of the month, then with all. What is expected on one
day of age is the dealer's customers watched that day times the share of the matched who go that day.
"""

from dataclasses import dataclass

import numpy as np

from liuke.predict.dealers.lives import Lives, count_by_age
from liuke.predict.dealers.settings import DealerSettings


@dataclass(frozen=True)
class ByAge:
    """A dealer's customers by age in days: watched, gone, expected, and the variance of what is expected."""

    watched: np.ndarray
    gone: np.ndarray
    expected: np.ndarray
    variance: np.ndarray


class Baseline:
    """Customers of all dealers by age in every matching group; a dealer's own are taken out when asked."""

    def __init__(self, lives: Lives, settings: DealerSettings):
        self._lives = lives.until(settings.longest_days)
        self._settings = settings
        self._days = settings.longest_days
        everybody = np.arange(len(self._lives))
        self._levels = []
        for place in range(self._lives.likes.shape[1]):
            codes = self._lives.likes[:, place]
            groups = int(codes.max()) + 1 if len(codes) else 0
            self._levels.append(count_by_age(codes, groups, self._lives, everybody, self._days))
        self._rows = np.argsort(self._lives.dealer, kind="stable")
        self._edges = np.searchsorted(
            self._lives.dealer[self._rows], np.arange(int(lives.dealer.max(initial=-1)) + 2)
        )

    def of(self, dealer: int) -> ByAge:
        """What a dealer's customers did and what was to be expected of them."""
        rows = self._rows[self._edges[dealer] : self._edges[dealer + 1]]
        lives, days = self._lives, self._days
        watched, gone = (
            each[0] for each in count_by_age(np.zeros(len(rows), np.int64), 1, lives, rows, days)
        )
        expected, variance = np.zeros(days), np.zeros(days)
        left = rows
        for place, (all_watched, all_gone) in enumerate(self._levels):
            codes, group = np.unique(lives.likes[rows, place], return_inverse=True)
            own_watched, own_gone = count_by_age(group, len(codes), lives, rows, days)
            others = np.maximum(all_watched[codes] - own_watched, 0.0)
            others_gone = all_gone[codes] - own_gone
            is_last = place == len(self._levels) - 1
            able = np.full(len(codes), True) if is_last else self._are_enough(others, rows)
            mine = np.isin(lives.likes[left, place], codes[able])
            if mine.any():
                taken = left[mine]
                at = np.searchsorted(codes, lives.likes[taken, place])
                asked, _ = count_by_age(at, len(codes), lives, taken, days)
                share = np.divide(asked, others, out=np.zeros_like(asked), where=others > 0)
                expected += (share * others_gone).sum(axis=0)
                variance += (share**2 * others_gone).sum(axis=0)
            left = left[~mine]
        return ByAge(watched, gone, expected, variance)

    def _are_enough(self, others: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Groups with so many of the others at the end of the window, or where the dealer's customers end."""
        assessed = int(self._lives.assessed[rows].max(initial=0))
        last = int(min(self._lives.leaves[rows].max(initial=0), assessed + self._settings.window_days))
        enough: np.ndarray = others[:, min(last, self._days - 1)] >= self._settings.least_controls
        return enough
