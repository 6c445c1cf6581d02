"""Customers at risk as of a day with their view, and what became of them as far as was known by another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from liuke.kernel.seeds import seed_from
from liuke.predict.account_spells import known
from liuke.predict.drawn_tables import read_drawn
from liuke.predict.leavings import at_risk, find_leavings, label
from liuke.predict.reentered import mark_reentered
from liuke.predict.view_guard import refuse_future
from liuke.predict.warning_inputs import Inputs

_ACTIVITY = ("events", "bills", "payments", "balances")
_ORDER = ("customer_id", "left_at", "kind")  # of leavings; nobody leaves twice at one instant


@dataclass(frozen=True)
class Population:
    """Customers at risk as of a day, by customer_id, and the features known of them, row by row."""

    as_of: date
    customers: np.ndarray
    table: pa.Table

    def __len__(self) -> int:
        return len(self.customers)


@dataclass(frozen=True)
class Outcome:
    """left: by months ahead, 1 left, 0 stayed, NaN not known. kind: of the first leaving, or None."""

    left: dict[int, np.ndarray]
    kind: np.ndarray

    def is_known(self, months: int) -> bool:
        return not bool(np.isnan(self.left[months]).all())


@dataclass(frozen=True)
class Example:
    """One as-of day to learn from or to be judged by."""

    population: Population
    outcome: Outcome


def read_customers(inputs: Inputs, *, as_of: date) -> np.ndarray:
    """Everybody at risk as of a day, by customer_id."""
    return np.asarray(_present(inputs, as_of).to_pylist(), dtype=object)


def _present(inputs: Inputs, day: date) -> pa.Array:
    def find() -> pa.Array:
        present = inputs.engine.to_arrow(at_risk(inputs.tables, inputs.definition, as_of=day))
        return pa.array(present.sort_by("customer_id")["customer_id"].combine_chunks(), pa.string())

    return inputs.remember(("at risk", day), find)


def read_population(inputs: Inputs, *, as_of: date) -> Population:
    """Everybody at risk as of a day, with the declared features; a view that looks ahead is refused."""
    view = inputs.view_of(as_of)
    refuse_future(view, inputs.features, as_of=as_of)
    view = view.select(["customer_id", *(feature.name for feature in inputs.features)])
    rows = view.filter(pc.is_in(view["customer_id"], value_set=_present(inputs, as_of)))
    if not _in_order(rows["customer_id"]):
        rows = rows.sort_by("customer_id")
    customers = np.asarray(rows["customer_id"].to_pylist(), dtype=object)
    return Population(as_of, customers, rows.drop_columns("customer_id").combine_chunks())


def _in_order(customers: pa.ChunkedArray) -> bool:
    return len(customers) < 2 or bool(pc.all(pc.less(customers[:-1], customers[1:])).as_py())


def learning_share(inputs: Inputs) -> float:
    """The share of all customers that is learned from: all of them unless they are very many."""
    count = len(_present(inputs, inputs.as_of))
    return min(1.0, inputs.definition.training.maximum_customers / max(count, 1))


def for_learning(inputs: Inputs, days: Sequence[date]) -> Inputs:
    """The inputs with the views of some days made together; of a very large company, of those drawn only.

    Its tables say then who of the drawn was at risk, and of others not all.
    """
    share = learning_share(inputs)
    if share >= 1.0 or inputs.drawn_views is None:
        inputs.prepare_views(days)
        return inputs
    view_of = inputs.drawn_views(days, lambda customers: is_drawn(customers, share, inputs.seed))
    tables = inputs.remember("tables of the drawn", lambda: _read_drawn(inputs, share))
    return replace(inputs, view_of=view_of, tables=tables)


def _read_drawn(inputs: Inputs, share: float) -> dict[str, ibis.Table]:
    everybody = inputs.tables["customers"].select("customer_id").distinct()
    customers = inputs.engine.to_arrow(everybody)["customer_id"].combine_chunks()
    drawn = customers.filter(pa.array(is_drawn(customers, share, inputs.seed)))
    return read_drawn(inputs.tables, inputs.engine, drawn)


def draw_customers(population: Population, share: float, seed: int) -> Population:
    """A share of a population, drawn by customer number, so that every day has the same customers."""
    if share >= 1.0:
        return population
    drawn = is_drawn(population.customers, share, seed)
    return Population(population.as_of, population.customers[drawn], population.table.filter(pa.array(drawn)))


def is_drawn(customers: np.ndarray | pa.Array, share: float, seed: int) -> np.ndarray:
    """Whether each customer is among those drawn, which their number alone decides."""
    key = f"{seed_from('learning', seed):016x}"[:16]
    names = np.asarray(customers, dtype=object)
    return np.asarray(pd.util.hash_array(names, hash_key=key) < np.uint64(share * 2.0**64))


def recorded_since(inputs: Inputs) -> date | None:
    """The day of the first activity or leaving there is a record of; None where there is none.

    Customers of before are known too, but of them only those who had not left by then.
    """

    def find() -> date | None:
        found = [_earliest(inputs, name) for name in _ACTIVITY if name in inputs.tables]
        found.append(pc.min(read_leavings(inputs, known_by=inputs.as_of)["left_at"]).as_py())
        return min((at.date() for at in found if at is not None), default=None)

    return inputs.remember("recorded since", find)


def _earliest(inputs: Inputs, name: str) -> datetime | None:
    rows = known(inputs.tables[name], by=inputs.as_of)
    found = inputs.engine.to_arrow(rows.agg(first=_.happened_at.min()))
    first: datetime | None = found["first"][0].as_py()
    return first


def read_leavings(inputs: Inputs, *, known_by: date) -> pa.Table:
    """Every leaving known by a day, by customer and instant, with `reentered_as` as far as known by then."""
    return inputs.remember(("leavings", known_by), lambda: _find_leavings(inputs, known_by))


def _find_leavings(inputs: Inputs, known_by: date) -> pa.Table:
    if inputs.leavings_of is None:
        found = find_leavings(inputs.tables, inputs.definition, known_by=known_by)
    else:
        found = inputs.leavings_of(known_by)
    terms = inputs.definition.reentry
    if terms.correct and inputs.matches_of is not None:
        found = mark_reentered(found, ibis.memtable(inputs.matches_of(known_by)), terms)
    else:
        found = found.mutate(reentered_as=ibis.null("string"))
    return inputs.engine.to_arrow(found).sort_by([(name, "ascending") for name in _ORDER])


def read_outcome(inputs: Inputs, population: Population, leavings: pa.Table, *, known_by: date) -> Outcome:
    """What became of a population, of which the leavings known by the same day tell."""
    customers = ibis.memtable(pa.table({"customer_id": pa.array(population.customers, pa.string())}))
    labels = label(
        customers, ibis.memtable(leavings), inputs.definition, as_of=population.as_of, known_by=known_by
    )
    rows = inputs.engine.to_arrow(labels).sort_by("customer_id")
    left = {
        months: rows[f"left_{months}m"].cast(pa.float64()).to_numpy() for months in inputs.definition.horizons
    }
    return Outcome(left, np.asarray(rows["kind"].to_pylist(), dtype=object))


def stack(tables: Sequence[pa.Table]) -> pa.Table:
    """Rows of several as-of days under each other."""
    return pa.concat_tables(tables, promote_options="permissive").combine_chunks()
