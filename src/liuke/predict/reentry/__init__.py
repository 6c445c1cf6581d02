"""Re-entry: newcomers matched to recent leavers, net churn, and what was spent on those who came back."""

from liuke.predict.reentry.finding import REENTRIES, Reentries, find_reentries
from liuke.predict.reentry.net_churn import NET_CHURN
from liuke.predict.reentry.settings import ReentrySettings

__all__ = ["NET_CHURN", "REENTRIES", "Reentries", "ReentrySettings", "find_reentries"]
