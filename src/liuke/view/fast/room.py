"""How many customers can be tallied at once in a given memory.

One customer takes, in the rings of a source, for each segment of time and each class of rows 4 bytes
for the count, 8 for every summed column and for every smallest or largest value, and 4 for every column
whose missing values are counted; and 4 for each segment and each condition of active days. There are as
many segments as different edges of windows, and about one class of rows more than conditions. Sources
are tallied one after another, so the largest counts. Beside the rings stand one piece of the coded
events, the rows of the source that each as-of day is asked for by itself, and the result.
"""

from collections.abc import Iterable, Sequence

from liuke.view.fast.asks import Ask, asks_of
from liuke.view.fast.ringable import can_ring, keys_of, ring_groups
from liuke.view.fast.seen import AsOfDays
from liuke.view.fast.segments import Segments
from liuke.view.row_feature import RowFeature

_FEWEST = 1024
_BYTES = {"sum": 8, "low": 8, "high": 8}


def customers_at_once(features: Sequence[RowFeature], days: AsOfDays, *, memory_gib: float) -> int:
    """As many customers as the memory holds the rings of."""
    by_source: dict[str, set[Ask]] = {}
    for feature in features:
        by_source.setdefault(feature.source, set()).update(filter(can_ring, asks_of(feature).values()))
    of_source = [
        sum(bytes_a_customer(group, days) for group in ring_groups(asks)) for asks in by_source.values()
    ]
    largest = max(1, *of_source, 1)
    return max(_FEWEST, int(memory_gib * 2**30 / largest))


def bytes_a_customer(asks: Iterable[Ask], days: AsOfDays) -> int:
    """What one customer takes in the rings that some asks share."""
    asks = list(asks)
    segments = len(Segments(asks, days))
    classes = len({ask.where for ask in asks}) + 1
    keys = {key for ask in asks if ask.what != "days" for key in keys_of(ask)} | {("count", "")}
    groups = len({ask.where for ask in asks if ask.what == "days"})
    return segments * (classes * sum(_BYTES.get(what, 4) for what, _ in keys) + 4 * groups)
