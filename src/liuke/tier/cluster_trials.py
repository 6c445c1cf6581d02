"""How many clusters: as many as come again when the customers are drawn again.

For each number k clusters are fitted on bootstrap resamples and compared with those of all customers by the
adjusted Rand index (Hubert and Arabie 1985); chosen is the smallest k whose mean lies within one standard
error of the best. Each cluster's own stability is its mean Jaccard similarity with the nearest cluster of a
resample (Hennig 2007, Cluster-wise assessment of cluster stability).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from liuke.kernel.seeds import generator, seed_from

Points = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Tried:
    """Clusters of one number: their centres, and how they came again."""

    clusters: int
    centres: Points
    agreement: float
    standard_error: float
    stability: tuple[float, ...]


def choose(trials: Sequence[Tried]) -> Tried:
    """The fewest clusters within one standard error of the best agreement."""
    best = max(trials, key=lambda tried: tried.agreement)
    enough = best.agreement - best.standard_error
    return min((tried for tried in trials if tried.agreement >= enough), key=lambda tried: tried.clusters)


def attempt(points: Points, clusters: int, *, bootstraps: int, random_state: int) -> Tried:
    """Fit so many clusters, and again on each resample."""
    from sklearn.metrics import adjusted_rand_score

    model = fit_k_means(points, clusters, starts=10, seed=seed_from(random_state, clusters, "all"))
    labels = model.labels_
    agreements, similarities = [], []
    for number in range(bootstraps):
        drawn = generator(random_state, clusters, "resample", number).integers(len(points), size=len(points))
        again = fit_k_means(
            points[drawn], clusters, starts=3, seed=seed_from(random_state, clusters, "fit", number)
        )
        found = again.predict(points)
        agreements.append(float(adjusted_rand_score(labels, found)))
        inside = np.unique(drawn)
        similarities.append(_jaccard(labels[inside], found[inside], clusters))
    spread = np.std(agreements, ddof=1) / np.sqrt(bootstraps) if bootstraps > 1 else 0.0
    return Tried(
        clusters=clusters,
        centres=model.cluster_centers_,
        agreement=float(np.mean(agreements)),
        standard_error=float(spread),
        stability=tuple(float(mean) for mean in np.mean(similarities, axis=0)),
    )


def fit_k_means(points: Points, clusters: int, *, starts: int, seed: int, init: Points | None = None) -> Any:
    """k-means on one thread, so that the same seed gives the same centres."""
    import warnings

    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    model = KMeans(
        clusters,
        init="k-means++" if init is None else init,
        n_init=starts if init is None else 1,
        random_state=seed % 2**32,
    )
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a resample may hold fewer distinct points
        return model.fit(points)


def _jaccard(labels: Labels, found: Labels, clusters: int) -> list[float]:
    """For each cluster the similarity of the one among those found that is most like it."""
    shared = np.zeros((clusters, clusters))
    np.add.at(shared, (labels, found), 1)
    joined = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0, keepdims=True) - shared
    with np.errstate(invalid="ignore"):
        similar = np.where(joined > 0, shared / joined, 0.0)
    return [float(row.max()) for row in similar]
