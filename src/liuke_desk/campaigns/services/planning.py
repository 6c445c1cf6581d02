"""From filters to a recorded campaign: preview, save with every arm drawn, prepare the tasks."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from liuke_desk.audit.services import record
from liuke_desk.bridge import planning
from liuke_desk.campaigns.candidates import Found, find_candidates
from liuke_desk.campaigns.filters import Filters, Terms
from liuke_desk.campaigns.models import Arm, Assignment, Campaign, Task
from liuke_desk.campaigns.states import OPEN_STATES, CampaignState, Refused, check_campaign_move
from liuke_desk.customers.models import Publication
from liuke_desk.people.models import User
from liuke_desk.policies.models import Policy
from liuke_desk.policies.selectors import live_policies

BATCH = 1000


class PlanRefused(Refused):
    """A campaign that cannot be planned or saved as asked."""


@dataclass(frozen=True)
class Preview:
    """A plan nobody has saved yet, and what it was made from.

    fingerprint: of everything that decides the plan, so that what is saved is what was seen.
    """

    plan: dict[str, Any]
    found: Found
    as_of: date
    seed: int
    fingerprint: str

    @property
    def refusals(self) -> dict[str, int]:
        return self.found.set_aside | self.plan["refusals"]

    @property
    def chosen(self) -> Iterator[dict[str, Any]]:
        return (decision for decision in self.plan["decisions"] if decision["arm"] in Arm.values)


def preview_campaign(*, filters: Filters, terms: Terms, on: date) -> Preview:
    """What a campaign would do, before anything is saved; the same question gives the same answer."""
    publication = Publication.objects.filter(is_current=True).first()
    if publication is None:
        raise PlanRefused(_("Nothing has been published yet; run a cycle first."))
    policies = list(live_policies(on=on).filter(name__in=terms.policies))
    if gone := sorted(set(terms.policies) - {policy.name for policy in policies}):
        raise PlanRefused(_("The policy %(names)s is not valid today; take it out."), names=", ".join(gone))
    found = find_candidates(filters, publication=publication, on=on)
    asked = json.dumps([filters.as_stored(), terms.as_stored()], sort_keys=True)
    seed = planning.draw_seed(publication.as_of, asked)
    plan = _plan(found, policies, terms, as_of=on, seed=seed)
    decided = [(d["customer_id"], d["arm"], d["policy"]) for d in plan["decisions"] if d["arm"] in Arm.values]
    told = json.dumps([publication.pk, asked, [p.fingerprint for p in policies], decided])
    return Preview(plan, found, publication.as_of, seed, hashlib.sha256(told.encode()).hexdigest())


@transaction.atomic
def create_campaign(
    *,
    title: str,
    filters: Filters,
    terms: Terms,
    due_on: date,
    user: User,
    at: datetime,
    attempts_max: int = 3,
    seen: str | None = None,
) -> Campaign:
    """Save a campaign with the arm of every chosen customer; no task exists before all arms are recorded.

    seen: fingerprint of the preview the person looked at; when the plan is another by now, refuse.
    """
    preview = preview_campaign(filters=filters, terms=terms, on=at.date())
    if seen is not None and seen != preview.fingerprint:
        raise PlanRefused(_("The customers or policies changed since you looked; check the new preview."))
    if not preview.plan["treated"]:
        raise PlanRefused(_("The plan treats nobody; widen the filters, raise the budget or add a policy."))
    if due_on < at.date():
        raise PlanRefused(_("The due day lies in the past; choose today or later."))
    plan = preview.plan
    campaign = Campaign(
        name=f"new-{preview.fingerprint[:24]}",
        title=title,
        as_of=preview.as_of,
        seed=preview.seed,
        terms=terms.as_stored(),
        filters=filters.as_stored(),
        refusals=preview.refusals,
        due_on=due_on,
        attempts_max=attempts_max,
        created_by=user,
        created_at=at,
        **{name: plan[name] for name in _FIGURES},
    )
    campaign.save()
    campaign.name = f"c{preview.as_of:%Y%m%d}-{campaign.pk}"
    campaign.save(update_fields=["name"])
    Assignment.objects.bulk_create(_assignments(campaign, preview, at=at), batch_size=BATCH)
    arms = {"treated": campaign.treated, "held_out": campaign.held_out, "seed": str(campaign.seed)}
    _audit(user, "campaign.create", campaign, at, arms)
    return campaign


@transaction.atomic
def prepare_tasks(*, campaign_id: int, user: User, at: datetime) -> int:
    """Make one task for each treated customer who is in no other open task; returns how many."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    check_campaign_move(CampaignState(campaign.state), CampaignState.READY)
    busy = set(Task.objects.filter(state__in=OPEN_STATES).values_list("customer_id", flat=True))
    treated = Assignment.objects.filter(campaign=campaign, arm=Arm.TREAT)
    tasks = [
        _task(assignment, campaign, at=at) for assignment in treated if assignment.customer_id not in busy
    ]
    Task.objects.bulk_create(tasks, batch_size=BATCH)
    campaign.state, campaign.ready_at = CampaignState.READY, at
    campaign.save(update_fields=["state", "ready_at"])
    _audit(
        user, "campaign.prepare", campaign, at, {"tasks": len(tasks), "busy": treated.count() - len(tasks)}
    )
    return len(tasks)


_FIGURES = (
    "budget_fen",
    "gain_fen",
    "treated_gain_fen",
    "bound_fen",
    "gap",
    "spent_fen",
    "chosen",
    "treated",
    "held_out",
    "leavers",
    "saves",
)


def _plan(found: Found, policies: list[Policy], terms: Terms, *, as_of: date, seed: int) -> dict[str, Any]:
    try:
        return planning.preview_plan(
            candidates=found.candidates,
            policies=[policy.declaration for policy in policies],
            terms=planning.terms_of(**terms.as_stored()),
            as_of=as_of,
            seed=seed,
        )
    except planning.PlanRefused as refused:
        raise PlanRefused("%(why)s", why=refused) from refused


def _assignments(campaign: Campaign, preview: Preview, *, at: datetime) -> Iterator[Assignment]:
    policies = {policy.name: policy for policy in live_policies(on=at.date())}
    for decision in preview.chosen:
        profile = preview.found.profiles[decision["customer_id"]]
        yield Assignment(
            campaign=campaign,
            policy=policies[decision["policy"]],
            assigned_at=at,
            **_decided(decision),
            **_snapshot(profile),
        )


def _decided(decision: Mapping[str, Any]) -> dict[str, Any]:
    names = ("customer_id", "arm", "expected_gain_fen", "cost_fen", "probability", "why", "why_zh")
    return {name: decision[name] for name in names}


def _snapshot(profile: Mapping[str, Any]) -> dict[str, Any]:
    """What was known of the customer when the arm was drawn."""
    return {
        "customer_name": profile["name"],
        "unit_id": profile["unit_id"],
        "manager_id": profile["manager_id"],
        "tier": profile["tier"],
        "p_leave": profile["p_leave"],
        "value_at_stake_fen": profile["value_at_stake_fen"],
    }


def _task(assignment: Assignment, campaign: Campaign, *, at: datetime) -> Task:
    return Task(
        assignment=assignment,
        campaign=campaign,
        customer_id=assignment.customer_id,
        unit_id=assignment.unit_id,
        due_on=campaign.due_on,
        expected_gain_fen=assignment.expected_gain_fen,
        prepared_at=at,
    )


def _audit(user: User, verb: str, campaign: Campaign, at: datetime, detail: dict[str, Any]) -> None:
    record(actor=user.username, verb=verb, subject=f"campaign:{campaign.pk}", at=at, detail=detail)
