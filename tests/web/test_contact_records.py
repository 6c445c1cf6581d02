"""Recording an attempt: stored once, moves the task by its outcome, costs what it costs."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError
from django_scopes import scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.campaigns.rules import NotYours
from liuke_desk.campaigns.states import MoveRefused
from liuke_desk.contact.codes import Channel, Feedback, Outcome
from liuke_desk.contact.models import Contact
from liuke_desk.contact.rules import Attempt
from liuke_desk.contact.selectors import facts
from liuke_desk.contact.services import RecordRefused, record_contact
from liuke_desk.customers.models import Profile
from tests.web.retention import NOON, TODAY, found_company, person, run_campaign, take_as

pytestmark = pytest.mark.django_db

NO = {"feedback": Feedback.PRICE, "importance": 3}


@pytest.fixture(autouse=True)
def company(db):
    found_company(per_branch=6)
    run_campaign()


def record(task, outcome, *, agent="li", at=NOON, attempts_before=None, **told):
    attempt = Attempt(on=at.date(), channel=Channel.PHONE, outcome=outcome, **told)
    before = task.attempts if attempts_before is None else attempts_before
    contact = record_contact(
        task_id=task.pk, agent=person(agent), attempt=attempt, attempts_before=before, at=at
    )
    task.refresh_from_db()
    return contact


@pytest.mark.parametrize(
    "outcome, told, state, cost_fen",
    [
        (Outcome.REACHED_KEPT, {}, "KEPT", 3500),  # the contact and the offer
        (Outcome.REACHED_REFUSED, NO, "REFUSED", 500),
        (Outcome.REACHED_LOST, NO, "LOST", 500),
    ],
)
def test_an_answer_ends_the_task(outcome, told, state, cost_fen):
    task = take_as("li")

    contact = record(task, outcome, **told)

    assert (task.state, task.result, task.ended_at) == (state, state, NOON)
    assert (task.attempts, task.cost_fen, contact.cost_fen) == (1, cost_fen, cost_fen)
    assert take_as("li").pk != task.pk


def test_a_callback_keeps_the_task_and_brings_it_up_on_its_day():
    task = take_as("li")
    record(task, Outcome.CALLBACK, callback_on=TODAY + timedelta(days=2))

    assert (task.state, task.next_attempt_on) == ("CONTACTING", date(2026, 3, 3))
    assert take_as("li", at=NOON + timedelta(days=1)).pk != task.pk


def test_a_due_callback_comes_before_new_tasks():
    task = take_as("li")
    record(task, Outcome.CALLBACK, callback_on=TODAY + timedelta(days=2))

    assert take_as("li", at=NOON + timedelta(days=2)).pk == task.pk


def test_an_unreachable_customer_is_tried_on_the_next_day_and_given_up_after_the_last_attempt():
    task = take_as("li")
    for number in (1, 2):
        day = NOON + timedelta(days=number - 1)
        record(task, Outcome.UNREACHABLE, at=day)
        assert (task.state, task.attempts) == ("CONTACTING", number)
        assert task.next_attempt_on == (day + timedelta(days=1)).date()

    record(task, Outcome.UNREACHABLE, at=NOON + timedelta(days=2))

    assert (task.state, task.void_reason, task.cost_fen) == ("VOID", "unreachable", 1500)
    with scopes_disabled():
        assert list(Contact.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_the_same_attempt_sent_twice_counts_once():
    task = take_as("li")
    record(task, Outcome.UNREACHABLE)

    with pytest.raises(MoveRefused, match="recorded already"):
        record(task, Outcome.UNREACHABLE, attempts_before=0)
    with scopes_disabled():
        assert Contact.objects.count() == 1


def test_a_record_with_gaps_changes_nothing_and_says_all_of_them():
    task = take_as("li")

    with pytest.raises(RecordRefused, match=r"Say why .* customer says no"):
        record(task, Outcome.REACHED_REFUSED)

    task.refresh_from_db()
    assert (task.state, task.attempts) == ("TAKEN", 0)
    assert not Entry.objects.filter(verb="contact.record").exists()


def test_only_the_owner_records():
    task = take_as("li")

    with pytest.raises(NotYours, match="not yours"):
        record(task, Outcome.REACHED_KEPT, agent="wang")


def test_an_ended_task_takes_no_more_records():
    task = take_as("li")
    record(task, Outcome.REACHED_KEPT)

    with pytest.raises(MoveRefused, match="KEPT leads to CLOSED"):
        record(task, Outcome.REACHED_KEPT)


def test_a_customer_who_asked_for_peace_meanwhile_is_left_alone():
    task = take_as("li")
    with scopes_disabled():
        Profile.objects.filter(customer_id=task.customer_id).update(do_not_disturb=True)

    with pytest.raises(MoveRefused, match="asked not to be disturbed"):
        record(task, Outcome.REACHED_KEPT)
    with scopes_disabled():
        assert not Contact.objects.exists()


def test_every_record_leaves_a_trace():
    task = take_as("li")
    record(task, Outcome.REACHED_LOST, feedback=Feedback.COMPETITOR, importance=3, competitor="Unicom")

    entry = Entry.objects.get(verb="contact.record")
    assert (entry.actor, entry.subject) == ("li", f"task:{task.pk}")
    assert entry.detail == {"outcome": "reached_lost", "state": "LOST", "attempt": 1}


@pytest.mark.parametrize(
    "change, constraint",
    [
        ({"outcome": "callback"}, "contact_callback_has_a_day"),
        ({"callback_on": TODAY}, "contact_callback_has_a_day"),
        ({"feedback": "price"}, "contact_feedback_is_weighed"),
        ({"importance": 2}, "contact_feedback_is_weighed"),
        ({"feedback": "price", "importance": 4}, "contact_feedback_is_weighed"),
        ({"feedback": "competitor", "importance": 2}, "contact_competitor_is_named"),
        ({"outcome": "charmed"}, "contact_known_outcome"),
        ({"channel": "telepathy"}, "contact_known_channel"),
        ({"number": 1}, "contact_each_attempt_once|number"),
    ],
)
def test_the_database_itself_refuses_half_records(change, constraint):
    task = take_as("li")
    contact = record(task, Outcome.UNREACHABLE)
    values = {name: getattr(contact, name) for name in ("task_id", "unit_id", "customer_id", "agent_id")}
    values |= {"number": 2, "channel": "phone", "outcome": "unreachable", "cost_fen": 1, "happened_at": NOON}

    with scopes_disabled(), pytest.raises(IntegrityError, match=constraint):
        Contact.objects.create(**(values | change))


# facts for the next cycle


def test_facts_are_canonical_rows():
    from liuke.ingest.canonical import TABLES

    task = take_as("li")
    record(task, Outcome.REACHED_KEPT)
    rows = dict(facts())

    assert list(rows) == ["contacts", "offers", "assignments"]
    for name, told in rows.items():
        table = TABLES[name]
        assert told
        for row in told:
            assert set(row) <= set(table.schema.names)
            assert set(table.required) <= set(row)
            for column in table:
                if column.choices and row.get(column.name) is not None:
                    assert row[column.name] in column.choices


def test_contacts_and_offers_tell_what_came_of_each_attempt():
    kept = take_as("li")
    record(kept, Outcome.REACHED_KEPT, at=datetime(2026, 3, 1, 12, 5))
    refused = take_as("li")
    record(refused, Outcome.REACHED_REFUSED, **NO)
    missed = take_as("li")
    record(missed, Outcome.UNREACHABLE)

    rows = dict(facts())

    told = [(row["customer_id"], row["outcome"], row["feedback"]) for row in rows["contacts"]]
    assert told == [
        (kept.customer_id, "reached_kept", None),
        (refused.customer_id, "reached_refused", "price"),
        (missed.customer_id, "unreachable", None),
    ]
    offers = [(row["customer_id"], row["outcome"], row["cost_fen"]) for row in rows["offers"]]
    assert offers == [(kept.customer_id, "accepted", 3000), (refused.customer_id, "refused", 0)]
    first = rows["contacts"][0]
    assert (first["staff_id"], first["policy"], first["purpose"]) == ("S-li", "stay-discount", "retention")
    assert first["happened_at"] == first["known_at"] == datetime(2026, 3, 1, 12, 5)


def test_both_arms_are_facts():
    arms = [row["arm"] for row in dict(facts())["assignments"]]

    assert arms.count("hold_out") == 4  # 20 % of 18
    assert arms.count("treat") == 14


def test_the_export_says_the_same_again():
    task = take_as("li")
    record(task, Outcome.REACHED_KEPT)

    assert facts() == facts()
