"""The database itself refuses what no service would do, on SQLite and on PostgreSQL."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from django_scopes import scopes_disabled

from liuke_desk.campaigns.models import Assignment, Task
from liuke_desk.campaigns.services import PlanRefused
from tests.web.retention import NOON, found_company, make_campaign, run_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company(db):
    found_company(per_branch=4)
    with scopes_disabled():
        yield


def put_task(assignment, **changes):
    values = {
        "assignment": assignment,
        "campaign_id": assignment.campaign_id,
        "customer_id": assignment.customer_id,
        "unit_id": assignment.unit_id,
        "due_on": date(2026, 3, 31),
        "expected_gain_fen": 1,
        "prepared_at": NOON,
    }
    return Task.objects.bulk_create([Task(**(values | changes))])


def arm(name):
    return Assignment.objects.filter(arm=name)


def refused(match):
    return pytest.raises(IntegrityError, match=match)


def test_a_task_for_a_treated_customer_is_taken():
    make_campaign()

    put_task(arm("treat").first())

    assert Task.objects.count() == 1


def test_a_task_for_a_held_out_customer_is_refused():
    make_campaign()

    with refused("task_needs_treated_assignment"):
        put_task(arm("hold_out").first())


def test_a_task_without_an_assignment_is_refused():
    campaign = make_campaign()
    ghost = Assignment(pk=987654, campaign=campaign, customer_id="E01", unit_id="B1")

    with refused("task_needs_treated_assignment"):
        put_task(ghost)


@pytest.mark.parametrize("change", [{"customer_id": "stranger"}, {"unit_id": "B9"}])
def test_a_task_for_another_customer_or_unit_than_its_assignment_is_refused(change):
    make_campaign()
    assignment = arm("treat").filter(unit="B1").first()

    with refused("task_needs_treated_assignment"):
        put_task(assignment, **change)


def test_a_task_cannot_be_moved_onto_a_held_out_customer():
    make_campaign()
    put_task(arm("treat").first())
    held_out = arm("hold_out").first()

    with refused("task_needs_treated_assignment"):
        Task.objects.update(assignment=held_out, customer_id=held_out.customer_id, unit=held_out.unit_id)


@pytest.mark.parametrize("change", [{"arm": "treat"}, {"customer_id": "stranger"}])
def test_an_arm_once_drawn_is_final(change):
    make_campaign()

    with refused("assignment_is_final"):
        arm("hold_out").update(**change)


def test_other_columns_of_an_assignment_may_be_mended():
    make_campaign()

    assert arm("hold_out").update(customer_name="corrected") > 0


def test_nobody_joins_a_campaign_that_has_tasks():
    run_campaign()
    late = arm("treat").first()
    late.pk, late.customer_id = None, "late"

    with refused("assignment_before_tasks"):
        late.save()


OWNERLESS = ["TAKEN", "CONTACTING"]
OWNERLESS_ENDS = ["KEPT", "LOST", "REFUSED"]


@pytest.mark.parametrize("state", OWNERLESS)
def test_a_task_under_way_has_an_owner(state):
    make_campaign()

    with refused("task_has_an_owner"):
        put_task(arm("treat").first(), state=state)


@pytest.mark.parametrize("state", OWNERLESS_ENDS)
def test_a_task_with_a_word_from_the_customer_has_an_owner(state):
    make_campaign()

    with refused("task_has_an_owner"):
        put_task(arm("treat").first(), state=state, result=state)


def test_a_prepared_task_has_no_owner():
    make_campaign()
    from tests.web.retention import person

    with refused("task_prepared_has_no_owner"):
        put_task(arm("treat").first(), agent=person("li"))


@pytest.mark.parametrize(
    "state, result, reason, constraint",
    [
        ("CLOSED", "", "", "task_result_matches_state"),
        ("PREPARED", "VOID", "withdrawn", "task_result_matches_state"),
        ("VOID", "KEPT", "", "task_result_matches_state"),
        ("VOID", "VOID", "", "task_void_says_why"),
        ("PREPARED", "", "withdrawn", "task_void_says_why"),
        ("ELSEWHERE", "", "", "task_known_state|task_result_matches_state"),
    ],
)
def test_state_and_result_agree(state, result, reason, constraint):
    make_campaign()

    with refused(constraint):
        put_task(arm("treat").first(), state=state, result=result, void_reason=reason)


def test_customers_in_open_tasks_are_not_planned_again():
    run_campaign(title="First")

    with pytest.raises(PlanRefused, match="treats nobody"):
        make_campaign(title="Second")


def test_the_database_refuses_a_second_open_task_for_a_customer():
    first = make_campaign(title="First")
    second = make_campaign(title="Second")
    shared = set(arm("treat").filter(campaign=first).values_list("customer_id", flat=True)) & set(
        arm("treat").filter(campaign=second).values_list("customer_id", flat=True)
    )
    customer_id = min(shared)
    put_task(arm("treat").get(campaign=first, customer_id=customer_id))

    with refused("task_one_open_per_customer|customer_id"):
        put_task(arm("treat").get(campaign=second, customer_id=customer_id))


def test_every_guard_stands_after_all_migrations():
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(asked)
        found = " ".join(name for (name,) in cursor.fetchall())

    for guard in ("task_needs_treated_assignment", "assignment_is_final", "assignment_before_tasks"):
        assert guard in found
