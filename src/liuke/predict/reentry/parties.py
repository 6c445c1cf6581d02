"""The two sides to be matched: who left, and who came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from liuke.kernel.days import add_months, midnight
from liuke.predict.account_spells import INSTANT, known
from liuke.predict.churn import ChurnDefinition
from liuke.predict.heard import last_uses
from liuke.predict.leavings import find_leavings
from liuke.predict.reentry.settings import ReentrySettings
from liuke.store import Engine

Tables = Mapping[str, ibis.Table]


@dataclass(frozen=True)
class Parties:
    """Leavers and newcomers, each in the order of their customer numbers.

    leavers: customer_id, left_at, kind, gone_at (the last use; the leaving where no use is known).
    newcomers: customer_id, opened_at. gone_day, opened_day: the same as days from 1970-01-01.
    """

    leavers: pa.Table
    newcomers: pa.Table
    gone_day: np.ndarray
    opened_day: np.ndarray

    @cached_property
    def own_leaving(self) -> np.ndarray:
        """For each newcomer the row of their own leaving, -1 for those who have not left again."""
        found = pc.index_in(self.newcomers["customer_id"], value_set=self.leavers["customer_id"])
        return np.asarray(pc.fill_null(found, -1).to_numpy(), np.int64)

    def codes(self, leaver: np.ndarray, newcomer: np.ndarray) -> np.ndarray:
        """One number for each pair of rows, ascending by newcomer and leaver."""
        return newcomer * len(self.leavers) + leaver


def find_parties(
    tables: Tables,
    definition: ChurnDefinition,
    engine: Engine,
    *,
    as_of: date,
    settings: ReentrySettings,
    leavings: ibis.Table | None = None,
) -> Parties:
    """Leavers of the last months and everybody who opened a first account in time to be one of them.

    A customer who left several times counts once, by the latest leaving. leavings: as find_leavings finds
    them by the day; None has them found.
    """
    since = add_months(as_of, -settings.months_back)
    found = find_leavings(tables, definition, known_by=as_of) if leavings is None else leavings
    leavers = engine.to_arrow(_leavers(tables, definition, found, since=since, as_of=as_of))
    newcomers = engine.to_arrow(_newcomers(tables, since=since, as_of=as_of, settings=settings))
    return Parties(leavers, newcomers, _days(leavers["gone_at"]), _days(newcomers["opened_at"]))


def _leavers(
    tables: Tables, definition: ChurnDefinition, found: ibis.Table, *, since: date, as_of: date
) -> ibis.Table:
    latest = found.group_by("customer_id").agg(left_at=_.left_at.max(), kind=_.kind.argmax(_.left_at))
    latest = latest.filter(_.left_at >= midnight(since))
    both = latest.left_join(last_uses(tables, known_by=as_of), "customer_id").drop("customer_id_right")
    silence = timedelta(days=definition.silent_days)
    without_use = ibis.ifelse(_.kind == "dormant", _.left_at - ibis.interval(silence), _.left_at)
    gone_at = ibis.least(_.left_at, ibis.coalesce(_.used_at, without_use)).cast(INSTANT)
    return both.mutate(gone_at=gone_at).drop("used_at").order_by("customer_id")


def _newcomers(tables: Tables, *, since: date, as_of: date, settings: ReentrySettings) -> ibis.Table:
    accounts = known(tables["accounts"], by=as_of).filter(_.opened_at.notnull())
    customers = known(tables["customers"], by=as_of).filter(_.opened_at.notnull())
    opened = accounts.select("customer_id", "opened_at").union(customers.select("customer_id", "opened_at"))
    first = opened.group_by("customer_id").agg(opened_at=_.opened_at.min().cast(INSTANT))
    # Who has fallen silent was gone long before the leaving, so the new account may be as old.
    earliest = _before(midnight(since), settings.before_days + settings.after_days)
    in_time = first.filter(_.opened_at >= earliest, _.opened_at < midnight(as_of))
    return in_time.order_by("customer_id")


def _before(instant: datetime, days: int) -> datetime:
    return instant - timedelta(days=days)


def _days(instants: pa.ChunkedArray) -> np.ndarray:
    return instants.to_numpy().astype("datetime64[D]").astype(np.int64)
