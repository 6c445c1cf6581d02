"""Find clusters of customers and keep them as a scheme."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from liuke.kernel.errors import MissingColumn
from liuke.kernel.frames import Frame, to_arrow
from liuke.kernel.seeds import generator, seed_from
from liuke.kernel.words import Words
from liuke.tier.cluster_trials import Tried, attempt, choose, fit_k_means
from liuke.tier.cluster_words import describe
from liuke.tier.clusters import Cluster, ClusterColumn, ClusterScheme, Fit, Match, Trial
from liuke.tier.matrix import COLORS
from liuke.tier.scheme import SchemeRefused

LIMIT = 5.0  # standardised values beyond are taken for this, so that a few giants make no cluster
VERY_SKEWED = 2.0
MOST_IN_TRIALS = 5_000

Points = NDArray[np.float64]


class ClustersRefused(SchemeRefused):
    """Customers in whom no clusters can be sought."""


def fit_clusters(
    frame: Frame,
    columns: Sequence[str] | Mapping[str, Words],
    *,
    random_state: int,
    k_range: Iterable[int] = range(3, 9),
    bootstraps: int = 20,
    previous: ClusterScheme | None = None,
    name: str = "clusters",
    words: Words | None = None,
    money: Iterable[str] = (),
    effective_from: date = date(1970, 1, 1),
) -> ClusterScheme:
    """Clusters of customers by k-means, as many as come again in resamples; see `cluster_trials`.

    frame: one row for each customer; rows with an unknown column are left out. columns: what they are
    compared by, the one that matters most first, with its words if given; those in `money` are in yuan, or
    in fen under `<column>_fen`. A column that is never below 0 and very skewed is judged by its logarithm.
    previous: the version before: its columns and its name are kept, a cluster keeps its name where its centre
    has moved by less than half of the way to the next one, and `fit.matches` says how far each moved.
    The same customers (in any order) and the same random_state give the same scheme.
    """
    called = _called(columns, previous)
    points, left_out = _known_rows(frame, tuple(called), set(money), previous)
    scales = _scales(points, called, set(money), previous)
    standard = _standardise(points, scales)
    counts = sorted({k for k in k_range if 2 <= k < len(np.unique(standard, axis=0))})
    if not counts or bootstraps < 2:
        raise ClustersRefused(
            f"{len(points)} customers with all of {', '.join(called)} known are too few or too alike for "
            f"{min(k_range, default=0)} clusters or more, or {bootstraps} resamples are fewer than 2."
        )
    found, trials = _find(standard, scales, counts, bootstraps=bootstraps, random_state=random_state)
    clusters, matches, given = _name_clusters(found, list(called.values()), previous)
    return ClusterScheme(
        name=previous.name if previous else name,
        version=previous.version + 1 if previous else 1,
        effective_from=effective_from,
        words=words or (previous.words if previous else Words(zh="客户聚类", en="Customer clusters")),
        kind="clusters",
        limit=LIMIT,
        columns=scales,
        clusters=clusters,
        fit=Fit(
            rows=len(points),
            left_out=left_out,
            random_state=random_state,
            bootstraps=bootstraps,
            names_given=given,
            trials=tuple(_trial(tried) for tried in trials),
            matches=matches,
            gone=_gone(previous, matches),
        ),
    )


@dataclass(frozen=True)
class _Found:
    """Clusters by their centres, best first, in the customers they were found in."""

    standard: Points
    centres: Points
    stability: tuple[float, ...]
    scales: tuple[ClusterColumn, ...]


def _find(
    standard: Points,
    scales: tuple[ClusterColumn, ...],
    counts: Sequence[int],
    *,
    bootstraps: int,
    random_state: int,
) -> tuple[_Found, list[Tried]]:
    """The clusters of the number that came again best, and what was tried for each number."""
    sample = _sample(standard, random_state)
    trials = [attempt(sample, k, bootstraps=bootstraps, random_state=random_state) for k in counts]
    chosen = choose(trials)
    final = fit_k_means(
        standard, chosen.clusters, starts=1, seed=seed_from(random_state), init=chosen.centres
    )
    centres = _round(final.cluster_centers_)
    order = sorted(range(chosen.clusters), key=lambda at: tuple(-centres[at]))
    return _Found(standard, centres[order], tuple(chosen.stability[at] for at in order), scales), trials


def _called(
    columns: Sequence[str] | Mapping[str, Words], previous: ClusterScheme | None
) -> Mapping[str, Words]:
    known = {column.column: column.words for column in previous.columns} if previous else {}
    called = {name: known.get(name) or Words(zh=name, en=name) for name in columns}
    if isinstance(columns, Mapping):
        called |= columns
    if not called:
        raise ClustersRefused("Name at least one column to compare customers by.")
    if previous and tuple(called) != tuple(known):
        raise ClustersRefused(
            f"{previous.label} compares {', '.join(known)}; another version compares the same columns, not "
            f"{', '.join(called)}. Make a scheme of another name instead."
        )
    return called


def _known_rows(
    frame: Frame, columns: Sequence[str], money: set[str], previous: ClusterScheme | None
) -> tuple[Points, int]:
    """Rows of which all columns are known, in an order of their own; and how many others there are."""
    rows = to_arrow(frame)
    in_money = money | {column.column for column in previous.columns if column.money} if previous else money
    held = np.column_stack([_numbers(rows, column, money=column in in_money) for column in columns])
    points = held[np.isfinite(held).all(axis=1)]
    return points[np.lexsort(points.T[::-1])], len(held) - len(points)


def _numbers(rows: pa.Table, column: str, *, money: bool) -> Points:
    name = f"{column}_fen" if money and f"{column}_fen" in rows.column_names else column
    if name not in rows.column_names:
        raise MissingColumn(column, wanted_by="fit_clusters", present=rows.column_names)
    held = rows[name]
    if pa.types.is_null(held.type):
        return np.full(len(rows), np.nan)
    numeric = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    if not any(test(held.type) for test in numeric):
        raise ClustersRefused(f"fit_clusters compares numbers; {name!r} holds {held.type}")
    numbers = np.asarray(held.cast("float64").to_numpy(zero_copy_only=False), dtype="float64")
    return numbers / 100 if name != column else numbers


def _scales(
    points: Points, called: Mapping[str, Words], money: set[str], previous: ClusterScheme | None
) -> tuple[ClusterColumn, ...]:
    """Median and interquartile range, as wide as those of a normal distribution."""
    made = []
    for at, (name, words) in enumerate(called.items()):
        numbers = points[:, at]
        before = previous.columns[at] if previous else None
        log = before.log if before else _is_very_skewed(numbers)
        if log:
            numbers = np.log1p(np.maximum(numbers, 0))
        middle = np.quantile(numbers, [0.25, 0.5, 0.75]) if len(numbers) else np.zeros(3)
        spread = (middle[2] - middle[0]) / 1.349 or (np.std(numbers) if len(numbers) else 0.0) or 1.0
        made.append(
            ClusterColumn(
                column=name,
                words=words,
                money=before.money if before else name in money,
                log=log,
                centre=float(_round(middle[1])),
                scale=float(_round(spread)),
            )
        )
    return tuple(made)


def _is_very_skewed(numbers: Points) -> bool:
    if not len(numbers) or numbers.min() < 0 or np.std(numbers) == 0:
        return False
    return bool(np.mean(((numbers - numbers.mean()) / np.std(numbers)) ** 3) > VERY_SKEWED)


def _standardise(points: Points, scales: Sequence[ClusterColumn]) -> Points:
    made = np.array(points, dtype="float64")
    for at, column in enumerate(scales):
        numbers = np.log1p(np.maximum(made[:, at], 0)) if column.log else made[:, at]
        made[:, at] = np.clip((numbers - column.centre) / column.scale, -LIMIT, LIMIT)
    return made


def _sample(standard: Points, random_state: int) -> Points:
    if len(standard) <= MOST_IN_TRIALS:
        return standard
    drawn = generator(random_state, "sample").choice(len(standard), MOST_IN_TRIALS, replace=False)
    return standard[np.sort(drawn)]


def _name_clusters(
    found: _Found, words: Sequence[Words], previous: ClusterScheme | None
) -> tuple[tuple[Cluster, ...], tuple[Match, ...], int]:
    """Clusters with names of their own or of the previous version, the matches, and names given so far."""
    way = ((found.standard[:, None, :] - found.centres[None, :, :]) ** 2).sum(axis=2)
    sizes = np.bincount(way.argmin(axis=1), minlength=len(found.centres))
    average, spread = found.standard.mean(axis=0), found.standard.std(axis=0)
    far = (found.centres - average) / np.where(spread > 0, spread, 1.0)
    pairs = _pair(found, previous) if previous else {}
    old = {cluster.name: cluster for cluster in previous.clusters} if previous else {}
    given = previous.fit.names_given if previous else 0
    clusters, matches = [], []
    for at in range(len(found.centres)):
        short, whole = describe(far[at].tolist(), words)
        before, moved, few = pairs.get(at, (None, 0.0, 0.0))
        kept = before is not None and moved <= few
        if not kept:
            given += 1
        name = before if before is not None and kept else f"c{given}"
        told = Words(zh=f"{name.upper()} {short.zh}", en=f"{name.upper()} {short.en}")
        clusters.append(
            Cluster(
                name=name,
                words=old[name].words if kept else told,
                color=old[name].color if kept else COLORS[(given - 1) % len(COLORS)],
                description=whole,
                centre=tuple(found.centres[at].tolist()),
                size=int(sizes[at]),
                stability=round(found.stability[at], 6),
            )
        )
        if before is not None:
            matches.append(
                Match(name=name, previous=before, moved=round(moved, 6), few=round(few, 6), kept=kept)
            )
    return tuple(clusters), tuple(matches), given


def _pair(found: _Found, previous: ClusterScheme) -> dict[int, tuple[str, float, float]]:
    """Each cluster with the previous one it is matched to, the way between, and the way that is few."""
    from scipy.optimize import linear_sum_assignment

    then = np.array([cluster.centre for cluster in previous.clusters])
    for at, (old, new) in enumerate(zip(previous.columns, found.scales, strict=True)):
        then[:, at] = (then[:, at] * old.scale + old.centre - new.centre) / new.scale
    apart = np.linalg.norm(then[:, None, :] - then[None, :, :], axis=2)
    np.fill_diagonal(apart, np.inf)
    moved = np.linalg.norm(found.centres[:, None, :] - then[None, :, :], axis=2)
    pairs: dict[int, tuple[str, float, float]] = {}
    for new_at, old_at in zip(*linear_sum_assignment(moved), strict=True):
        few = float(apart[old_at].min()) / 2
        pairs[int(new_at)] = (previous.clusters[old_at].name, float(moved[new_at, old_at]), few)
    return pairs


def _gone(previous: ClusterScheme | None, matches: Sequence[Match]) -> tuple[str, ...]:
    kept = {match.previous for match in matches if match.kept}
    names = [cluster.name for cluster in previous.clusters] if previous else []
    return tuple(name for name in names if name not in kept)


def _trial(tried: Tried) -> Trial:
    return Trial(
        clusters=tried.clusters,
        agreement=round(tried.agreement, 6),
        standard_error=round(tried.standard_error, 6),
    )


def _round(numbers: Any) -> Points:
    """To nine decimals: what is written down is what is judged by."""
    return np.round(np.asarray(numbers, dtype="float64"), 9) + 0.0
