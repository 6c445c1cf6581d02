"""The fast evaluator: views of many as-of days from one reading of the rows."""

from liuke.view.fast.evaluate import compute_views
from liuke.view.fast.event_codes import code_events

__all__ = ["code_events", "compute_views"]
