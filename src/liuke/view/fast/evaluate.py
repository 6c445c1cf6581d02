"""Views of several as-of days at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.store import Warehouse
from liuke.view.computable import check_settings, layers_of
from liuke.view.fast.arrays import array_of, rows_at
from liuke.view.fast.codes import TooLarge
from liuke.view.fast.customers import Customers, read_customers
from liuke.view.fast.drawn import Draw, keep_drawn
from liuke.view.fast.event_codes import read_index
from liuke.view.fast.finishing import derive
from liuke.view.fast.in_order import do_in_order
from liuke.view.fast.measuring import measure
from liuke.view.fast.reading import Reader, TableReader, Tables, WarehouseReader
from liuke.view.fast.room import customers_at_once
from liuke.view.fast.seen import AsOfDays
from liuke.view.feature import Feature
from liuke.view.row_feature import RowFeature
from liuke.view.sources import SOURCES

NO_SETTINGS: Mapping[str, float] = MappingProxyType({})
_ADDS = ("sum", "mean", "slope")
AT_ONCE = 2  # runs, each in its part of the memory: more of them would read more of each other's pieces
WORTH_TWO = 1 << 18  # customers times days from which on two runs are over sooner than one


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

    As `stream_views`, but whole: the result is held in memory, and made in one run where that fits, for to
    put runs together costs more than their being side by side saves.
    """
    asked = _Asked(features, as_of_days, settings, memory_gib, draw)
    runs = list(_stream(tables, asked, at_once=1))
    if len(runs) < 2:
        return runs[0] if runs else {}
    return {day: pa.concat_tables([run[day] for run in runs]).combine_chunks() for day in runs[0]}


def stream_views(
    tables: Tables | Warehouse,
    features: Sequence[Feature],
    *,
    as_of_days: Sequence[date],
    settings: Mapping[str, float] = NO_SETTINGS,
    memory_gib: float = 2.0,
    draw: Draw | None = None,
) -> Iterator[dict[date, pa.Table]]:
    """The view as of each of the days, for some customers at a time.

    tables: canonical tables by name, Ibis or Arrow; one that is absent counts as empty. Or a
        warehouse, whose files are read without an engine.
    settings: the workspace's settings that features multiply by, such as margin_rate.
    memory_gib: what the runs at work may take together; as many customers are taken as fit (see `room`).
    draw: which customers are wanted, by customer_id; all of them without.
    returns: for each run of customers, as-of day -> one row per customer known by it, sorted by
        customer_id, those of the next run after them: customer_id, as_of, then one column per feature in
        the order given.
    """
    yield from _stream(tables, _Asked(features, as_of_days, settings, memory_gib, draw), at_once=AT_ONCE)


@dataclass(frozen=True)
class _Asked:
    """What `stream_views` is asked for."""

    features: Sequence[Feature]
    as_of_days: Sequence[date]
    settings: Mapping[str, float]
    memory_gib: float
    draw: Draw | None


