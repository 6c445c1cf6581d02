"""Views of several as-of days at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from liuke.store import Warehouse
from liuke.view.computable import check_settings, layers_of
from liuke.view.fast.asks import Ask, asks_of
from liuke.view.fast.batches import read_batches
from liuke.view.fast.due_rows import DueRows, read_dues
from liuke.view.fast.finishing import derive, finish
from liuke.view.fast.reading import Customers, Reader, TableReader, Tables, WarehouseReader
from liuke.view.fast.rows import Rows, Wanted, read_rows
from liuke.view.fast.seen import AsOfDays
from liuke.view.fast.tally import RowTally, Tally
from liuke.view.feature import Feature
from liuke.view.row_feature import RowFeature
from liuke.view.sources import SOURCES

if TYPE_CHECKING:
    from liuke.view.fast.rings import Rings

NO_SETTINGS: Mapping[str, float] = MappingProxyType({})


def compute_views(
    tables: Tables | Warehouse,
    features: Sequence[Feature],
    *,
    as_of_days: Sequence[date],
    settings: Mapping[str, float] = NO_SETTINGS,
    memory_gib: float = 2.0,
) -> dict[date, pa.Table]:
    """The view as of each of the days, equal to `liuke.view.portable.compute_view` of that day.

    tables: canonical tables by name, Ibis or Arrow; one that is absent counts as empty. Or a
        warehouse, whose files are read without an engine.
    settings: the workspace's settings that features multiply by, such as margin_rate.
    memory_gib: what may be held beside the result.
    returns: as-of day -> one row per customer known by it, sorted by customer_id: customer_id, as_of,
        then one column per feature in the order given.
    """
    check_settings(features, settings)
    layers = layers_of(features)
    if not as_of_days:
        return {}
    days = AsOfDays(as_of_days)
    reader: Reader = WarehouseReader(tables) if isinstance(tables, Warehouse) else TableReader(tables)
    customers = Customers(reader, edge=days.edge)
    measured = [feature for feature in features if isinstance(feature, RowFeature)]
    columns = _measure(reader, measured, customers=customers, days=days, settings=settings)
    views = {}
    for place, (day, found) in enumerate(zip(days.days, columns, strict=True)):
        for layer in layers:
            found |= {
                feature.name: derive(feature, found[feature.of], found[feature.base]) for feature in layer
            }
        views[day] = _view(found, features, customers=customers, days=days, place=place)
    return views


def _measure(
    reader: Reader,
    features: Sequence[RowFeature],
    *,
    customers: Customers,
    days: AsOfDays,
    settings: Mapping[str, float],
) -> list[dict[str, pa.Array]]:
    """For each as-of day the columns of the features measured on rows, for all customers."""
    columns: list[dict[str, pa.Array]] = [{} for _ in days.days]
    for source in sorted({feature.source for feature in features}):
        of_source = [feature for feature in features if feature.source == source]
        asked = {feature.name: asks_of(feature) for feature in of_source}
        asks = {ask for parts in asked.values() for ask in parts.values()}
        tallies = _tally(reader, source, asks, customers=customers, days=days)
        for place, taken in enumerate(tallies):
            for feature in of_source:
                parts = {part: taken[ask] for part, ask in asked[feature.name].items()}
                columns[place][feature.name] = finish(
                    feature, parts, as_of=days.days[place], factor=settings.get(feature.times or "")
                )
    return columns


def _tally(
    reader: Reader, source: str, asks: set[Ask], *, customers: Customers, days: AsOfDays
) -> Iterator[dict[Ask, Tally]]:
    """The tallies of a source, an as-of day at a time."""
    from liuke.view.fast.rings import can_ring

    in_order = sorted(asks, key=repr)
    in_rings = [ask for ask in in_order if can_ring(ask)]
    by_row = [ask for ask in in_order if not can_ring(ask)]
    rings = _scatter(reader, source, in_rings, customers=customers, days=days) if in_rings else []
    rows = _rows(reader, source, _wanted(by_row), customers=customers, days=days) if by_row else None
    for place in range(len(days)):
        taken: dict[Ask, Tally] = {}
        for ring in rings:
            taken |= ring.at(place)
        if rows is not None:
            tally = RowTally(rows.at(place), customers=len(customers), days=days, place=place)
            taken |= {ask: tally.take(ask) for ask in by_row}
        yield taken


def _scatter(
    reader: Reader, source: str, asks: Sequence[Ask], *, customers: Customers, days: AsOfDays
) -> list["Rings"]:
    """Rings full of the source's rows."""
    from liuke.view.fast.rings import Rings
    from liuke.view.fast.row_classes import MOST_CONDITIONS

    wheres = list(dict.fromkeys(ask.where for ask in asks))
    rings = []
    for start in range(0, len(wheres), MOST_CONDITIONS):
        together = wheres[start : start + MOST_CONDITIONS]
        of_these = [ask for ask in asks if ask.where in together]
        rings.append(Rings(of_these, customers=len(customers), days=days))
    for batch in read_batches(reader, source, _wanted(asks).names, customers=customers):
        for ring in rings:
            ring.scatter(batch)
    for ring in rings:
        ring.close()
    return rings


def _rows(
    reader: Reader, source: str, wanted: Wanted, *, customers: Customers, days: AsOfDays
) -> Rows | DueRows:
    if source == "dues":
        return read_dues(reader, wanted, customers=customers, days=days)
    return read_rows(reader, source, wanted, customers=customers, days=days)


def _wanted(asks: Collection[Ask]) -> Wanted:
    names: set[str] = set()
    ordered: set[str] = set()
    for ask in asks:
        names |= {name for name, _ in ask.where}
        names |= {ask.of} if ask.of else set()
        if ask.what in ("first", "latest"):
            ordered.add(ask.of or "")
            names.add(SOURCES[ask.source].clock)
        if ask.what == "unclear":
            names.add("period_days")
    return Wanted(frozenset(names), frozenset(ordered))


def _view(
    found: Mapping[str, pa.Array],
    features: Sequence[Feature],
    *,
    customers: Customers,
    days: AsOfDays,
    place: int,
) -> pa.Table:
    """Customers known by the day, with the features in the order given."""
    known = pa.array(np.flatnonzero(days.first_after(customers.known_at) <= place))
    ids = customers.ids.take(known)
    as_of = pa.array(np.full(len(ids), days.numbers[place], np.int32)).cast(pa.date32())
    columns = {feature.name: found[feature.name].take(known) for feature in features}
    return pa.table({"customer_id": ids, "as_of": as_of, **columns})
