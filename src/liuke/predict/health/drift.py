"""How far columns have moved from a reference: PSI over bins, and Kolmogorov-Smirnov for what has an order.

PSI = sum over bins of (q - p) ln(q / p), p and q the shares of the reference and now; SMOOTHING is added to
every bin's count, so that an empty one does not weigh without end. Bins empty on both sides do not count.
Where nothing has moved, PSI / (1/n + 1/m) is about chi-square with (bins - 1) degrees of freedom (Yurdakul
2018, Statistical properties of the population stability index): its mean is the chance level shown beside
each PSI, and its tail the p-value, so that few customers do not cry wolf. PSI less its chance level is
what the thresholds judge. Its interval is the basic bootstrap one (both sides drawn again), clipped at 0.

KS = the greatest distance of the two distribution functions at the values that occur (ties are exact), over
those that are known: a change in what is missing shows in PSI. Its p-value is Smirnov's limit, too large
with ties rather than too small; its interval adds the bounds of Dvoretzky, Kiefer, Wolfowitz and Massart
(1990) for both sides, which hold for any distribution.

A reference of several days holds the same customers several times: it counts for as many as it has
different customers. q-values hold the false discovery rate over columns (Benjamini and Hochberg 1995).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow as pa
from scipy.special import chdtrc, kolmogorov

from liuke.kernel.frames import Frame
from liuke.kernel.seeds import generator
from liuke.predict.columns import read_columns, to_floats
from liuke.predict.health.bins import Bins, cut_bins, is_ordered, widest_move

Level = Literal["alike", "watch", "drifted"]

SMOOTHING = 0.5
PSI_WATCH, PSI_DRIFTED = 0.1, 0.25  # Siddiqi (2006), of PSI less its chance level
KS_WATCH, KS_DRIFTED = 0.1, 0.2
FALSE_DISCOVERIES = 0.05
FEWEST = 50  # different customers on either side; fewer tell nothing
DRAWS = 400
ERROR = 0.05  # of the intervals


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One column now beside the reference; shares are by bin, in the order of `labels`.

    reference, now: rows. why_empty: why there is no PSI. ks_why_empty: why there is no KS.
    """

    column: str
    reference: int
    now: int
    psi: float | None = None
    psi_low: float | None = None
    psi_high: float | None = None
    psi_chance: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    ks: float | None = None
    ks_low: float | None = None
    ks_high: float | None = None
    ks_p_value: float | None = None
    ks_q_value: float | None = None
    labels: tuple[str, ...] = ()
    reference_shares: tuple[float, ...] = ()
    now_shares: tuple[float, ...] = ()
    finding: Level | None = None
    why_empty: str | None = None
    ks_why_empty: str | None = None

    @property
    def moved_most(self) -> tuple[str, float, float] | None:
        """The bin whose share changed most, and its shares before and now."""
        if not self.labels:
            return None
        return widest_move(self.labels, np.array(self.reference_shares), np.array(self.now_shares))


def measure_drift(
    reference: Frame, now: Frame, *, reference_customers: int | None = None, seed: object = 0
) -> tuple[Drift, ...]:
    """Every column of `now` beside the same column of the reference, with findings.

    reference, now: one row per customer (and day); pandas, Polars or Arrow, without the customer's number.
    reference_customers: different customers in the reference, when it has several rows of one.
    A column that the reference lacks, or that one side knows nothing of, has a named reason.
    """
    before, after = read_columns(reference), read_columns(now)
    found = [
        _measure(name, before.get(name), values, reference_customers, seed) for name, values in after.items()
    ]
    return judge_drift(found)


def judge_drift(found: Iterable[Drift]) -> tuple[Drift, ...]:
    """The columns with their q-values over all of them, and what is to be said of each."""
    drifts = list(found)
    q = _discoveries([drift.p_value for drift in drifts])
    ks_q = _discoveries([drift.ks_p_value for drift in drifts])
    judged = (
        replace(drift, q_value=one, ks_q_value=other)
        for drift, one, other in zip(drifts, q, ks_q, strict=True)
    )
    return tuple(replace(drift, finding=_finding(drift)) for drift in judged)


def _finding(drift: Drift) -> Level | None:
    """The worse of what PSI and KS say; neither says anything that chance would."""
    if drift.psi is None or drift.psi_chance is None:
        return None
    marks = (
        (drift.psi - drift.psi_chance, drift.q_value, PSI_WATCH, PSI_DRIFTED),
        (drift.ks, drift.ks_q_value, KS_WATCH, KS_DRIFTED),
    )
    worst: Level = "alike"
    for size, q, watch, drifted in marks:
        if size is None or q is None or q > FALSE_DISCOVERIES or size < watch:
            continue
        if size >= drifted:
            return "drifted"
        worst = "watch"
    return worst


