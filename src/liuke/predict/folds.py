"""Rows dealt into folds: each fold like the whole in its share of leavers, one customer's rows together."""

import numpy as np

from liuke.kernel.seeds import generator


def deal_folds(
    labels: np.ndarray, *, folds: int, seed: object, groups: np.ndarray | None = None
) -> np.ndarray:
    """The fold of every row, 0 to folds - 1.

    labels: 0 or 1 per row. groups: rows with the same value never part, as the rows of one customer
    on several days must not; a group counts as a leaver's when any of its rows is.
    """
    if groups is None:
        units, unit_of_row = np.arange(len(labels)), np.arange(len(labels))
    else:
        units, unit_of_row = np.unique(groups, return_inverse=True)
    unit_labels = np.zeros(len(units), dtype=int)
    np.maximum.at(unit_labels, unit_of_row, labels.astype(int))
    unit_folds = np.empty(len(units), dtype=int)
    for label in (0, 1):
        members = np.flatnonzero(unit_labels == label)
        order = generator("folds", seed, label).permutation(len(members))
        # Leavers are dealt from the other end, so that the short folds of the one fill up with the other.
        dealt = np.arange(len(members)) % folds
        unit_folds[members[order]] = dealt if label else folds - 1 - dealt
    return unit_folds[unit_of_row]


def count_units(labels: np.ndarray, groups: np.ndarray | None) -> int:
    """How many customers the smaller class has; a fold needs at least one of them."""
    sides = [np.flatnonzero(labels == label) for label in (0, 1)]
    if groups is None:
        return min(len(side) for side in sides)
    return min(len(np.unique(groups[side])) for side in sides)
