"""What came of an earlier list, as far as its windows are over and known by now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pyarrow as pa

from liuke.kernel.seeds import generator
from liuke.predict.churn import ChurnDefinition
from liuke.predict.health.contacted import find_contacted
from liuke.predict.health.expected_profit import ProfitTerms
from liuke.predict.health.measuring import NAMES, Judged, judge_forecast
from liuke.predict.health.promise import Promise
from liuke.predict.leavings import label
from liuke.predict.metrics import Measured
from liuke.store import Engine

MOST_JUDGED = 200_000  # customers of a list; of a longer one so many are drawn, which costs no precision
ALL, LEFT_ALONE = "all", "left_alone"


@dataclass(frozen=True, kw_only=True)
class PublishedList:
    """A list as it was published: probabilities by months ahead, NaN where unknown.

    promise: of its own model card. profit: terms of the expected profit. is_same_leaving: whether it
    meant by leaving what is meant today.
    """

    as_of: date
    customers: np.ndarray
    p: Mapping[int, np.ndarray]
    promise: Promise
    profit: ProfitTerms | None
    is_same_leaving: bool = True


@dataclass(frozen=True, kw_only=True)
class Look:
    """One horizon of one list beside what came of it. is_judged: whether this view is held to the promise."""

    list_as_of: date
    months: int
    whom: str
    is_judged: bool
    judged: Judged
    contacted: int
    promise: Promise


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known by the as-of day, and what leaving means.

    leavings: as `leavings.find_leavings` answers.
    """

    tables: Mapping[str, ibis.Table]
    leavings: pa.Table
    definition: ChurnDefinition
    engine: Engine
    as_of: date
    seed: int


def judge_list(published: PublishedList, known: Known) -> list[Look]:
    """Every horizon of a list whose window is over by the as-of day, everybody and those left alone."""
    over = [
        months
        for months in known.definition.horizons
        if known.definition.ends_on(published.as_of, months) <= known.as_of
        and months in published.p
        and not np.isnan(published.p[months]).all()
    ]
    if not over:
        return []
    if not published.is_same_leaving:
        return [_unjudged(published, months, "definition_changed") for months in over]
    drawn = _draw(published, seed=known.seed)
    left = _outcomes(drawn, known)
    return [look for months in over for look in _look(drawn, months, left[months], known)]


def _look(published: PublishedList, months: int, left: np.ndarray, known: Known) -> list[Look]:
    p = published.p[months]
    told = ~np.isnan(p) & ~np.isnan(left)
    if published.promise.among_possible:
        told &= p > 0
    day = published.as_of
    contacted = find_contacted(
        known.tables,
        known.engine,
        published.customers[told],
        opens_on=day,
        ends_on=known.definition.ends_on(day, months),
        known_by=known.as_of,
    )
    alone_speak = bool(contacted.count) and contacted.stands_for_all
    views = {ALL: None} | ({LEFT_ALONE: contacted.weights} if contacted.count else {})
    return [
        Look(
            list_as_of=day,
            months=months,
            whom=whom,
            is_judged=(whom == LEFT_ALONE) == alone_speak,
            judged=judge_forecast(
                p[told],
                left[told],
                weights=weights,
                profit=published.profit,
                seed=(known.seed, day, months, whom),
            ),
            contacted=contacted.count,
            promise=published.promise,
        )
        for whom, weights in views.items()
    ]


def _unjudged(published: PublishedList, months: int, why: str) -> Look:
    measures = {name: Measured(None, why_empty=why) for name in NAMES}
    return Look(
        list_as_of=published.as_of,
        months=months,
        whom=ALL,
        is_judged=True,
        judged=Judged(0, 0, measures),
        contacted=0,
        promise=published.promise,
    )


def _draw(published: PublishedList, *, seed: int) -> PublishedList:
    count = len(published.customers)
    if count <= MOST_JUDGED:
        return published
    chosen = generator("judged", seed, published.as_of).choice(count, MOST_JUDGED, replace=False)
    chosen.sort()
    return PublishedList(
        as_of=published.as_of,
        customers=published.customers[chosen],
        p={months: values[chosen] for months, values in published.p.items()},
        promise=published.promise,
        profit=published.profit,
    )


def _outcomes(published: PublishedList, known: Known) -> dict[int, np.ndarray]:
    """By months ahead: 1 left, 0 stayed, NaN not known, in the list's order."""
    customers = ibis.memtable(pa.table({"customer_id": pa.array(published.customers, pa.string())}))
    labels = label(
        customers,
        ibis.memtable(known.leavings),
        known.definition,
        as_of=published.as_of,
        known_by=known.as_of,
    )
    rows = known.engine.to_arrow(labels)
    order = np.argsort(np.asarray(rows["customer_id"].to_pylist(), dtype=object).astype(str), kind="stable")
    place = np.empty(len(order), int)
    place[np.argsort(published.customers.astype(str), kind="stable")] = order
    return {
        months: rows[f"left_{months}m"].cast(pa.float64()).to_numpy()[place]
        for months in known.definition.horizons
    }