def _measure(
    name: str, before: pa.Array | None, after: pa.Array, customers: int | None, seed: object
) -> Drift:
    if before is None:
        return Drift(column=name, reference=0, now=len(after), why_empty="not_in_reference")
    size = min(customers or len(before), len(before))
    drift = Drift(column=name, reference=len(before), now=len(after))
    if min(size, len(after)) < FEWEST:
        return replace(drift, why_empty="too_few_customers", ks_why_empty="too_few_customers")
    bins = cut_bins(name, before)
    if bins is None or pa.types.is_null(after.type):
        return replace(drift, why_empty="nothing_known", ks_why_empty="nothing_known")
    drift = _with_psi(drift, bins, bins.count(before), bins.count(after), size, seed)
    if not is_ordered(before):
        return replace(drift, ks_why_empty="not_ordered")
    return _with_ks(drift, to_floats(name, before), to_floats(name, after), size / len(before))


def _with_psi(
    drift: Drift, bins: Bins, before: np.ndarray, after: np.ndarray, size: int, seed: object
) -> Drift:
    there = np.flatnonzero(before + after)
    before, after = before[there], after[there]
    labels = tuple(bins.labels[place] for place in there)
    n, m, freedom = size, int(after.sum()), len(there) - 1
    value, per_freedom = psi(before, after), 1 / n + 1 / m
    low, high = _psi_interval(value, before / before.sum(), after / m, (n, m), (seed, drift.column))
    return replace(
        drift,
        psi=value,
        psi_low=low,
        psi_high=high,
        psi_chance=freedom * per_freedom,
        p_value=float(chdtrc(freedom, value / per_freedom)) if freedom else 1.0,
        labels=labels,
        reference_shares=tuple((before / before.sum()).tolist()),
        now_shares=tuple((after / m).tolist()),
    )


def psi(before: np.ndarray, after: np.ndarray) -> float:
    """Population stability index of counts by bin.

    >>> round(psi(np.array([500, 300, 200]), np.array([400, 300, 300])), 4)
    0.0627
    """
    return float(_psi(before, after))


def _psi(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    p, q = (
        (side + SMOOTHING) / (side.sum(axis=-1, keepdims=True) + SMOOTHING * side.shape[-1])
        for side in (np.asarray(before, float), np.asarray(after, float))
    )
    return np.asarray(((q - p) * np.log(q / p)).sum(axis=-1))


def _psi_interval(
    value: float, p: np.ndarray, q: np.ndarray, sizes: tuple[int, int], seed: object
) -> tuple[float, float]:
    random = generator("drift", seed)
    drawn = _psi(random.multinomial(sizes[0], p, DRAWS), random.multinomial(sizes[1], q, DRAWS))
    lower, upper = np.quantile(drawn, [ERROR / 2, 1 - ERROR / 2])
    return max(0.0, float(2 * value - upper)), max(0.0, float(2 * value - lower))


def _with_ks(drift: Drift, before: np.ndarray, after: np.ndarray, share: float) -> Drift:
    before, after = np.sort(before[~np.isnan(before)]), np.sort(after[~np.isnan(after)])
    n, m = share * len(before), float(len(after))
    if min(n, m) < FEWEST:
        return replace(drift, ks_why_empty="too_few_known")
    distance = ks(before, after)
    reach = sum(np.sqrt(np.log(4 / ERROR) / (2 * size)) for size in (n, m))
    return replace(
        drift,
        ks=distance,
        ks_low=float(max(0.0, distance - reach)),
        ks_high=float(min(1.0, distance + reach)),
        ks_p_value=float(kolmogorov(np.sqrt(n * m / (n + m)) * distance)),
    )


def ks(before: np.ndarray, after: np.ndarray) -> float:
    """Greatest distance of two distribution functions; both sides sorted, equal values taken together.

    >>> ks(np.array([1.0, 1, 2, 3]), np.array([1.0, 2, 2, 4]))
    0.25
    """
    values = np.union1d(before, after)
    ours = np.searchsorted(before, values, side="right") / len(before)
    theirs = np.searchsorted(after, values, side="right") / len(after)
    return float(np.abs(ours - theirs).max())


def _discoveries(p: Sequence[float | None]) -> list[float | None]:
    """q-values of those that have a p-value (Benjamini and Hochberg)."""
    known = [place for place, value in enumerate(p) if value is not None]
    if not known:
        return [None] * len(p)
    values = np.array([p[place] for place in known], float)
    order = np.argsort(values)
    scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
    q = np.empty(len(values))
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    found: list[float | None] = [None] * len(p)
    for place, value in zip(known, q.tolist(), strict=True):
        found[place] = value
    return found
