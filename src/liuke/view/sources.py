"""Tables a feature can be about."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from liuke.ingest.canonical import ARROW_TYPES, TABLES, Kind
from liuke.kernel.words import Words

CLOSED = "closed_"  # what statuses of those who have left begin with


@dataclass(frozen=True, kw_only=True)
class Source:
    """A table of customers' rows.

    clock: the column that says which of a customer's rows is later.
    slow: rows are states that hold until the next one is known, not happenings.
    """

    name: str
    words: Words
    columns: Mapping[str, Kind]
    choices: Mapping[str, tuple[str, ...]]
    clock: str
    slow: bool

    @property
    def has_periods(self) -> bool:
        """Whether a row is about a stretch of days that may reach over a window's edge."""
        return "period_days" in self.columns

    @property
    def timed(self) -> bool:
        """Whether rows can be cut into windows."""
        return "happened_at" in self.columns

    @property
    def has_levels(self) -> bool:
        """Whether a row tells an amount that holds until the next row of its account and class."""
        return self.name == "balances"


# Made of others: days of a bill's period; hour of an event from 0 to 23, weekday from 0 for Monday.
_MADE_COLUMNS: Mapping[str, dict[str, Kind]] = {
    "bills": {"period_days": "whole"},
    "events": {"hour": "whole", "weekday": "whole"},
}


def _canonical_sources() -> dict[str, Source]:
    usable = [table for table in TABLES.values() if {"customer_id", "known_at"} <= set(table.schema.names)]
    return {
        table.name: Source(
            name=table.name,
            words=table.words,
            columns={column.name: column.kind for column in table} | _MADE_COLUMNS.get(table.name, {}),
            choices={column.name: column.choices for column in table if column.choices},
            clock=next(
                name for name in ("happened_at", "opened_at", "known_at") if name in table.schema.names
            ),
            slow="known_at" in table.key,
        )
        for table in usable
    }


_CANONICAL = _canonical_sources()

_DUES_COLUMNS: Mapping[str, Kind] = {
    "paid_fen": "fen",
    "unpaid_fen": "fen",
    "settled_on": "day",
    "days_late": "whole",
    "is_late": "flag",
    "is_open": "flag",
    "is_overdue": "flag",
}

_DUES = Source(
    name="dues",
    words=Words(zh="账单及其缴清情况", en="bills and what was paid of them"),
    columns={**_CANONICAL["bills"].columns, **_DUES_COLUMNS},
    choices={},
    clock="happened_at",
    slow=False,
)

_NEIGHBOURS = Source(
    name="neighbours",
    words=Words(zh="通话圈及其中的本网客户", en="call circles and the customers among them"),
    columns={**_CANONICAL["circles"].columns, "is_customer": "flag", "has_left": "flag"},
    choices={},
    clock="happened_at",
    slow=False,
)

_SURROUNDINGS = Source(
    name="surroundings",
    words=Words(zh="同机构与同渠道商的其他客户", en="others of the same unit and of the same dealer"),
    columns={
        "customer_id": "text",
        "known_at": "instant",
        "unit_around": "whole",
        "unit_left": "whole",
        "dealer_around": "whole",
        "dealer_left": "whole",
    },
    choices={},
    clock="known_at",
    slow=False,
)

SOURCES: Mapping[str, Source] = MappingProxyType(
    {**_CANONICAL, **{source.name: source for source in (_DUES, _NEIGHBOURS, _SURROUNDINGS)}}
)

assert all(kind in ARROW_TYPES for source in SOURCES.values() for kind in source.columns.values())
