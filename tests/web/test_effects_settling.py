"""Outcomes: each cycle tells who left, and every arm learns it alike."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from liuke_desk.campaigns.models import Assignment
from liuke_desk.effects.models import Outcome
from liuke_desk.effects.selectors import count_work, measure_effect, settled_by
from liuke_desk.effects.services import settle_outcomes
from liuke_desk.effects.verdicts import Verdict, read_effect
from liuke_desk.people.models import User
from tests.web.retention import NOON, TODAY, found_company, make_campaign, run_campaign, sign_in

pytestmark = pytest.mark.django_db
APRIL = date(2026, 4, 1)


@pytest.fixture(autouse=True)
def company(db):
    found_company(per_branch=10)
    with scopes_disabled():
        yield


def leaving(customer_id, left_at, kind="voluntary"):
    return {"customer_id": customer_id, "left_at": left_at, "kind": kind}


def settle(*leavings, known_by=APRIL, at=NOON):
    return settle_outcomes(leavings=leavings, known_by=known_by, at=at)


def outcome_of(customer_id):
    return Outcome.objects.get(assignment__customer_id=customer_id)


@pytest.mark.parametrize(
    "left_at, is_gone, left_before",
    [
        (NOON - timedelta(seconds=1), False, True),  # the morning of the draw
        (NOON, True, False),
        (NOON + timedelta(days=20), True, False),
        (datetime(2026, 3, 1), False, True),  # the first instant of the as-of day
        (datetime(2026, 2, 28, 23, 59), False, False),  # an older leaving: they had come back
    ],
)
def test_the_first_leaving_from_the_draw_on_counts(left_at, is_gone, left_before):
    make_campaign()
    settle(leaving("E01", left_at))

    found = outcome_of("E01")
    assert found.left_at == (left_at if is_gone else None)
    assert found.left_before is left_before


def test_of_several_leavings_the_first_after_the_draw_counts():
    make_campaign()
    settle(
        leaving("E01", NOON + timedelta(days=9), "dormant"),
        leaving("E01", NOON + timedelta(days=2), "voluntary"),
        leaving("E01", NOON - timedelta(days=40), "dormant"),
    )

    assert (outcome_of("E01").left_at, outcome_of("E01").left_how) == (NOON + timedelta(days=2), "voluntary")


def test_everybody_drawn_is_settled_in_both_arms():
    campaign = make_campaign()

    assert settle() == campaign.chosen == 30
    arms = Outcome.objects.values_list("assignment__arm", flat=True)
    assert sorted(set(arms)) == ["hold_out", "treat"]
    assert settled_by(campaign) == APRIL


def test_settling_again_changes_nothing_and_a_later_cycle_adds():
    make_campaign()
    settle(leaving("E01", NOON + timedelta(days=1)))
    settle(leaving("E01", NOON + timedelta(days=1)))
    assert Outcome.objects.filter(left_at__isnull=False).count() == 1

    settle(
        leaving("E01", NOON + timedelta(days=1)),
        leaving("E02", NOON + timedelta(days=40)),
        known_by=date(2026, 5, 1),
    )
    assert Outcome.objects.filter(left_at__isnull=False).count() == 2
    assert Outcome.objects.count() == 30


def test_an_earlier_cycle_does_not_undo_a_later_one():
    make_campaign()
    settle(leaving("E01", NOON + timedelta(days=1)))

    assert settle(known_by=date(2026, 3, 15)) == 0
    assert outcome_of("E01").left_at is not None


@pytest.mark.parametrize("known_by, settled", [(TODAY, 0), (TODAY + timedelta(days=1), 30)])
def test_a_cycle_of_the_same_day_knows_nothing_of_the_draw(known_by, settled):
    make_campaign()

    assert settle(known_by=known_by) == settled


# the effect


def settle_shares(campaign, *, treated, held_out, left_at, known_by):
    """The first so many of each arm leave."""
    leavings = []
    for arm, count in (("treat", treated), ("hold_out", held_out)):
        rows = Assignment.objects.filter(campaign=campaign, arm=arm).order_by("customer_id")[:count]
        leavings += [leaving(row.customer_id, left_at) for row in rows]
    settle(*leavings, known_by=known_by)


@pytest.fixture
def big_campaign():
    found_company_again(per_branch=100)
    return make_campaign(hold_out_share=0.5)


def found_company_again(*, per_branch):
    from tests.web.retention import publish_customers, warned_customers

    publish_customers(
        customer
        for branch, letter in (("B1", "E"), ("B2", "F"), ("B9", "W"))
        for customer in warned_customers(branch, letter, per_branch)
    )


def test_the_difference_and_its_interval_come_from_the_arms(big_campaign):
    settle_shares(big_campaign, treated=15, held_out=60, left_at=NOON + timedelta(days=10), known_by=APRIL)

    first, second, third = measure_effect(big_campaign)

    assert (first["treated"], first["held_out"]) == (150, 150)
    assert (first["treated_left"], first["held_out_left"]) == (15, 60)
    assert first["leaving"]["estimate"] == pytest.approx(-0.3)
    assert first["leaving"]["low"] < -0.3 < first["leaving"]["high"] < 0
    assert first["leaving"]["sample_ratio_alarm"] is False
    assert read_effect(first).verdict is Verdict.FEWER_LEFT
    assert [read_effect(each).verdict for each in (second, third)] == [Verdict.NOT_OVER, Verdict.NOT_OVER]


@pytest.mark.parametrize(
    "treated, held_out, verdict",
    [
        (60, 15, Verdict.MORE_LEFT),
        (31, 30, Verdict.NOT_CLEAR),
        (1, 2, Verdict.TOO_FEW),
        (0, 0, Verdict.TOO_FEW),
    ],
)
def test_the_verdict_says_no_more_than_the_interval(big_campaign, treated, held_out, verdict):
    settle_shares(
        big_campaign, treated=treated, held_out=held_out, left_at=NOON + timedelta(days=10), known_by=APRIL
    )

    assert read_effect(measure_effect(big_campaign)[0]).verdict is verdict


def test_value_saved_is_what_the_held_out_lost_more_for_each_customer(big_campaign):
    settle_shares(big_campaign, treated=15, held_out=60, left_at=NOON + timedelta(days=10), known_by=APRIL)

    reading = read_effect(measure_effect(big_campaign)[0])

    estimate, low, high = reading.saved_customers
    assert estimate == pytest.approx(0.3 * 150)
    assert low < estimate < high
    lost = {
        arm: sum(
            Outcome.objects.filter(assignment__arm=arm, left_at__isnull=False).values_list(
                "assignment__value_at_stake_fen", flat=True
            )
        )
        for arm in ("treat", "hold_out")
    }
    assert reading.saved_fen[0] == pytest.approx(lost["hold_out"] - lost["treat"])


@pytest.mark.parametrize(
    "language, said",
    [
        ("zh-hans", r"95% 置信区间 (−?[\d.,]+) 至 (−?[\d.,]+) 万元"),
        ("en", r"95% interval (−?[\d.,]+) to (−?[\d.,]+) K yuan"),
    ],
)
def test_both_ends_of_what_was_saved_are_told_in_one_unit(big_campaign, client, language, said):
    settle_shares(big_campaign, treated=15, held_out=18, left_at=NOON + timedelta(days=10), known_by=APRIL)
    User.objects.update(language=language)

    page = sign_in(client, "qian").get(reverse("campaign-effect", args=[big_campaign.pk])).content.decode()

    low, high = (float(end.replace("−", "-").replace(",", "")) for end in re.search(said, page).groups())
    assert low < 0 < high
    reading = read_effect(measure_effect(big_campaign)[0])
    in_fen = 1e6 if language == "zh-hans" else 1e5
    assert (low, high) == pytest.approx([end / in_fen for end in reading.saved_fen[1:]], abs=0.06)


@pytest.mark.parametrize(
    "left_at, within",
    [(datetime(2026, 3, 31, 23, 59), 1), (datetime(2026, 4, 1), 2), (datetime(2026, 6, 1), None)],
)
def test_a_leaving_belongs_to_the_horizons_that_end_after_it(big_campaign, left_at, within):
    settle_shares(big_campaign, treated=1, held_out=0, left_at=left_at, known_by=date(2026, 7, 1))

    left = [figures["treated_left"] for figures in measure_effect(big_campaign)]

    assert left == [int(within is not None and months >= within) for months in (1, 2, 3)]


@pytest.mark.parametrize("known_by, over", [(date(2026, 3, 31), 0), (APRIL, 1), (date(2026, 6, 1), 3)])
def test_a_horizon_is_over_when_a_cycle_has_seen_its_last_day(big_campaign, known_by, over):
    settle(known_by=known_by)

    assert sum(figures["is_over"] for figures in measure_effect(big_campaign)) == over


def test_customers_gone_before_the_draw_count_in_neither_arm(big_campaign):
    gone = Assignment.objects.filter(arm="treat").first().customer_id
    settle(leaving(gone, NOON - timedelta(hours=1)))

    assert measure_effect(big_campaign)[0]["treated"] == 149


def test_an_arm_that_lost_rows_raises_the_alarm(big_campaign):
    settle()
    lost = Outcome.objects.filter(assignment__arm="hold_out").values_list("pk", flat=True)[:60]
    Outcome.objects.filter(pk__in=list(lost)).delete()

    assert measure_effect(big_campaign)[0]["leaving"]["sample_ratio_alarm"] is True


def test_what_agents_recorded_adds_up_to_the_treated():
    campaign = run_campaign()

    work = count_work(campaign)

    assert work.treated == campaign.treated
    assert (
        work.kept + work.lost + work.refused + work.unreachable + work.void_otherwise + work.still_open
        == work.treated
    )
    assert work.still_open == campaign.treated


def test_nothing_is_told_before_anything_is_settled():
    assert measure_effect(make_campaign()) == []
