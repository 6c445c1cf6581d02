"""The effect of a campaign: what became of the treated, less what became of those left alone at random.

The interval is chosen by the data, not by the reader:
- outcomes of 0 and 1, one row a unit, no covariate: score interval (`rates`);
- everything else (amounts, repeated contacts, households, covariates): cluster-robust (`means`).

It is given only where it was seen, by simulation, to cover 94 to 96 %; elsewhere the reason is
`too_few`. The bounds: SMALLEST_ARM units in each arm; for outcomes of 0 and 1, LEAST_EVENTS expected in
the smaller arm at the rate of both arms together, of events and of non-events (the rate of both, so that
the decision to report hardly depends on the luck of the small arm); for the robust interval a skewness of
the estimate of at most MOST_SKEWNESS, past which Hall's correction overreaches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from liuke.kernel.words import Words
from liuke.learn.means import difference_of_means
from liuke.learn.rates import score, score_interval
from liuke.learn.sample import EffectRefused, Sample, read_sample
from liuke.learn.sample_ratio import ALARM_BELOW, sample_ratio_p

SMALLEST_ARM = 20
LEAST_EVENTS = 5
MOST_SKEWNESS = 0.4
EXACT = 1e-12  # errors smaller than this, beside the outcomes, are of rounding

WHY_EMPTY: Mapping[str, Words] = MappingProxyType(
    {
        "too_few": Words(zh="样本还太少，暂不能下结论", en="too few yet to tell"),
        "no_treated": Words(zh="没有已干预的客户", en="nobody was treated"),
        "no_hold_out": Words(zh="没有对照组，效果无从比较", en="nobody was held out to compare with"),
        "no_variation": Words(
            zh="结果没有差异，无法估计误差", en="outcomes do not vary, so their error is unknown"
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The difference in mean outcome, treated less held out, or the reason why there is none.

    estimate, low, high, p_value: None together, and then why_empty names the reason (see WHY_EMPTY).
    treated, held_out: rows; treated_units, held_out_units: clusters (rows without clusters).
    treated_rate, held_out_rate: mean outcomes as they stand, None for an empty arm.
    sample_ratio_p, sample_ratio_alarm: None unless the expected share was given.
    method: "score" or "cluster_robust".
    """

    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    treated: int
    held_out: int
    treated_units: int
    held_out_units: int
    treated_rate: float | None
    held_out_rate: float | None
    sample_ratio_p: float | None = None
    sample_ratio_alarm: bool | None = None
    method: str | None = None
    why_empty: str | None = None


def effect(
    outcome: ArrayLike,
    arm: ArrayLike,
    cluster: ArrayLike | None = None,
    covariate: ArrayLike | None = None,
    *,
    expected_share: float | None = None,
    confidence: float = 0.95,
) -> Effect:
    """Mean outcome of the treated less that of the held out, with an interval.

    outcome: one row for each outcome, 0 or 1 or an amount; arm: "treat" or "hold_out", or true for
        treated; cluster: what rows share (customer, household); covariate: one or more columns known
        before the draw, such as the predicted probability.
    expected_share: share of units drawn to be treated; given, the sample ratio is checked.
    A missing value is refused: settle the outcome first, or leave its row out of both arms alike.

    >>> found = effect([1] * 56 + [0] * 14 + [1] * 48 + [0] * 32, ["treat"] * 70 + ["hold_out"] * 80)
    >>> round(found.estimate, 3), round(found.low, 3), round(found.high, 3), round(found.p_value, 3)
    (0.2, 0.053, 0.338, 0.008)
    """
    if not 0 < confidence < 1:
        raise EffectRefused(f"confidence lies between 0 and 1, such as 0.95, not {confidence}")
    sample = read_sample(outcome, arm, cluster, covariate)
    described = _describe(sample, expected_share)
    if reason := _why_empty(sample, described):
        return replace(described, why_empty=reason)
    if sample.is_binary and not sample.is_clustered and sample.covariate is None:
        return _by_score(sample, described, confidence)
    return _by_clusters(sample, described, confidence)


def _by_score(sample: Sample, described: Effect, confidence: float) -> Effect:
    from scipy.special import ndtr, ndtri

    hits, hits_0 = sample.outcome[sample.treated].sum(), sample.outcome[~sample.treated].sum()
    case = [np.asarray(part, float) for part in (hits, described.treated, hits_0, described.held_out)]
    low, high = score_interval(*case, z=float(ndtri((1 + confidence) / 2)))
    return replace(
        described,
        estimate=float(case[0] / case[1] - case[2] / case[3]),
        low=float(low),
        high=float(high),
        p_value=float(2 * ndtr(-abs(score(*case, difference=0.0)))),
        method="score",
    )


def _by_clusters(sample: Sample, described: Effect, confidence: float) -> Effect:
    found = difference_of_means(sample.outcome, sample.treated, sample.cluster, sample.covariate)
    if found.standard_error <= EXACT * float(np.abs(sample.outcome).max()):
        return replace(described, why_empty="no_variation")
    if abs(found.skewness) > MOST_SKEWNESS:
        return replace(described, why_empty="too_few")
    low, high = found.interval(confidence)
    return replace(
        described,
        estimate=found.estimate,
        low=low,
        high=high,
        p_value=found.p_value,
        method="cluster_robust",
    )


def _why_empty(sample: Sample, described: Effect) -> str | None:
    if not described.treated:
        return "no_treated"
    if not described.held_out:
        return "no_hold_out"
    smaller = min(described.treated_units, described.held_out_units)
    if smaller < SMALLEST_ARM:
        return "too_few"
    if sample.is_binary:
        rarer = min(sample.units(sample.outcome == 1), sample.units(sample.outcome == 0))
        return "too_few" if smaller * rarer / sample.clusters < LEAST_EVENTS else None
    return "no_variation" if np.ptp(sample.outcome) == 0 else None


def _describe(sample: Sample, expected_share: float | None) -> Effect:
    treated, held_out = sample.treated, ~sample.treated
    units = sample.units(treated), sample.units(held_out)
    ratio = None
    if expected_share is not None and len(treated):
        if not 0 < expected_share < 1:
            raise EffectRefused(f"expected_share lies between 0 and 1, not {expected_share}")
        whole = sum(units) == sample.units(treated | held_out)  # no cluster in both arms: clusters were drawn
        ratio = sample_ratio_p(
            *(units if whole else (int(treated.sum()), int(held_out.sum()))), expected_share
        )
    return Effect(
        treated=int(treated.sum()),
        held_out=int(held_out.sum()),
        treated_units=units[0],
        held_out_units=units[1],
        treated_rate=float(sample.outcome[treated].mean()) if treated.any() else None,
        held_out_rate=float(sample.outcome[held_out].mean()) if held_out.any() else None,
        sample_ratio_p=ratio,
        sample_ratio_alarm=None if ratio is None else ratio < ALARM_BELOW,
    )


def _sample_ratio(sample: Sample, expected_share: float) -> float | None:
    if not 0 < expected_share < 1:
        raise EffectRefused(f"expected_share lies between 0 and 1, not {expected_share}")
    rows = int(sample.treated.sum()), int((~sample.treated).sum())
    units = sample.units(sample.treated), sample.units(~sample.treated)
    if not sum(rows):
        return None
    drawn_whole = sum(units) == sample.clusters
    return sample_ratio_p(*(units if drawn_whole else rows), expected_share)
