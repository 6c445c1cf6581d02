"""Customers who must not be contacted any more, by what is published now."""

from collections.abc import Iterable

from django_scopes import scopes_disabled

from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.states import VoidReason
from liuke_desk.customers.models import Profile


def overtaken_by(task: Task) -> VoidReason | None:
    """Why this customer must not be contacted; None when they may."""
    return find_overtaken([task.customer_id]).get(task.customer_id)


def find_overtaken(customer_ids: Iterable[str]) -> dict[str, VoidReason]:
    """Of these customers, those who asked to be left in peace or have left, with the reason."""
    wanted = set(customer_ids)
    with scopes_disabled():
        rows = Profile.objects.filter(publication__is_current=True, customer_id__in=wanted)
        found = {
            customer_id: _reason(do_not_disturb, status)
            for customer_id, do_not_disturb, status in rows.values_list(
                "customer_id", "do_not_disturb", "status"
            )
        }
    return {customer_id: reason for customer_id, reason in found.items() if reason is not None}


def _reason(do_not_disturb: bool, status: str) -> VoidReason | None:
    if do_not_disturb:
        return VoidReason.DO_NOT_DISTURB
    return VoidReason.ALREADY_LEFT if status.startswith("closed") else None
