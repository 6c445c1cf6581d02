"""From filters to a recorded campaign: every arm is drawn and stored before a task can exist."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.campaigns import services
from liuke_desk.campaigns.candidates import find_candidates
from liuke_desk.campaigns.filters import Filters, Terms
from liuke_desk.campaigns.models import Assignment, Campaign, Task
from liuke_desk.campaigns.services import PlanRefused
from liuke_desk.campaigns.states import MoveRefused
from liuke_desk.customers.models import Publication
from liuke_desk.customers.selectors import get_current_publication
from liuke_desk.people.selectors import scope_of
from liuke_desk.policies.services import sync_policies
from tests.web.retention import (
    DUE_ON,
    NOON,
    TODAY,
    declare_policy,
    found_company,
    make_campaign,
    person,
    publish_customers,
    run_campaign,
    warned_customers,
)

pytestmark = pytest.mark.django_db

EVERYBODY = Filters()
TERMS = Terms(policies=("stay-discount",), budget_fen=10_000_000, hold_out_share=0.2)


@pytest.fixture(autouse=True)
def company(db):
    found_company(per_branch=10)
    with scopes_disabled():
        yield


def found_ids(filters, on=TODAY):
    found = find_candidates(filters, publication=get_current_publication(), on=on)
    return {candidate["customer_id"] for candidate in found.candidates}


@pytest.mark.parametrize(
    "change, letters, count",
    [
        ({}, "EFW", 30),
        ({"units": ("R1",)}, "EF", 20),
        ({"units": ("B1",)}, "E", 10),
        ({"units": ("B1", "R2")}, "EW", 20),
        ({"tiers": ("major",)}, "EFW", 15),
        ({"leave_kinds": ("dormant",)}, "", 0),
        ({"min_p_leave": 0.4}, "EFW", 30),
        ({"min_p_leave": 0.401}, "", 0),
        ({"min_value_fen": 110_000}, "EFW", 3),
        ({"min_value_fen": 110_001}, "", 0),
        ({"top": 6}, "EFW", 6),
    ],
)
def test_filters_name_the_customers(change, letters, count):
    found = found_ids(replace(EVERYBODY, **change))

    assert len(found) == count
    assert {customer_id[0] for customer_id in found} == set(letters)


def test_the_scope_bounds_the_filters():
    with scope(unit=scope_of(person("zhou"))):
        assert {customer_id[0] for customer_id in found_ids(Filters(units=("R1", "R2")))} == {"W"}


def test_a_preview_stores_nothing_and_says_the_same_when_asked_again():
    first = services.preview_campaign(filters=EVERYBODY, terms=TERMS, on=TODAY)
    second = services.preview_campaign(filters=EVERYBODY, terms=TERMS, on=TODAY)

    assert first.fingerprint == second.fingerprint
    assert (first.plan["chosen"], first.plan["treated"], first.plan["held_out"]) == (30, 24, 6)
    assert not Campaign.objects.exists()


def test_saving_records_every_chosen_customer_with_what_was_known():
    campaign = make_campaign()

    drawn = Assignment.objects.filter(campaign=campaign)
    assert (campaign.state, campaign.chosen, campaign.treated, campaign.held_out) == ("DRAFT", 30, 24, 6)
    assert drawn.filter(arm="treat").count() == 24
    assert drawn.filter(arm="hold_out").count() == 6
    one = drawn.get(customer_id="E01")
    assert (one.unit_id, one.manager_id, one.tier, one.p_leave) == ("B1", "S-li", "major", 0.4)
    assert (one.value_at_stake_fen, one.assigned_at, one.policy.name) == (101_000, NOON, "stay-discount")
    assert one.why
    assert one.why_zh
    assert not Task.objects.exists()


def test_the_draw_leaves_a_trace_with_its_seed():
    campaign = make_campaign()

    entry = Entry.objects.get(verb="campaign.create")
    assert entry.subject == f"campaign:{campaign.pk}"
    assert entry.detail == {"treated": 24, "held_out": 6, "seed": str(campaign.seed)}


def test_what_was_seen_is_what_is_saved():
    seen = services.preview_campaign(filters=EVERYBODY, terms=TERMS, on=TODAY)
    publish_customers(warned_customers("B1", "E", 9))

    with pytest.raises(PlanRefused, match="changed since you looked"):
        services.create_campaign(
            title="Stale",
            filters=EVERYBODY,
            terms=TERMS,
            due_on=DUE_ON,
            user=person("qian"),
            at=NOON,
            seen=seen.fingerprint,
        )
    assert not Campaign.objects.exists()


def test_budget_and_places_bound_the_plan():
    cheap = services.preview_campaign(filters=EVERYBODY, terms=replace(TERMS, budget_fen=3500 * 7), on=TODAY)
    few = services.preview_campaign(filters=EVERYBODY, terms=replace(TERMS, max_contacts=4), on=TODAY)

    assert cheap.plan["chosen"] == 7
    assert cheap.plan["spent_fen"] <= 3500 * 7
    assert few.plan["chosen"] == 4
    assert few.refusals["outbid"] == 26


@pytest.mark.parametrize(
    "change, rule",
    [
        ({"do_not_disturb": True}, "do_not_disturb"),
        ({"has_open_complaint": True}, "complaint"),
        ({"p_voluntary": 0.0}, "gain"),
    ],
)
def test_refusals_are_counted_by_rule(change, rule):
    publish_customers(warned_customers("B1", "E", 5), **change)

    preview = services.preview_campaign(filters=EVERYBODY, terms=TERMS, on=TODAY)

    assert preview.plan["chosen"] == 0
    assert preview.refusals[rule] == 5


def test_customers_held_out_elsewhere_are_nobodys_while_the_effect_is_read():
    campaign = make_campaign()
    held_out = set(campaign.assignments.filter(arm="hold_out").values_list("customer_id", flat=True))
    last_day = TODAY + timedelta(days=93)

    during = services.preview_campaign(filters=EVERYBODY, terms=TERMS, on=TODAY)

    assert during.refusals["held_out_elsewhere"] == len(held_out) == 6
    assert not held_out & found_ids(EVERYBODY, on=last_day)
    assert held_out <= found_ids(EVERYBODY, on=last_day + timedelta(days=1))


def test_a_policy_offered_at_this_desk_cools_down():
    run_campaign()
    Task.objects.update(state="VOID", result="VOID", void_reason="withdrawn", latest_attempt_at=NOON)
    terms = replace(TERMS, hold_out_share=0.1)

    def treated(on):
        return services.preview_campaign(filters=EVERYBODY, terms=terms, on=on).plan["chosen"]

    assert treated(TODAY + timedelta(days=29)) == 0
    assert treated(TODAY + timedelta(days=30)) == 24


@pytest.mark.parametrize("days_ago, is_chosen", [(29, False), (30, True)])
def test_a_policy_offered_before_by_others_cools_down_too(days_ago, is_chosen):
    older, latest = (TODAY - timedelta(days=days) for days in (200, days_ago))
    told = [{"policy": "stay-discount", "happened_at": f"{day}T10:00:00"} for day in (older, latest)]
    publish_customers(warned_customers("B1", "E", 3), offers=told)

    plan = services.preview_campaign(filters=EVERYBODY, terms=TERMS, on=TODAY).plan

    assert plan["chosen"] == (3 if is_chosen else 0)


def test_what_cannot_be_planned_is_refused_in_words():
    with pytest.raises(PlanRefused, match="policy gone is not valid today"):
        services.preview_campaign(filters=EVERYBODY, terms=replace(TERMS, policies=("gone",)), on=TODAY)
    with pytest.raises(PlanRefused, match="treats nobody"):
        make_campaign(filters=Filters(min_p_leave=0.9))
    Publication.objects.update(is_current=False)
    with pytest.raises(PlanRefused, match="Nothing has been published"):
        services.preview_campaign(filters=EVERYBODY, terms=TERMS, on=TODAY)


@pytest.mark.parametrize("valid_until, is_valid", [(date(2026, 3, 1), False), (date(2026, 3, 2), True)])
def test_a_policy_is_valid_up_to_its_end(valid_until, is_valid):
    sync_policies(declarations=[declare_policy(valid_until=valid_until.isoformat())], at=NOON)

    if is_valid:
        assert services.preview_campaign(filters=EVERYBODY, terms=TERMS, on=TODAY).plan["chosen"]
    else:
        with pytest.raises(PlanRefused, match="not valid today"):
            services.preview_campaign(filters=EVERYBODY, terms=TERMS, on=TODAY)


def test_preparing_makes_a_task_for_each_treated_customer_and_none_for_the_held_out():
    campaign = make_campaign()

    made = services.prepare_tasks(campaign_id=campaign.pk, user=person("qian"), at=NOON)

    campaign.refresh_from_db()
    assert (made, campaign.state) == (24, "READY")
    assert set(Task.objects.values_list("assignment__arm", "state")) == {("treat", "PREPARED")}


def test_preparing_twice_is_refused():
    campaign = make_campaign()
    services.prepare_tasks(campaign_id=campaign.pk, user=person("qian"), at=NOON)

    with pytest.raises(MoveRefused, match="campaign cannot go from READY to READY"):
        services.prepare_tasks(campaign_id=campaign.pk, user=person("qian"), at=NOON)
    assert Task.objects.count() == 24


def test_of_two_campaigns_the_first_to_prepare_has_the_customer():
    first, second = make_campaign(title="First"), make_campaign(title="Second")

    services.prepare_tasks(campaign_id=second.pk, user=person("qian"), at=NOON)
    services.prepare_tasks(campaign_id=first.pk, user=person("qian"), at=NOON)

    open_ones = Task.objects.filter(state="PREPARED").values_list("customer_id", flat=True)
    assert len(open_ones) == len(set(open_ones))
    entry = Entry.objects.filter(verb="campaign.prepare", subject=f"campaign:{first.pk}").get()
    assert entry.detail["busy"] > 0
    assert entry.detail["busy"] + entry.detail["tasks"] == first.treated


def test_the_due_day_is_not_in_the_past():
    wanted = {"title": "Late", "filters": EVERYBODY, "terms": TERMS, "user": person("qian")}

    with pytest.raises(PlanRefused, match="due day lies in the past"):
        services.create_campaign(**wanted, due_on=TODAY - timedelta(days=1), at=NOON)
    assert services.create_campaign(**wanted, due_on=TODAY, at=datetime(2026, 3, 1, 23, 59))
