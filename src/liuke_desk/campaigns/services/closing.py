"""Ending what events have overtaken: single tasks at each publication, a campaign when it is over."""

from datetime import datetime

from django.db import transaction
from django_scopes import scopes_disabled

from liuke_desk.audit.services import SYSTEM, record
from liuke_desk.campaigns.models import Campaign, Task
from liuke_desk.campaigns.services.moves import move_task, void
from liuke_desk.campaigns.services.overtaken import find_overtaken
from liuke_desk.campaigns.states import (
    OPEN_STATES,
    Actor,
    CampaignState,
    State,
    VoidReason,
    check_campaign_move,
)
from liuke_desk.people.models import User


@transaction.atomic
def void_overtaken_tasks(*, at: datetime) -> int:
    """Void open tasks of customers who, by the new publication, have left or want to be left in peace."""
    with scopes_disabled():
        tasks = list(Task.objects.select_for_update().filter(state__in=OPEN_STATES).order_by("pk"))
        overtaken = find_overtaken(task.customer_id for task in tasks)
        for task in tasks:
            if reason := overtaken.get(task.customer_id):
                void(task, reason=reason, by=Actor.SYSTEM, at=at)
    if overtaken:
        detail = {"tasks": [task.pk for task in tasks if task.customer_id in overtaken]}
        record(actor=SYSTEM, verb="task.void", subject="tasks", at=at, detail=detail)
    return len(overtaken)


@transaction.atomic
def close_campaign(*, campaign_id: int, user: User, at: datetime) -> int:
    """End a campaign: what is open becomes void, everything is closed; its effect is measured on."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    check_campaign_move(CampaignState(campaign.state), CampaignState.CLOSED)
    with scopes_disabled():
        tasks = Task.objects.select_for_update().filter(campaign=campaign).exclude(state=State.CLOSED)
        voided = 0
        for task in tasks.order_by("pk"):
            if task.state in OPEN_STATES:
                void(task, reason=VoidReason.CAMPAIGN_CLOSED, by=Actor.SYSTEM, at=at)
                voided += 1
            move_task(task, State.CLOSED, by=Actor.SYSTEM)
    campaign.state, campaign.closed_at = CampaignState.CLOSED, at
    campaign.save(update_fields=["state", "closed_at"])
    record(
        actor=user.username,
        verb="campaign.close",
        subject=f"campaign:{campaign.pk}",
        at=at,
        detail={"voided": voided},
    )
    return voided
