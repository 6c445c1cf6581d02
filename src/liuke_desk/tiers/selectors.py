"""What is read of changes by hand: overrides and edits of households in the scope, and the facts of both."""

from datetime import date, datetime
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404
from django_scopes import scopes_disabled

from liuke_desk.tiers.models import HouseholdEdit, TierOverride
from liuke_desk.tiers.states import State


def list_overrides() -> QuerySet[TierOverride]:
    """Overrides in the scope, those that wait for a decision first, then the newest."""
    waiting = Case(When(state=State.REQUESTED, then=Value(0)), default=Value(1), output_field=IntegerField())
    people = ("requested_by", "decided_by", "withdrawn_by", "unit")
    return TierOverride.objects.select_related(*people).order_by(waiting, "-requested_at", "-pk")


def find_override(pk: int) -> TierOverride:
    """One override. Unknown and out of scope look the same: 404."""
    override = list_overrides().filter(pk=pk).first()
    if override is None:
        raise Http404(f"No override {pk} in your units")
    return override


def list_overrides_of(customer_id: str, *, on: date) -> list[TierOverride]:
    """A customer's overrides that wait, are in force or will be."""
    found = list_overrides().filter(customer_id=customer_id, ends_on__gt=on)
    return list(found.filter(state__in=[State.REQUESTED, State.APPROVED]))


def facts() -> tuple[tuple[str, list[dict[str, Any]]], ...]:
    """What people decided here, as rows of the canonical tables: the next cycle abides by it.

    A request is no fact before it is approved. One taken back after that is two: it was known so from its
    approval on, and otherwise from its withdrawal on.
    """
    with scopes_disabled():
        approved = TierOverride.objects.filter(
            decided_at__isnull=False, state__in=[State.APPROVED, State.WITHDRAWN]
        )
        overrides = list(approved.select_related("decided_by").order_by("pk"))
        edits = list(HouseholdEdit.objects.order_by("pk"))
    rows = [_override_row(each, known_at=each.decided_at, withdrawn=False) for each in overrides]
    rows += [
        _override_row(each, known_at=each.withdrawn_at, withdrawn=True)
        for each in overrides
        if each.withdrawn_at is not None
    ]
    return (("tier_overrides", rows), ("household_edits", [_edit_row(edit) for edit in edits]))


def _override_row(override: TierOverride, *, known_at: datetime | None, withdrawn: bool) -> dict[str, Any]:
    return {
        "override_id": f"desk-{override.pk}",
        "customer_id": override.customer_id,
        "scheme": override.scheme,
        "tier": override.tier,
        "reason": override.reason,
        "approved_by": override.decided_by.username,
        "begins_on": override.begins_on,
        "ends_on": override.ends_on,
        "withdrawn": withdrawn,
        "known_at": known_at,
    }


def _edit_row(edit: HouseholdEdit) -> dict[str, Any]:
    return {
        "row_key": f"desk-{edit.pk}",
        "customer_id": edit.customer_id,
        "other_id": edit.other_id or None,
        "action": edit.action,
        "reason": edit.reason,
        "known_at": edit.made_at,
    }
