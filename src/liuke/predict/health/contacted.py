"""Who of a list was contacted while its window was open, and who stands for them.

A contact is meant to change what the list foretold, so a forecast judged on contacted customers is judged
on the campaign too. To leave them out is worse: they were chosen for their risk. But campaigns leave some
of those chosen alone at random. A customer left alone with chance 1 - q stands for 1 / (1 - q) of the
chosen (Horvitz and Thompson 1952), the treated for nobody: the weighted rest is the whole list as it would
have fared without contacts. Contacted customers whom no draw stands for remain uncovered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from liuke.kernel.days import midnight
from liuke.store import Engine

UNCOVERED_AT_MOST = 0.02  # of a list; with more, those left alone do not stand for the whole list


@dataclass(frozen=True)
class Contacted:
    """weights: of each customer of a list, when those left alone stand for the chosen."""

    weights: np.ndarray
    is_contacted: np.ndarray
    uncovered: int

    @property
    def count(self) -> int:
        return int(self.is_contacted.sum())

    @property
    def stands_for_all(self) -> bool:
        """Whether those left alone may speak for the whole list."""
        return self.uncovered <= UNCOVERED_AT_MOST * len(self.weights)


def find_contacted(
    tables: Mapping[str, ibis.Table],
    engine: Engine,
    customers: np.ndarray,
    *,
    opens_on: date,
    ends_on: date,
    known_by: date,
) -> Contacted:
    """Customers contacted to keep them, offered something or drawn to be treated in [opens_on, ends_on).

    Only what was known before the day `known_by` counts. Tables that are empty mean nobody was contacted.
    """
    span = (opens_on, ends_on, known_by)
    touched = _mark(engine.to_arrow(_touched(tables, *span)), customers)
    drawn = engine.to_arrow(_drawn(tables, *span))
    place = pc.index_in(pa.array(customers, pa.string()), value_set=drawn["customer_id"].combine_chunks())
    known = np.asarray(pc.is_valid(place))
    rows = np.asarray(pc.fill_null(place, 0))
    treated, covered = np.zeros(len(customers), bool), np.zeros(len(customers), bool)
    stands_for = np.ones(len(customers))
    if drawn.num_rows:
        treated = known & drawn["is_treated"].to_numpy(zero_copy_only=False)[rows]
        covered = known & drawn["is_covered"].to_numpy(zero_copy_only=False)[rows]
        stands_for = np.where(known, np.exp(drawn["log_weight"].to_numpy())[rows], 1.0)
    contacted = touched | treated
    return Contacted(np.where(contacted, 0.0, stands_for), contacted, int((contacted & ~covered).sum()))


def _touched(tables: Mapping[str, ibis.Table], opens_on: date, ends_on: date, known_by: date) -> ibis.Table:
    contacts = _within(tables["contacts"], opens_on, ends_on, known_by)
    contacts = contacts.filter((_.purpose == "retention") | _.campaign.notnull())
    offers = _within(tables["offers"], opens_on, ends_on, known_by)
    return contacts.select("customer_id").union(offers.select("customer_id")).distinct()


def _drawn(tables: Mapping[str, ibis.Table], opens_on: date, ends_on: date, known_by: date) -> ibis.Table:
    """Of each customer drawn: customer_id, is_treated, is_covered (by held-out customers of every
    campaign that treats them), log_weight (of how many a customer held out stands for).
    """
    rows = _within(tables["assignments"], opens_on, ends_on, known_by)
    rows = rows.filter(_.arm.isin(["treat", "hold_out"]))
    rows = rows.mutate(is_held=_.arm == "hold_out")
    held = rows.group_by("campaign").agg(held=_.is_held.cast("int64").sum())
    rows = rows.inner_join(held, "campaign")
    alone = ibis.greatest(1 - _.probability.fill_null(0.0), 1e-6)
    return rows.group_by("customer_id").agg(
        is_treated=(~_.is_held).any(),
        is_covered=(~_.is_held).any() & (_.is_held | (_.held > 0)).all(),
        log_weight=ibis.ifelse(_.is_held, -alone.ln(), 0.0).sum(),
    )


def _within(table: ibis.Table, opens_on: date, ends_on: date, known_by: date) -> ibis.Table:
    return table.filter(
        _.happened_at >= midnight(opens_on),
        _.happened_at < midnight(ends_on),
        _.known_at < midnight(known_by),
    )


def _mark(found: pa.Table, customers: np.ndarray) -> np.ndarray:
    values = found["customer_id"].combine_chunks()
    return np.asarray(pc.is_in(pa.array(customers, pa.string()), value_set=values))
