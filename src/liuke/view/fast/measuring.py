"""The features of one source, from its tallies, for a run of customers and all as-of days."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from liuke.view.fast.around_rows import read_neighbours, read_surroundings
from liuke.view.fast.asks import Ask, asks_of
from liuke.view.fast.batches import read_batches
from liuke.view.fast.customers import Customers
from liuke.view.fast.due_rows import read_dues
from liuke.view.fast.finishing import finish
from liuke.view.fast.needing import first_day, wanted_of
from liuke.view.fast.reading import Reader
from liuke.view.fast.ringable import can_keep, can_ring, ring_groups
from liuke.view.fast.rows import Seen, read_rows
from liuke.view.fast.seen import AsOfDays
from liuke.view.fast.tally import RowTally, Tally
from liuke.view.row_feature import RowFeature

if TYPE_CHECKING:
    from liuke.view.fast.distinct_rows import DistinctRows
    from liuke.view.fast.rings import Rings


# Rows times days from which on rings are quicker: to load the compiled loops takes some hundredths of a
# second, in which this many rows are tallied one by one.
WORTH_RINGS = 200_000


class SeenRows(Protocol):
    """Rows of a source in memory."""

    def at(self, place: int) -> Seen:
        """What the as-of day at a place sees."""
        ...


_MADE: Mapping[str, Callable[..., SeenRows]] = {
    "dues": read_dues,
    "neighbours": read_neighbours,
    "surroundings": read_surroundings,
}


def measure(
    reader: Reader,
    source: str,
    features: Sequence[RowFeature],
    *,
    customers: Customers,
    days: AsOfDays,
    settings: Mapping[str, float],
) -> list[dict[str, pa.Array]]:
    """Of each as-of day the features' columns. Raises TooLarge where sums might not fit."""
    asked = {feature.name: asks_of(feature) for feature in features}
    asks = {ask for parts in asked.values() for ask in parts.values()}
    columns = []
    for place, taken in enumerate(_tally(reader, source, asks, customers=customers, days=days)):
        made = {}
        for feature in features:
            parts = {part: taken[ask] for part, ask in asked[feature.name].items()}
            factor = settings[feature.times] if feature.times else None
            made[feature.name] = finish(feature, parts, as_of=days.days[place], factor=factor)
        columns.append(made)
    return columns


def _tally(
    reader: Reader, source: str, asks: set[Ask], *, customers: Customers, days: AsOfDays
) -> Iterator[dict[Ask, Tally]]:
    """The tallies of a source, an as-of day at a time."""
    in_order = sorted(asks, key=repr)
    many = any(can_ring(ask) or can_keep(ask) for ask in asks)
    many = many and reader.rows(source) * len(days) >= WORTH_RINGS
    in_batches = [ask for ask in in_order if many and (can_ring(ask) or can_keep(ask))]
    by_row = [ask for ask in in_order if ask not in in_batches]
    rings = _scatter(reader, source, in_batches, customers=customers, days=days) if in_batches else []
    rows = _rows(reader, source, by_row, customers=customers, days=days) if by_row else None
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
) -> list["Rings | DistinctRows"]:
    """Rings full of the source's rows, and rows that are kept beside them."""
    from liuke.view.fast.distinct_rows import DistinctRows
    from liuke.view.fast.rings import Rings

    rings: list[Rings | DistinctRows] = []
    if kept := list(filter(can_keep, asks)):
        rings.append(DistinctRows(kept, customers=len(customers), days=days))
    for together in ring_groups(filter(can_ring, asks)):
        rings.append(Rings(together, customers=len(customers), days=days))
    names, since, before = wanted_of(asks).names, first_day(asks, days), int(days.numbers[-1])
    for batch in read_batches(reader, source, names, customers=customers, since=since, before=before):
        for ring in rings:
            ring.scatter(batch)
    for ring in rings:
        ring.close()
    return rings


def _rows(
    reader: Reader, source: str, asks: Sequence[Ask], *, customers: Customers, days: AsOfDays
) -> SeenRows:
    wanted, since = wanted_of(asks), first_day(asks, days)
    if source in _MADE:
        return _MADE[source](reader, wanted, customers=customers, days=days, since=since)
    return read_rows(reader, source, wanted, customers=customers, days=days, since=since)
