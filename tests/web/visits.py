"""Every address asked by people of each role, for things of their own unit and of another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse

from liuke_desk.campaigns.filters import Filters
from liuke_desk.campaigns.services import take_next_task
from liuke_desk.customers.selectors import get_current_publication
from liuke_desk.groups.services import create_group
from liuke_desk.network.models import DealerCase, NetworkFrame
from liuke_desk.people.models import User
from liuke_desk.schemes.models import SchemeDraft
from liuke_desk.tiers.models import TierOverride
from tests.web.retention import NOON, all_tasks, found_company, make_campaign, run_campaign

OWN_UNIT = {"agent": "B1", "region_supervisor": "R1", "analyst": "R1", "hq_manager": "R1"}


def collect_patterns(resolver: Any = None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each name of the URLconf with the names of its arguments."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from collect_patterns(pattern)
        else:
            yield pattern.name, tuple(pattern.pattern.converters)


ARGUMENTS = dict(collect_patterns())


@dataclass(frozen=True)
class Company:
    """People of the first region in each role, and one thing of each kind in it and in the other."""

    people: dict[str, User]
    own: dict[str, dict[str, object]]
    other: dict[str, dict[str, object]]

    def address(self, name: str, things: dict[str, Any]) -> str:
        return reverse(name, kwargs=things.get(name, {}))


def gather() -> Company:
    found_company(per_branch=4)
    east = make_campaign(title="East", filters=Filters(units=("B1",)), hold_out_share=0.0)
    west = make_campaign(title="West", filters=Filters(units=("B9",)), hold_out_share=0.0)
    run_campaign(hold_out_share=0.0)
    other_task = all_tasks(assignment__unit_id="B9")[0]
    people = {
        role: User.objects.create(username=f"east-{role}", role=role, unit_id=unit)
        for role, unit in OWN_UNIT.items()
    }
    own_group, other_group = (
        create_group(
            actor=people["hq_manager"], name=name, customer_ids=[customer_id], source=CHOSEN, at=NOON
        )
        for name, customer_id in (("East", "E02"), ("West", "W02"))
    )
    own_override, other_override = (
        ask_for_tier(customer_id, unit_id, by=people["analyst"])
        for customer_id, unit_id in (("E02", "B1"), ("W02", "B9"))
    )
    draft = SchemeDraft.objects.create(
        name="abc/value",
        version=2,
        base_version=1,
        text='name = "abc/value"',
        made_by=people["analyst"],
        made_at=NOON,
        changed_at=NOON,
    )
    own_dealer, other_dealer = (judge_dealer(dealer_id, unit_id) for dealer_id, unit_id in DEALERS)
    own_task = take_next_task(agent=people["agent"], at=NOON)
    return Company(
        people=people,
        own=name_things(
            customer_id="E02",
            campaign=east,
            task=own_task,
            group=own_group,
            override=own_override,
            scheme=draft,
            dealer=own_dealer,
        ),
        other=name_things(
            customer_id="W02",
            campaign=west,
            task=other_task,
            group=other_group,
            override=other_override,
            scheme=draft,
            dealer=other_dealer,
        ),
    )


DEALERS = (("D1", "B1"), ("D9", "B9"))


def judge_dealer(dealer_id: str, unit_id: str) -> DealerCase:
    publication = get_current_publication()
    NetworkFrame.objects.get_or_create(
        publication=publication,
        defaults={
            "tells_reentry": True,
            "tells_dealers": True,
            "false_discovery": 0.05,
            "window_days": 60,
        },
    )
    return DealerCase.objects.create(
        publication=publication,
        dealer_id=dealer_id,
        unit_id=unit_id,
        assessment_days=90,
        customers=20,
        reached=12,
        gone_after=5,
        expected_after=0.5,
        silent_after=1,
        gone_elsewhere=1,
        expected_elsewhere=1.5,
        q_value=0.01,
        flagged=True,
    )


def ask_for_tier(customer_id: str, unit_id: str, *, by: User) -> TierOverride:
    return TierOverride.objects.create(
        customer_id=customer_id,
        unit_id=unit_id,
        scheme="pyramid",
        tier="important",
        reason="a partner of ours",
        begins_on=NOON.date(),
        ends_on=NOON.date() + timedelta(days=30),
        requested_by=by,
        requested_at=NOON,
    )


CHOSEN = {"list": "warning-list", "zh": "名单", "en": "list"}


def name_things(*, customer_id: str, **named: Any) -> dict[str, dict[str, object]]:
    """The arguments of each address that names a thing; the address begins with what it names."""
    things = {}
    for name, arguments in ARGUMENTS.items():
        if arguments == ("customer_id",):
            things[name] = {"customer_id": customer_id}
        elif arguments == ("name",):
            things[name] = {"name": "pyramid"}
        elif arguments == ("dealer_id",):
            things[name] = {"dealer_id": named["dealer"].dealer_id}
        elif arguments == ("pk",):
            things[name] = {"pk": named[name.split("-")[0]].pk}
        else:
            assert not arguments, f"{name} names something that this test does not know: {arguments}"
    return things


def ask(
    address: str, method: str, *, user: User | None = None, sent: dict[str, str] | None = None
) -> HttpResponse:
    """The answer to one request; what it changed is undone."""
    browser = Client(raise_request_exception=True)
    if user is not None:
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with transaction.atomic():
        answer = getattr(browser, method.lower())(address, sent or {})
        transaction.set_rollback(True)
    return answer
