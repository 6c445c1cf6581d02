"""Columns that give the answer away: known only because the answer is, as a reason for leaving is."""

from collections.abc import Sequence

import numpy as np

from liuke.predict.encode import Category, Plan

LEAST_ROWS = 20  # of each answer; with fewer, a column parts them by chance too easily
LEVEL_SHARE = 0.1  # a category with more levels than this share of rows may part them by chance


class TellWarning(UserWarning):
    """A column alone tells every answer; it was probably written down after the answer was known."""


def find_tells(plans: Sequence[Plan], codes: np.ndarray, labels: np.ndarray) -> tuple[str, ...]:
    """The names of the columns that part all who left from all who stayed, by one edge or by level.

    codes: rows by plans, as trees see them. labels: 0 or 1 per row.
    """
    left = labels == 1
    if min(left.sum(), (~left).sum()) < LEAST_ROWS:
        return ()
    return tuple(
        plan.name
        for plan, column in zip(plans, codes.T, strict=True)
        if _parts(column[left], column[~left], by_level=isinstance(plan, Category))
    )


def warning_of(tells: Sequence[str]) -> str:
    named = ", ".join(repr(name) for name in tells)
    return (
        f"{named}: each alone tells everybody's answer. Such a column is usually filled in after the customer"
        " has left, and will be empty for those who may leave. Leave it out, unless it is known beforehand."
    )


def _parts(left: np.ndarray, stayed: np.ndarray, *, by_level: bool) -> bool:
    if by_level:
        levels = np.union1d(left, stayed)
        shared = np.intersect1d(left, stayed)
        return len(levels) <= LEVEL_SHARE * (len(left) + len(stayed)) and not len(shared)
    gaps = [np.isnan(left), np.isnan(stayed)]
    if all(gap.any() for gap in gaps):
        return False
    known = [left[~gaps[0]], stayed[~gaps[1]]]
    if any(not len(values) for values in known):
        return True
    return bool(known[0].max() < known[1].min() or known[1].max() < known[0].min())
