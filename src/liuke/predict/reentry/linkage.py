"""How likely a pair is one person, learned without labels from all pairs together.

Fellegi and Sunter (1969): each field agrees with one probability among pairs of one person and with
another among other pairs; EM (Winkler 1988) finds both and the share of pairs of one person. Three
things are done differently from the textbook:

- Pairs that share nothing are counted, not made. Without them the probabilities among strangers would
  be those of pairs that were looked at because they share something.
- Relatives are a class of their own between strangers and one person. They share home, purse and
  some numbers at once, which two classes would take for many independent proofs.
- Priors hold the probabilities where a small company has few pairs; they weigh as much as some dozens.
"""

from dataclasses import dataclass

import numpy as np

from liuke.predict.reentry.comparing import FIELDS, LEVELS, UNKNOWN, Pairs
from liuke.predict.reentry.fitting import Fit

STRANGERS, RELATIVES, ONE_PERSON = range(3)
# Prior probabilities of levels among pairs of one person and of relatives, and what they weigh in pairs.
PRIORS = {
    "contact": ((0.08, 0.12, 0.15, 0.20, 0.20, 0.25), (0.30, 0.35, 0.25, 0.07, 0.02, 0.01)),
    "device": ((0.55, 0.45), (0.98, 0.02)),
    "identity": ((0.35, 0.65), (0.995, 0.005)),
    "home": ((0.25, 0.25, 0.15, 0.35), (0.10, 0.25, 0.20, 0.45)),
    "gap": ((0.45, 0.25, 0.15, 0.15), (0.25, 0.22, 0.28, 0.25)),
}
PRIOR_PAIRS = 20.0
STRANGERS_PRIOR = 0.5  # a count for each level, so that nothing is impossible
SHARE_PRIOR = 2.0  # pairs of relatives and of one person


@dataclass(frozen=True)
class Patterns:
    """Pairs summed by their levels. levels: (patterns, fields); of_pair: the pattern of each pair."""

    levels: np.ndarray
    counts: np.ndarray
    of_pair: np.ndarray


@dataclass(frozen=True)
class Linkage:
    """Fitted probabilities: shares of the classes, and of each level of each field by class."""

    shares: np.ndarray
    levels: tuple[np.ndarray, ...]  # for each field (classes, levels)

    def chances(self, patterns: np.ndarray) -> np.ndarray:
        """Probability of each class for each pattern of levels: (patterns, classes)."""
        logs = np.log(self.shares)[None, :] + _log_likelihood(patterns, self.levels)
        logs -= logs.max(axis=1, keepdims=True)
        likely = np.exp(logs)
        return likely / likely.sum(axis=1, keepdims=True)

    def weights(self, pattern: np.ndarray) -> dict[str, float]:
        """Bits that each field of one pattern tells for one person, against strangers."""
        return {
            field: float(np.log2(table[ONE_PERSON, level] / table[STRANGERS, level]))
            for field, table, level in zip(FIELDS, self.levels, pattern, strict=True)
            if level != UNKNOWN
        }


def count_patterns(pairs: Pairs) -> Patterns:
    """Patterns of the pairs made, and as the last one that of all other pairs in time: nothing shared."""
    base = np.array([level + 1 for level in LEVELS])
    scale = np.cumprod(np.append(1, base[:-1]))
    codes = (pairs.levels.astype(np.int64) + 1) @ scale
    found, of_pair, counts = np.unique(codes, return_inverse=True, return_counts=True)
    levels = (found[:, None] // scale) % base - 1
    return Patterns(levels, counts.astype(float), of_pair)


def fit_linkage(pairs: Pairs, patterns: Patterns, *, counts: np.ndarray | None = None) -> Linkage:
    """The probabilities that make the pairs most plausible, with the priors.

    counts: of the patterns, where they are not those of the pairs, as in a resample.
    """
    counts = patterns.counts if counts is None else counts
    others = _others(pairs, patterns)
    levels = np.vstack([patterns.levels, others[0]])
    weight = np.append(counts, others[1])
    guess = _first_guess(len(pairs), pairs.in_window)
    fit = Fit(levels, weight, priors=_priors(), share_priors=np.array([0.0, SHARE_PRIOR, SHARE_PRIOR]))
    shares, tables = fit.run(guess.shares, list(guess.levels))
    return Linkage(shares, tuple(tables))


def _others(pairs: Pairs, patterns: Patterns) -> tuple[np.ndarray, np.ndarray]:
    """Pairs in time that share nothing: their patterns and counts.

    What is known of them, and when they came, is taken to be as among the pairs that were made.
    """
    left = max(pairs.in_window - len(pairs), 1)
    levels = np.where(patterns.levels == UNKNOWN, UNKNOWN, 0)
    levels[:, FIELDS.index("gap")] = patterns.levels[:, FIELDS.index("gap")]
    if not len(levels):
        return np.zeros((1, len(FIELDS)), np.int64), np.array([float(left)])
    unique, back = np.unique(levels, axis=0, return_inverse=True)
    share = np.bincount(back.ravel(), patterns.counts)
    return unique, share / share.sum() * left


def _first_guess(made: int, in_window: int) -> Linkage:
    total = max(in_window, 1)
    rare = np.clip(0.1 * made / total, 1e-9, 0.05)
    tables = []
    for field, size in zip(FIELDS, LEVELS, strict=True):
        person, kin = PRIORS[field]
        stranger = np.full(size, 1e-3)
        stranger[0] = 1.0
        if field == "gap":
            stranger = np.ones(size)
        tables.append(np.vstack([stranger / stranger.sum(), kin, person]))
    return Linkage(np.array([1 - 2 * rare, rare, rare]), tuple(tables))


def _priors() -> list[np.ndarray]:
    """Counts that stand beside those seen, for each field (classes, levels)."""
    tables = []
    for field, size in zip(FIELDS, LEVELS, strict=True):
        person, kin = (np.array(prior) * PRIOR_PAIRS for prior in PRIORS[field])
        tables.append(np.vstack([np.full(size, STRANGERS_PRIOR), kin, person]))
    return tables


def _log_likelihood(patterns: np.ndarray, tables: tuple[np.ndarray, ...]) -> np.ndarray:
    logs = np.zeros((len(patterns), len(tables[0])))
    for place, table in enumerate(tables):
        level = patterns[:, place]
        told = np.log(table[:, np.maximum(level, 0)]).T
        logs += np.where((level == UNKNOWN)[:, None], 0.0, told)
    return logs
