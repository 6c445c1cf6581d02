"""The doors by which lists are made, told of and looked at."""

from liuke_desk.warnings.services.freezing import freeze_lists, write_list
from liuke_desk.warnings.services.notices import mark_seen, notify

__all__ = ["freeze_lists", "mark_seen", "notify", "write_list"]
