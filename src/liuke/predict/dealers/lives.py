"""Accounts by age: whose they are, whom they are like, when they were gone or last seen."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Lives:
    """One row for each customer, as arrays of whole numbers.

    dealer: code of the dealer who signed them up. likes: (customers, levels), codes of those they are
    matched with, the finest match first; codes of a level are 0, 1, …
    enters, leaves: ages in days between which they were watched, [enters, leaves); is_gone: whether they
    closed or fell silent at the age `leaves`, or were last seen there. assessed: the dealer's assessment
    age; 0 for those without commission.
    """

    dealer: np.ndarray
    likes: np.ndarray
    enters: np.ndarray
    leaves: np.ndarray
    is_gone: np.ndarray
    assessed: np.ndarray

    def __len__(self) -> int:
        return len(self.dealer)

    def until(self, longest: int) -> "Lives":
        """The same, watched up to an age only; those who were not watched at all are left out."""
        cut = self.leaves >= longest
        leaves = np.where(cut, longest, self.leaves)
        # Who is gone at an age was watched through that day.
        watched = self.enters < leaves + (self.is_gone & ~cut)
        return Lives(
            self.dealer[watched],
            self.likes[watched],
            self.enters[watched],
            leaves[watched],
            (self.is_gone & ~cut)[watched],
            self.assessed[watched],
        )


def count_by_age(
    group: np.ndarray, groups: int, lives: Lives, rows: np.ndarray, days: int
) -> tuple[np.ndarray, np.ndarray]:
    """Customers watched and customers gone at each age: (groups, days) both. group: of each of the rows."""
    enters, leaves, gone = lives.enters[rows], lives.leaves[rows], lives.is_gone[rows]
    watched = np.zeros((groups, days + 2))
    np.add.at(watched, (group, enters), 1.0)
    np.add.at(watched, (group, np.minimum(leaves + gone, days + 1)), -1.0)
    events = np.zeros((groups, days))
    seen = gone & (leaves < days)
    np.add.at(events, (group[seen], leaves[seen]), 1.0)
    return np.cumsum(watched, axis=1)[:, :days], events
