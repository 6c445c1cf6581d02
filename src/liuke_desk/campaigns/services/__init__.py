"""Everything that changes campaigns and tasks. Views, the cycle and jobs call these and no more."""

from liuke_desk.campaigns.services.adjust import postpone_task, reassign_task, release_task, void_task
from liuke_desk.campaigns.services.claims import take_next_task, take_task, waiting_for
from liuke_desk.campaigns.services.closing import close_campaign, void_overtaken_tasks
from liuke_desk.campaigns.services.dispatching import dispatch_tasks
from liuke_desk.campaigns.services.moves import end_task, give_up_if_spent, note_attempt
from liuke_desk.campaigns.services.planning import (
    PlanRefused,
    Preview,
    create_campaign,
    prepare_tasks,
    preview_campaign,
)

__all__ = [
    "PlanRefused",
    "Preview",
    "close_campaign",
    "create_campaign",
    "dispatch_tasks",
    "end_task",
    "give_up_if_spent",
    "note_attempt",
    "postpone_task",
    "prepare_tasks",
    "preview_campaign",
    "reassign_task",
    "release_task",
    "take_next_task",
    "take_task",
    "void_overtaken_tasks",
    "void_task",
    "waiting_for",
]
