"""The steps of one fit by EM, with all that stays the same from step to step laid out beforehand.

Patterns are few and steps are many, so a step costs what its calls cost and not what its numbers do.
"""

import numpy as np

STEPS = 500
TOLERANCE = 1e-5


class Fit:
    """Probabilities of levels by class, fitted to patterns with weights.

    patterns: (patterns, fields), below 0 where nothing is known. priors: counts that stand beside those
    seen, for each field (classes, levels); share_priors: the same for the shares of the classes.
    """

    def __init__(
        self,
        patterns: np.ndarray,
        weights: np.ndarray,
        *,
        priors: list[np.ndarray],
        share_priors: np.ndarray,
    ):
        self._weights = weights
        self._share_priors = share_priors
        self._classes = classes = len(share_priors)
        self._sizes = [prior.shape[1] for prior in priors]
        self._shape = (len(priors), classes, max(self._sizes) + 1)  # the last place: nothing is known
        self._priors = self._filled(priors)
        level = np.where(patterns < 0, self._shape[2] - 1, patterns).astype(np.int64)
        fields = np.arange(len(priors))
        of_class = np.arange(classes)
        place = fields[:, None, None] * classes + of_class[None, :, None]
        # For each field, class and pattern the place of the level in all tables laid one after the other.
        self._places = place * self._shape[2] + level.T[:, None, :]
        shares = np.repeat(of_class + int(np.prod(self._shape)), len(patterns))
        self._counted = np.append(self._places.ravel(), shares)

    def run(self, shares: np.ndarray, tables: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
        """Shares and tables from a first guess on until they rest."""
        known = self._filled([np.ones_like(table) for table in tables]) > 0
        state = self._filled(tables)
        for _ in range(STEPS):
            chances = self._chances(shares, state, known) * self._weights
            following, state = self._estimate(chances)
            moved = np.abs(following / shares - 1).max()
            shares = following
            if moved < TOLERANCE:
                break
        return shares, [table[:, :size] for table, size in zip(state, self._sizes, strict=True)]

    def _chances(self, shares: np.ndarray, tables: np.ndarray, known: np.ndarray) -> np.ndarray:
        """Probability of each class, for each pattern: (classes, patterns)."""
        logs = np.log(tables, where=known, out=np.zeros(self._shape)).ravel()[self._places]
        told = np.log(shares)[:, None] + sum(logs[1:], start=logs[0])
        likely = np.exp(told - told.max(axis=0))
        chances: np.ndarray = likely / likely.sum(axis=0)
        return chances

    def _estimate(self, chances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        fields = self._shape[0]
        flat = chances.ravel()
        size = int(np.prod(self._shape))
        seen = np.bincount(self._counted, np.tile(flat, fields + 1), minlength=size + self._classes)
        shares = seen[size:] + self._share_priors
        tables = seen[:size].reshape(self._shape)
        tables[:, :, -1] = 0.0
        tables = tables + self._priors
        return shares / shares.sum(), tables / tables.sum(axis=2, keepdims=True)

    def _filled(self, tables: list[np.ndarray]) -> np.ndarray:
        """Tables of all fields in one array, 0 where a field has no such level."""
        filled = np.zeros(self._shape)
        for place, table in enumerate(tables):
            filled[place, :, : table.shape[1]] = table
        return filled
