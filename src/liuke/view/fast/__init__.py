"""The fast evaluator: views of many as-of days from one reading of the rows."""

from liuke.view.fast.evaluate import compute_views

__all__ = ["compute_views"]
