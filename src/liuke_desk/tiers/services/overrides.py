"""Asking for a tier by hand, deciding about it, taking it back."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext_noop as _

from liuke_desk.audit.services import record
from liuke_desk.customers.models import Profile, Publication
from liuke_desk.people.models import User
from liuke_desk.tiers.models import HouseholdEdit, TierOverride
from liuke_desk.tiers.rules import actor_of
from liuke_desk.tiers.states import State, check_move
from liuke_desk.ui.refusals import Refused

LONGEST_DAYS = 366
SHORTEST_REASON = 4


class OverrideRefused(Refused):
    """A request that cannot stand as it was made."""


def request_override(
    *,
    profile: Profile,
    scheme: str,
    tier: str,
    reason: str,
    begins_on: date,
    ends_on: date,
    user: User,
    at: datetime,
) -> TierOverride:
    """Ask for a tier against the numbers; one request at a time waits for each customer and scheme.

    ends_on: exclusive. Nothing changes before another person approves, and the next cycle has run.
    """
    _check_terms(profile, scheme, tier, reason, begins_on, ends_on, on=at.date())
    override = TierOverride(
        customer_id=profile.customer_id,
        customer_name=profile.name,
        unit_id=profile.unit_id,
        scheme=scheme,
        tier=tier,
        tier_before=_tier_now(profile, scheme),
        reason=reason.strip(),
        begins_on=begins_on,
        ends_on=ends_on,
        requested_by=user,
        requested_at=at,
    )
    try:
        with transaction.atomic():
            override.save()
            days = {"begins_on": begins_on.isoformat(), "ends_on": ends_on.isoformat()}
            detail = {"scheme": scheme, "tier": tier, "reason": override.reason, **days}
            _audit(user, "tier_override.request", override, at, detail)
    except IntegrityError as error:
        if not _is_pending(profile.customer_id, scheme):
            raise
        told = _("A request for this customer and scheme waits for a decision already.")
        raise OverrideRefused(told) from error
    return override


@transaction.atomic
def decide_override(*, override_id: int, approve: bool, user: User, at: datetime) -> TierOverride:
    """Approve or reject a request; never one's own, and two deciding at once: one is refused."""
    override = _lock(override_id)
    to = State.APPROVED if approve else State.REJECTED
    _move(override, to, user, at, decided_by=user, decided_at=at)
    return override


@transaction.atomic
def withdraw_override(*, override_id: int, user: User, at: datetime) -> TierOverride:
    """Take a request or an approved override back; from the next cycle on the numbers decide again."""
    override = _lock(override_id)
    _move(override, State.WITHDRAWN, user, at, withdrawn_by=user, withdrawn_at=at)
    return override


@transaction.atomic
def follow_units(publication: Publication) -> None:
    """After a cycle: what concerns a customer is seen by the unit that the customer belongs to now."""
    for model in (TierOverride, HouseholdEdit):
        profile = Profile.objects.filter(publication=publication, customer_id=OuterRef("customer_id"))
        now = Subquery(profile.values("unit_id")[:1])
        moved = model.objects.annotate(now=now).filter(now__isnull=False).exclude(unit_id=F("now"))
        model.objects.filter(pk__in=list(moved.values_list("pk", flat=True))).update(unit_id=now)


def _check_terms(
    profile: Profile, scheme: str, tier: str, reason: str, begins_on: date, ends_on: date, *, on: date
) -> None:
    tiers = {each["scheme"]: each["tiers"] for each in profile.publication.schemes}
    if tier not in {each["tier"] for each in tiers.get(scheme, ())}:
        raise OverrideRefused(_("The scheme in force has no such tier; choose another one."))
    if tier == _tier_now(profile, scheme):
        raise OverrideRefused(_("The customer is in this tier already; choose another one."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise OverrideRefused(_("Say why in a few words; whoever decides reads only this."))
    if begins_on < on:
        raise OverrideRefused(_("The first day lies in the past; choose today or later."))
    if not begins_on < ends_on <= begins_on + timedelta(days=LONGEST_DAYS):
        raise OverrideRefused(_("An override lasts from one day to one year; choose another last day."))


def _tier_now(profile: Profile, scheme: str) -> str:
    return next((each["tier"] for each in profile.tiers if each["scheme"] == scheme), "")


def _is_pending(customer_id: str, scheme: str) -> bool:
    waiting = TierOverride.objects.filter(customer_id=customer_id, scheme=scheme, state=State.REQUESTED)
    return waiting.exists()


def _lock(override_id: int) -> TierOverride:
    return TierOverride.objects.select_for_update().get(pk=override_id)


def _move(override: TierOverride, to: State, user: User, at: datetime, **changes: Any) -> None:
    was = State(override.state)
    check_move(was, to, by=actor_of(user, override))
    override.state = to.value
    for name, value in changes.items():
        setattr(override, name, value)
    override.save(update_fields=["state", *changes])
    _audit(user, f"tier_override.{VERBS[to]}", override, at, {"from": was.value, "to": to.value})


VERBS = {State.APPROVED: "approve", State.REJECTED: "reject", State.WITHDRAWN: "withdraw"}


def _audit(user: User, verb: str, override: TierOverride, at: datetime, detail: dict[str, Any]) -> None:
    told = {"customer": override.customer_id, **detail}
    record(actor=user.username, verb=verb, subject=f"tier_override:{override.pk}", at=at, detail=told)
