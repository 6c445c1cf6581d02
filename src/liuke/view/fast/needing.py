"""Which columns of which tables features are computed from, and which days of happenings."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from liuke.view.fast.around_rows import circle_columns, person_columns
from liuke.view.fast.asks import Ask, asks_of, columns_of
from liuke.view.fast.codes import day_number
from liuke.view.fast.due_rows import PAYMENT_COLUMNS, bill_columns
from liuke.view.fast.rows import Wanted, columns_wanted
from liuke.view.fast.seen import AsOfDays
from liuke.view.feature import Feature
from liuke.view.measures import LEVELS
from liuke.view.row_feature import RowFeature
from liuke.view.sources import SOURCES

_LEAVERS = {"statuses": {"status"}}
_BESIDE: Mapping[str, Mapping[str, set[str]]] = MappingProxyType(
    {
        "dues": {"payments": set(PAYMENT_COLUMNS)},
        "neighbours": {"customers": {"phone"}, **_LEAVERS},
        "surroundings": {"accounts": {"dealer_id", "opened_at"}, **_LEAVERS},
    }
)
_MADE_OF = {
    "dues": ("bills", bill_columns),
    "neighbours": ("circles", circle_columns),
    "surroundings": ("customers", person_columns),
}


def columns_needed(features: Iterable[Feature]) -> dict[str, set[str]]:
    """The columns, clocks included, of every table that features are computed from; events aside."""
    needed: dict[str, set[str]] = {}
    for feature in features:
        if isinstance(feature, RowFeature) and feature.source != "events":
            names = wanted_of(list(asks_of(feature).values())).names
            table, columns_from = _MADE_OF.get(feature.source, (feature.source, set))
            for name, columns in {table: columns_from(names), **_BESIDE.get(feature.source, {})}.items():
                needed.setdefault(name, set()).update(columns_wanted(name, columns))
    return needed


def wanted_of(asks: Collection[Ask]) -> Wanted:
    """What is read of a source for some asks."""
    names = columns_of(asks)
    ordered: set[str] = set()
    for ask in asks:
        if ask.what in ("first", "latest"):
            ordered.add(ask.of or "")
            names.add(SOURCES[ask.source].clock)
        if ask.what == "unclear":
            names.add("period_days")
        if ask.what in LEVELS:
            names |= {"account_id", "asset_class", "happened_at"}
    return Wanted(frozenset(names), frozenset(ordered))


def first_day(asks: Iterable[Ask], days: AsOfDays) -> int | None:
    """The first day, since 1970, whose happenings any of the days counts; None where all may be."""
    asks = list(asks)
    if any(ask.what == "unclear" or ask.what in LEVELS for ask in asks):
        return None
    starts = [ask.bounds(as_of=day)[0] for ask in asks for day in days.days]
    known = [day_number(start) for start in starts if start is not None]
    return min(known) if known and len(known) == len(starts) else None
