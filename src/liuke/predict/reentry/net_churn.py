"""Gross churn split into real loss, re-entry and dormancy, month by month, with intervals.

How many of a month's leavers came back is uncertain twice: which pairs are one person, and how well the
probabilities are known. The first is the spread of independent pairs of the given probabilities;
the second that of the probabilities when the pairs are drawn again and the model is fitted again.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from liuke.kernel.days import month_start
from liuke.kernel.seeds import generator
from liuke.predict.churn import KINDS
from liuke.predict.network_tables import NET_CHURN
from liuke.predict.reentry.comparing import Pairs
from liuke.predict.reentry.linkage import ONE_PERSON, Linkage, Patterns, fit_linkage
from liuke.predict.reentry.parties import Parties
from liuke.predict.reentry.settings import ReentrySettings

RESAMPLES = 60
INTERVAL = (0.025, 0.975)


@dataclass(frozen=True)
class Returns:
    """Expected re-entries of each group of leavers (month and kind), and draws of how many they may be."""

    months: tuple[date, ...]
    gross: np.ndarray  # (months, kinds)
    expected: np.ndarray
    draws: np.ndarray  # (draws, months, kinds)


def estimate_returns(
    parties: Parties,
    pairs: Pairs,
    patterns: Patterns,
    linkage: Linkage,
    chance: np.ndarray,
    settled: np.ndarray,
    *,
    seed: int,
) -> Returns:
    """chance: probability of each pair after sharing out. settled: those which people confirmed."""
    months = [month_start(day) for day in parties.leavers["left_at"].cast(pa.date32()).to_pylist()]
    named = tuple(sorted(set(months)))
    kinds = [KINDS.index(kind) for kind in parties.leavers["kind"].to_pylist()]
    place = {month: number for number, month in enumerate(named)}
    group = np.array([place[month] for month in months], np.int64) * len(KINDS) + np.array(kinds, np.int64)
    size = len(named) * len(KINDS)
    gross = np.bincount(group, minlength=size)
    of_pair = group[pairs.leaver] if len(pairs) else np.zeros(0, np.int64)
    expected = np.minimum(np.bincount(of_pair, chance, minlength=size), gross)
    spread = np.sqrt(np.bincount(of_pair, chance * (1 - chance), minlength=size))
    shape = (len(named), len(KINDS))
    sure = np.bincount(of_pair[settled], minlength=size)
    learned = np.where(settled, 0.0, chance)
    draws = sure + _draw(pairs, patterns, linkage, learned, of_pair, size, spread, seed=seed)
    draws = np.clip(draws, 0, gross)
    return Returns(named, gross.reshape(shape), expected.reshape(shape), draws.reshape(-1, *shape))


def _draw(
    pairs: Pairs,
    patterns: Patterns,
    linkage: Linkage,
    chance: np.ndarray,
    of_pair: np.ndarray,
    size: int,
    spread: np.ndarray,
    *,
    seed: int,
) -> np.ndarray:
    """Expected re-entries by group under refitted models, each with the spread of its pairs added."""
    random = generator("net churn", seed)
    alone = linkage.chances(patterns.levels)[:, ONE_PERSON]
    ratio = chance / np.maximum(alone[patterns.of_pair], 1e-300)
    found = []
    table = np.zeros((len(patterns.counts), size))
    np.add.at(table, (patterns.of_pair, of_pair), ratio)
    for _ in range(RESAMPLES if len(pairs) else 1):
        again = fit_linkage(pairs, patterns, counts=random.poisson(patterns.counts).astype(float))
        mean = again.chances(patterns.levels)[:, ONE_PERSON] @ table
        found.append(mean + spread * random.standard_normal(size))
    return np.array(found)


def split_churn(returns: Returns, *, as_of: date, settings: ReentrySettings) -> pa.Table:
    """One row for each month, in the shape of NET_CHURN, and one without month for all together.

    is_open: some of the month's leavers may still come back, so re-entry can only grow.
    """
    rows = [
        _row(returns, [number], month, as_of=as_of, settings=settings)
        for number, month in enumerate(returns.months)
    ]
    if rows:
        rows.append(_row(returns, list(range(len(returns.months))), None, as_of=as_of, settings=settings))
    return pa.Table.from_pylist(rows, schema=NET_CHURN)


def _row(
    returns: Returns, months: list[int], month: date | None, *, as_of: date, settings: ReentrySettings
) -> dict[str, object]:
    gross = returns.gross[months].sum(axis=0)
    back, draws = returns.expected[months].sum(axis=0), returns.draws[:, months].sum(axis=1)
    dormant = KINDS.index("dormant")
    closed = [place for place in range(len(KINDS)) if place != dormant]
    parts = {
        "reentry": (back.sum(), draws.sum(axis=1)),
        "real_loss": ((gross - back)[closed].sum(), (gross - draws)[:, closed].sum(axis=1)),
        "dormant": ((gross - back)[dormant], (gross - draws)[:, dormant]),
    }
    row: dict[str, object] = {"as_of": as_of, "month": month, "gross": int(gross.sum())}
    for name, (middle, drawn) in parts.items():
        low, high = np.quantile(drawn, INTERVAL)
        row |= {
            name: float(middle),
            f"{name}_low": float(min(low, middle)),
            f"{name}_high": float(max(high, middle)),
        }
    latest = returns.months[months[-1]]
    row["is_open"] = (latest + timedelta(days=31 + settings.after_days)) > as_of
    return row