def _stream(tables: Tables | Warehouse, asked: _Asked, *, at_once: int) -> Iterator[dict[date, pa.Table]]:
    features, settings = asked.features, asked.settings
    check_settings(features, settings)
    layers_of(features)  # refuses features that hang on themselves before anything is read
    if not asked.as_of_days:
        return
    days = AsOfDays(asked.as_of_days)
    reader: Reader = WarehouseReader(tables) if isinstance(tables, Warehouse) else TableReader(tables)
    index = read_index(tables) if isinstance(tables, Warehouse) else pa.array([], pa.string())
    customers = keep_drawn(read_customers(reader, index, edge=days.edge), asked.draw)
    measured = [feature for feature in features if isinstance(feature, RowFeature)]
    together = at_once if len(customers) * len(days) >= WORTH_TWO else 1
    room_gib = asked.memory_gib / together
    size = customers_at_once(
        measured, days, memory_gib=room_gib, customers=len(customers.ids), rows=reader.rows
    )
    portable = _Portable(tables, days, settings)

    def view_run(run: Customers) -> dict[date, pa.Table]:
        columns, left = _measure_run(reader, measured, run, days, settings)
        for place, made in enumerate(columns):
            made |= portable.columns([feature for feature in measured if feature.name in left], place, run)
        return {day: _view(features, columns[place], run, days, place) for place, day in enumerate(days.days)}

    runs = customers.runs(min(size, -(-max(1, len(customers)) // together)))
    yield from do_in_order(view_run, runs, at_once=together)


def _measure_run(
    reader: Reader,
    features: Sequence[RowFeature],
    run: Customers,
    days: AsOfDays,
    settings: Mapping[str, float],
) -> tuple[list[dict[str, pa.Array]], set[str]]:
    """Of each as-of day the columns of the run's customers; features left to the portable evaluator."""
    left: set[str] = set()
    columns: list[dict[str, pa.Array]] = [{} for _ in days.days]
    for source in sorted({feature.source for feature in features}):
        of_source = [feature for feature in features if feature.source == source]
        made, too_large = _measure(reader, source, of_source, run, days, settings)
        left |= too_large
        for column, found in zip(columns, made, strict=True):
            column |= found
    return columns, left


def _view(
    features: Sequence[Feature], columns: dict[str, pa.Array], run: Customers, days: AsOfDays, place: int
) -> pa.Table:
    """One as-of day's view of a run. columns: of measured features, for everybody in the run."""
    known_at = run.known_at[run.start : run.end]
    known = np.flatnonzero(days.first_after(known_at) <= place)
    found = {name: _chosen(column, known) for name, column in columns.items()}
    for layer in layers_of(features):
        found |= {feature.name: derive(feature, found[feature.of], found[feature.base]) for feature in layer}
    as_of = array_of(np.full(len(known), days.numbers[place], np.int32), pa.date32())
    ids = _chosen(run.ids.slice(run.start, len(run)), known)
    return pa.table(
        {"customer_id": ids, "as_of": as_of, **{feature.name: found[feature.name] for feature in features}}
    )


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


def _chosen(column: pa.Array, places: np.ndarray) -> pa.Array:
    """Values at places; the column as it is where these are all in order."""
    same = len(places) == len(column) and bool((places[1:] > places[:-1]).all())
    return column if same else column.take(rows_at(places))


class _Portable:
    """Columns from the portable evaluator, computed for everybody when a run first asks for them."""

    def __init__(self, tables: Tables | Warehouse, days: AsOfDays, settings: Mapping[str, float]):
        self._tables = tables
        self._days = days
        self._settings = settings
        self._views: dict[tuple[str, int], tuple[pa.Array, pa.Array]] = {}
        self._computing = Lock()

    def columns(self, features: Sequence[RowFeature], place: int, run: Customers) -> dict[str, pa.Array]:
        """Of everybody in the run, missing for those whom the day does not know."""
        with self._computing:
            self._compute(features, place)
        mine = run.ids.slice(run.start, len(run))
        found = {}
        for feature in features:
            ids, column = self._views[feature.name, place]
            found[feature.name] = column.take(pc.index_in(mine, value_set=ids))
        return found

    def _compute(self, features: Sequence[RowFeature], place: int) -> None:
        missing = [feature for feature in features if (feature.name, place) not in self._views]
        if missing:
            view = self._view(missing, self._days.days[place])
            ids = view["customer_id"].combine_chunks()
            for feature in missing:
                self._views[feature.name, place] = ids, view[feature.name].combine_chunks()

    def _view(self, features: Sequence[RowFeature], day: date) -> pa.Table:
        import ibis

        from liuke.ingest.tables import canonical_tables
        from liuke.view.portable import compute_view

        tables = self._tables
        held = canonical_tables(tables) if isinstance(tables, Warehouse) else dict(tables)
        held = {
            name: ibis.memtable(rows) if isinstance(rows, pa.Table) else rows for name, rows in held.items()
        }
        return compute_view(held, features, as_of=day, settings=self._settings).to_pyarrow()
