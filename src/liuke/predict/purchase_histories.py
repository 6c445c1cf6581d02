"""Purchases as buy-till-you-die models take them: how many repeats, how recent, how long ago the first.

A refund is no purchase and no sign of life. Its money comes off the last purchase on or before its day, for
nothing tells which one it was; before the first purchase that is on record, off the year's spending alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from liuke.kernel.days import midnight
from liuke.predict.account_spells import INSTANT, known
from liuke.store import Engine

DAY_SECONDS = 86_400
WEEK_DAYS = 7.0  # the models' unit of time is a week


@dataclass(frozen=True)
class PurchaseHistories:
    """One customer each, by customer_id; days are whole, purchases of one day are one purchase.

    repeats: days with a purchase after the first. recency_days: from the first to the last of them.
    age_days: from the first to the last day seen, the one before the as-of day.
    mean_fen: mean spend of a repeat less refunds, at least 0; NaN without any.
    days_silent: from the last purchase's instant to the as-of day's first one.
    spent_12m_fen: of the last 12 months, less their refunds.
    """

    customers: np.ndarray
    repeats: np.ndarray
    recency_days: np.ndarray
    age_days: np.ndarray
    mean_fen: np.ndarray
    days_silent: np.ndarray
    spent_12m_fen: np.ndarray

    def __len__(self) -> int:
        return len(self.customers)

    @property
    def in_weeks(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Frequency, recency and T in the models' unit."""
        return self.repeats, self.recency_days / WEEK_DAYS, self.age_days / WEEK_DAYS

    def of(self, customers: np.ndarray) -> "PurchaseHistories":
        """The histories of some customers, in their order; NaN for those who never bought."""
        place = {customer: row for row, customer in enumerate(self.customers.tolist())}
        rows = np.array([place.get(customer, -1) for customer in customers.tolist()], dtype=int)

        def taken(column: np.ndarray) -> np.ndarray:
            return np.append(column, np.nan)[rows]  # row -1 is the one appended

        return PurchaseHistories(
            customers,
            taken(self.repeats),
            taken(self.recency_days),
            taken(self.age_days),
            taken(self.mean_fen),
            taken(self.days_silent),
            taken(self.spent_12m_fen),
        )


def read_histories(
    tables: Mapping[str, ibis.Table],
    engine: Engine,
    kinds: tuple[str, ...],
    *,
    refunds: tuple[str, ...] = (),
    as_of: date,
) -> PurchaseHistories:
    """The purchase history of everybody who bought before the as-of day, as known by it.

    kinds: the kinds of events that are purchases. refunds: those that take money back, below 0.
    """
    found = _summaries(tables["events"], kinds, refunds, as_of=as_of)
    rows = engine.to_arrow(found).sort_by("customer_id")
    number = {name: rows[name].cast(pa.float64()).to_numpy() for name in rows.column_names[1:]}
    repeats = number["days"] - 1
    mean = np.divide(number["repeat_fen"], repeats, out=np.full(len(repeats), np.nan), where=repeats > 0)
    mean = np.where(number["refunds"] > 0, np.maximum(mean, 0), mean)  # more may come back than is on record
    return PurchaseHistories(
        customers=np.asarray(rows["customer_id"].to_pylist(), dtype=object),
        repeats=repeats,
        recency_days=number["recency_days"],
        age_days=number["age_days"],
        mean_fen=mean,
        days_silent=number["silent_seconds"] / DAY_SECONDS,
        spent_12m_fen=number["spent_12m_fen"],
    )


def _summaries(
    events: ibis.Table, kinds: tuple[str, ...], refunds: tuple[str, ...], *, as_of: date
) -> ibis.Table:
    days = _buying_days(known(events, by=as_of), kinds, refunds)
    today, year_ago = ibis.literal(as_of), ibis.literal(as_of) - ibis.interval(years=1)
    of_customer = days.group_by("customer_id").agg(
        days=_.is_bought.sum(),
        refunds=(~_.is_bought | (_.refunded_fen != 0)).sum(),
        first_on=_.on.min(where=_.is_bought),
        last_on=_.on.max(where=_.is_bought),
        last_at=_.latest_at.max(),
        repeat_fen=_.net_fen.sum(where=_.place > 1).fill_null(0),
        told=_.told.all(),
        year_fen=_.net_fen.sum(where=_.on >= year_ago).fill_null(0),
    )
    unknown = ibis.null("int64")
    return of_customer.filter(_.days > 0).select(
        "customer_id",
        "days",
        "refunds",
        recency_days=_.last_on.delta(_.first_on, unit="day"),
        age_days=-_.first_on.delta(today, unit="day") - 1,
        silent_seconds=-_.last_at.delta(ibis.literal(midnight(as_of)), unit="second"),
        repeat_fen=ibis.ifelse(_.told, _.repeat_fen.cast("int64"), unknown),
        spent_12m_fen=ibis.ifelse(_.told, _.year_fen.cast("int64"), unknown),
    )


def _buying_days(events: ibis.Table, kinds: tuple[str, ...], refunds: tuple[str, ...]) -> ibis.Table:
    """Days on which a customer bought or brought back; place: of the last purchase day until then, from 1."""
    rows = events.filter(_.kind.isin((*kinds, *refunds))).mutate(
        on=_.happened_at.date(), happened_at=_.happened_at.cast(INSTANT), buys=_.kind.isin(kinds)
    )
    days = rows.group_by("customer_id", "on").agg(
        net_fen=_.amount_fen.sum(),
        refunded_fen=_.amount_fen.sum(where=~_.buys).fill_null(0),
        latest_at=_.happened_at.max(where=_.buys),
        is_bought=_.buys.any(),
        told=_.amount_fen.notnull().all(),
    )
    so_far = ibis.cumulative_window(group_by="customer_id", order_by="on")
    return days.mutate(place=_.is_bought.sum().over(so_far))
