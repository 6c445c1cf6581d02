"""The fast evaluator: views of many as-of days from one reading of the rows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liuke.view.fast.coding import code_for
    from liuke.view.fast.evaluate import compute_views, stream_views
    from liuke.view.fast.event_codes import code_events

__all__ = ["code_events", "code_for", "compute_views", "stream_views"]


def __getattr__(name: str) -> object:
    """Load what is asked for when it is asked for; its modules have uses without an engine."""
    from importlib import import_module

    places = {"code_events": "event_codes", "code_for": "coding"}
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{places.get(name, 'evaluate')}"), name)
    return found
