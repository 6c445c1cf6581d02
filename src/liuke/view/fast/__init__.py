"""The fast evaluator: views of many as-of days from one reading of the rows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liuke.view.fast.evaluate import compute_views
    from liuke.view.fast.event_codes import code_events

__all__ = ["code_events", "compute_views"]


def __getattr__(name: str) -> object:
    """Load what is asked for when it is asked for; its modules have uses without an engine."""
    if name == "compute_views":
        from liuke.view.fast.evaluate import compute_views

        return compute_views
    if name == "code_events":
        from liuke.view.fast.event_codes import code_events

        return code_events
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
