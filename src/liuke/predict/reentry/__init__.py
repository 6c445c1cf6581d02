"""Re-entry: newcomers matched to recent leavers, net churn, and what was spent on those who came back."""

from liuke.predict.reentry.finding import Reentries, find_reentries
from liuke.predict.reentry.settings import ReentrySettings

__all__ = ["Reentries", "ReentrySettings", "find_reentries"]
