"""Everything coded that features are computed from."""

from collections.abc import Iterable

from liuke.store import Warehouse
from liuke.view.fast.coded_rows import code_rows
from liuke.view.fast.event_codes import code_events
from liuke.view.fast.needing import columns_needed
from liuke.view.feature import Feature


def code_for(warehouse: Warehouse, features: Iterable[Feature], *, memory_gib: float = 4.0) -> int:
    """Code what some features need and is not coded yet: events by month, other tables by file.

    memory_gib: what may be held while several months or files are coded at the same time; one is, however
    large it is.
    returns: how many months and files were. Needs the warehouse's lock.
    """
    events = code_events(warehouse, memory_gib=memory_gib)
    return events + code_rows(warehouse, columns_needed(features), memory_gib=memory_gib)
