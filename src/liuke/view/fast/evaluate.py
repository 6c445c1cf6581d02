"""Views of several as-of days at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from liuke.store import Warehouse
from liuke.view.computable import check_settings, layers_of
from liuke.view.fast.arrays import array_of, rows_at
from liuke.view.fast.codes import TooLarge
from liuke.view.fast.customers import Customers, read_customers
from liuke.view.fast.drawn import Draw, keep_drawn
from liuke.view.fast.event_codes import read_index
from liuke.view.fast.finishing import derive
from liuke.view.fast.measuring import measure
from liuke.view.fast.reading import Reader, TableReader, Tables, WarehouseReader
from liuke.view.fast.room import customers_at_once
from liuke.view.fast.seen import AsOfDays
from liuke.view.feature import Feature
from liuke.view.row_feature import RowFeature
from liuke.view.sources import SOURCES

NO_SETTINGS: Mapping[str, float] = MappingProxyType({})
_ADDS = ("sum", "mean", "slope")


def compute_views(
    tables: Tables | Warehouse,
    features: Sequence[Feature],
    *,
    as_of_days: Sequence[date],
    settings: Mapping[str, float] = NO_SETTINGS,
    memory_gib: float = 2.0,
    draw: Draw | None = None,
) -> dict[date, pa.Table]:
    """The view as of each of the days, equal to `liuke.view.portable.compute_view` of that day.

    tables: canonical tables by name, Ibis or Arrow; one that is absent counts as empty. Or a
        warehouse, whose files are read without an engine.
    settings: the workspace's settings that features multiply by, such as margin_rate.
    memory_gib: what the rings may hold; customers are taken in runs that fit (see `room`).
    draw: which customers are wanted, by customer_id; all of them without.
    returns: as-of day -> one row per customer known by it, sorted by customer_id: customer_id, as_of,
        then one column per feature in the order given.
    """
    check_settings(features, settings)
    layers = layers_of(features)
    if not as_of_days:
        return {}
    days = AsOfDays(as_of_days)
    reader: Reader = WarehouseReader(tables) if isinstance(tables, Warehouse) else TableReader(tables)
    index = read_index(tables) if isinstance(tables, Warehouse) else pa.array([], pa.string())
    customers = keep_drawn(read_customers(reader, index, edge=days.edge), draw)
    measured = [feature for feature in features if isinstance(feature, RowFeature)]
    columns, left = _measure_all(reader, measured, customers, days, settings, memory_gib)
    views = {}
    for place, day in enumerate(days.days):
        known = _known_by(customers, days, place)
        found = {name: _chosen(column, known) for name, column in columns[place].items()}
        slow = [feature for feature in measured if feature.name in left]
        found |= _portable(tables, slow, day, settings, draw)
        for layer in layers:
            found |= {
                feature.name: derive(feature, found[feature.of], found[feature.base]) for feature in layer
            }
        as_of = array_of(np.full(len(known), days.numbers[place], np.int32), pa.date32())
        chosen = {feature.name: found[feature.name] for feature in features}
        views[day] = pa.table({"customer_id": _chosen(customers.ids, known), "as_of": as_of, **chosen})
    return views


def _measure_all(
    reader: Reader,
    features: Sequence[RowFeature],
    customers: Customers,
    days: AsOfDays,
    settings: Mapping[str, float],
    memory_gib: float,
) -> tuple[list[dict[str, pa.Array]], set[str]]:
    """Of each as-of day the columns of all customers; features left to the portable evaluator."""
    left: set[str] = set()
    parts: list[list[dict[str, pa.Array]]] = []
    for run in customers.runs(customers_at_once(features, days, memory_gib=memory_gib)):
        columns: list[dict[str, pa.Array]] = [{} for _ in days.days]
        for source in sorted({feature.source for feature in features}):
            of_source = [feature for feature in features if feature.source == source]
            made, too_large = _measure(reader, source, of_source, run, days, settings)
            left |= too_large
            for column, found in zip(columns, made, strict=True):
                column |= found
        parts.append(columns)
    kept = [feature.name for feature in features if feature.name not in left]
    together = [
        {name: _joined([part[place][name] for part in parts]) for name in kept} for place in range(len(days))
    ]
    return together, left


def _measure(
    reader: Reader,
    source: str,
    features: Sequence[RowFeature],
    customers: Customers,
    days: AsOfDays,
    settings: Mapping[str, float],
) -> tuple[list[dict[str, pa.Array]], set[str]]:
    """Columns, and the features whose sums might not fit the numbers that are added here."""
    try:
        return measure(reader, source, features, customers=customers, days=days, settings=settings), set()
    except TooLarge:
        kept = [feature for feature in features if not _adds_numbers(feature)]
        made = measure(reader, source, kept, customers=customers, days=days, settings=settings)
        return made, {feature.name for feature in features} - {feature.name for feature in kept}


def _adds_numbers(feature: RowFeature) -> bool:
    return feature.measure in _ADDS and SOURCES[feature.source].columns.get(feature.of or "") == "number"


def _known_by(customers: Customers, days: AsOfDays, place: int) -> np.ndarray:
    """Customers known by a day, by customer_id."""
    known = days.first_after(customers.known_at) <= place
    return customers.by_id[known[customers.by_id]]


def _chosen(column: pa.Array, places: np.ndarray) -> pa.Array:
    """Values at places; the column as it is where these are all in order."""
    same = len(places) == len(column) and bool((places[1:] > places[:-1]).all())
    return column if same else column.take(rows_at(places))


def _joined(parts: list[pa.Array]) -> pa.Array:
    return parts[0] if len(parts) == 1 else pa.concat_arrays(parts)


def _portable(
    tables: Tables | Warehouse,
    features: Sequence[RowFeature],
    day: date,
    settings: Mapping[str, float],
    draw: Draw | None,
) -> dict[str, pa.Array]:
    """Columns from the portable evaluator, by customer_id too."""
    if not features:
        return {}
    import ibis

    from liuke.ingest.tables import canonical_tables
    from liuke.view.portable import compute_view

    held = canonical_tables(tables) if isinstance(tables, Warehouse) else dict(tables)
    held = {name: ibis.memtable(rows) if isinstance(rows, pa.Table) else rows for name, rows in held.items()}
    view = compute_view(held, features, as_of=day, settings=settings).to_pyarrow()
    if draw is not None:
        view = view.filter(pa.array(draw(view["customer_id"].combine_chunks())))
    return {feature.name: view[feature.name].combine_chunks() for feature in features}
