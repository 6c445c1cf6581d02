"""How many customers can be tallied at once in a given memory.

One customer takes, in the rings of a source, for each segment of time and each class of rows 4 bytes
for the count, 8 for every summed column and for every smallest or largest value, and 4 for every column
whose missing values are counted; and 4 for each segment and each condition of active days. There are as
many segments as different edges of windows, and about one class of rows more than conditions. Beside the
rings stand the rows of the source, in several forms: as they were read, as codes, and as one as-of day
sees them; of coded events only those that are kept aside. Sources are tallied one after another, so the
largest counts, and with it the result, which is held until it is written, while the next is computed.

Not counted are one piece of the coded events, and what is held of everybody: who they are, their numbers,
where they belong and who has left.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set

from liuke.view.fast.asks import Ask, asks_of
from liuke.view.fast.needing import columns_needed, first_day
from liuke.view.fast.ringable import can_keep, can_ring, keys_of, ring_groups
from liuke.view.fast.seen import AsOfDays
from liuke.view.fast.segments import Segments
from liuke.view.row_feature import RowFeature

_FEWEST = 1024
_BYTES = {"sum": 8, "low": 8, "high": 8}
_ROW_BYTES, _VALUE_BYTES = 64, 24  # of rows in all their forms; dues were found to take nine tenths of it
_RESULT_BYTES = 3 * 9  # of a value in parts and whole, and of the run before, which is being written
RowsSince = Callable[[str, int | None], int]  # rows of a table from a day on, since 1970


def customers_at_once(
    features: Sequence[RowFeature],
    days: AsOfDays,
    *,
    memory_gib: float,
    customers: int = 1,
    rows: RowsSince = lambda table, since: 0,
) -> int:
    """As many customers as fit the memory. customers, rows: how many there are in all."""
    by_source: dict[str, list[RowFeature]] = {}
    for feature in features:
        by_source.setdefault(feature.source, []).append(feature)
    of_source = [_bytes_of_source(of, days, customers, rows) for of in by_source.values()]
    result = len(features) * len(days) * _RESULT_BYTES
    return max(_FEWEST, int(memory_gib * 2**30 / max(1, result + max(of_source, default=0))))


def _bytes_of_source(
    features: Sequence[RowFeature], days: AsOfDays, customers: int, rows: RowsSince
) -> float:
    """What a customer takes while one source is tallied."""
    asks = {ask for feature in features for ask in asks_of(feature).values()}
    rings = sum(bytes_a_customer(group, days) for group in ring_groups(filter(can_ring, asks)))
    needed: Mapping[str, Set[object]] = columns_needed(features)
    since = first_day(asks, days)
    if features[0].source == "events":
        kept = list(filter(can_keep, asks))
        needed, since = {"events": {ask.of for ask in kept}} if kept else {}, first_day(kept, days)
    held = sum(
        rows(table, since) * (_ROW_BYTES + _VALUE_BYTES * len(columns)) for table, columns in needed.items()
    )
    return rings + held / max(1, customers)


def bytes_a_customer(asks: Iterable[Ask], days: AsOfDays) -> int:
    """What one customer takes in the rings that some asks share."""
    asks = list(asks)
    segments = len(Segments(asks, days))
    classes = len({ask.where for ask in asks}) + 1
    keys = {key for ask in asks if ask.what != "days" for key in keys_of(ask)} | {("count", "")}
    groups = len({ask.where for ask in asks if ask.what == "days"})
    return segments * (classes * sum(_BYTES.get(what, 4) for what, _ in keys) + 4 * groups)
