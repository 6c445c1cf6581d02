"""What is read of contacts: an agent's history with a customer, and the facts for the next cycle."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django_scopes import scopes_disabled

from liuke_desk.campaigns.models import Assignment, Task
from liuke_desk.contact.codes import REACHED, Outcome
from liuke_desk.contact.models import Contact

# What an attempt that reached the customer made of the offer.
_OFFER_OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        Outcome.REACHED_KEPT: "accepted",
        Outcome.REACHED_REFUSED: "refused",
        Outcome.REACHED_LOST: "refused",
    }
)


def list_attempts(task: Task) -> QuerySet[Contact]:
    """All attempts of one task, latest first; who may see the task may see these."""
    with scopes_disabled():
        return Contact.objects.filter(task=task).select_related("agent").order_by("-number")


def facts() -> tuple[tuple[str, list[dict[str, Any]]], ...]:
    """Everything this desk did to customers, as rows of the canonical tables they belong to.

    A fact is known from the moment it was recorded. Arms are facts too, those left alone included:
    without them no effect could be measured from stored data.
    """
    with scopes_disabled():
        contacts = list(
            Contact.objects.select_related("agent", "task__campaign", "task__assignment__policy").order_by(
                "pk"
            )
        )
        assignments = Assignment.objects.select_related("campaign", "policy").order_by("pk")
        return (
            ("contacts", [_contact(contact) for contact in contacts]),
            ("offers", [_offer(contact) for contact in contacts if contact.outcome in REACHED]),
            ("assignments", [_assignment(assignment) for assignment in assignments]),
        )


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "contact_id": f"desk-{contact.pk}",
        "customer_id": contact.customer_id,
        "purpose": "retention",
        "channel": contact.channel,
        "campaign": contact.task.campaign.name,
        "policy": contact.task.assignment.policy.name,
        "outcome": contact.outcome,
        "feedback": contact.feedback or None,
        "staff_id": contact.agent.staff_id or contact.agent.username,
        **_instant(contact.happened_at),
    }


def _offer(contact: Contact) -> dict[str, Any]:
    """The offer that a contact which reached the customer made; its cost when it was taken."""
    policy = contact.task.assignment.policy
    accepted = contact.outcome == Outcome.REACHED_KEPT
    return {
        "offer_id": f"desk-{contact.pk}",
        "customer_id": contact.customer_id,
        "campaign": contact.task.campaign.name,
        "policy": policy.name,
        "outcome": _OFFER_OUTCOMES[contact.outcome],
        "cost_fen": policy.offer_cost_fen if accepted else 0,
        **_instant(contact.happened_at),
    }


def _assignment(assignment: Assignment) -> dict[str, Any]:
    return {
        "campaign": assignment.campaign.name,
        "customer_id": assignment.customer_id,
        "arm": assignment.arm,
        "policy": assignment.policy.name,
        "probability": assignment.probability,
        "cost_fen": assignment.cost_fen,
        **_instant(assignment.assigned_at),
    }


def _instant(at: datetime) -> dict[str, datetime]:
    return {"happened_at": at, "known_at": at}
