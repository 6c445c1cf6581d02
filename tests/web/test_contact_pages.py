"""The work page: the whole customer for the agent whose task it is, a record by one form."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override
from django_scopes import scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.contact.models import Contact
from liuke_desk.customers.models import Profile
from tests.web.retention import all_tasks, found_company, run_campaign, sign_in, stop_clock, take_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company(db, monkeypatch):
    stop_clock(monkeypatch)
    found_company(per_branch=6)
    run_campaign()


def work_page(client, username, task):
    return sign_in(client, username).get(reverse("task-work", args=[task.pk]))


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def send(client, task, **told):
    sent = {"channel": "phone", "attempts_before": str(task.attempts), "then": "next"} | told
    return sign_in(client, "li").post(reverse("task-work", args=[task.pk]), sent)


def phone_of(task):
    with scopes_disabled():
        return Profile.objects.get(customer_id=task.customer_id, publication__is_current=True).phone


def test_the_agent_sees_who_why_what_and_how(client):
    task = take_as("li")

    page = text_of(work_page(client, "li", task))

    for words in ("40.0%", "20% off the monthly fee", "Hello, we have an offer for you.", "30.00", "5.00"):
        assert words in page
    assert phone_of(task) in page


def test_that_the_number_was_shown_is_on_record(client):
    task = take_as("li")

    work_page(client, "li", task)

    verbs = set(Entry.objects.filter(subject=f"customer:{task.customer_id}").values_list("verb", flat=True))
    assert verbs == {"customer.look", "customer.reveal"}


def test_a_supervisor_sees_no_number(client):
    task = take_as("li")

    page = text_of(work_page(client, "sun", task))

    assert phone_of(task) not in page
    assert f"****{phone_of(task)[-4:]}" in page


@pytest.mark.parametrize("username", ["wang", "zhao", "zhou"])
def test_anothers_task_looks_unknown(client, username):
    task = take_as("li")

    assert work_page(client, username, task).status_code == 404


def test_an_agent_sees_a_task_of_theirs_in_another_unit(client):
    """A supervisor may give a task across branches; owning it is reason enough to see its customer."""
    task = all_tasks(unit="B2")[0]
    sign_in(client, "sun").post(reverse("task-reassign", args=[task.pk]), {"agent": take_as("li").agent_id})

    page = work_page(client, "li", task)

    assert page.status_code == 200
    assert "Whole card" not in text_of(page)


def test_saving_opens_the_next_task(client):
    task = take_as("li")

    response = send(client, task, outcome="reached_kept")

    task.refresh_from_db()
    following = all_tasks(state="TAKEN", agent__username="li")[0]
    assert task.state == "KEPT"
    assert response["Location"] == reverse("task-work", args=[following.pk])


def test_saving_may_lead_back_to_the_list(client):
    task = take_as("li")

    response = send(client, task, outcome="unreachable", then="list")

    assert response["Location"] == reverse("task-list")
    assert not all_tasks(state="TAKEN")


def test_everything_that_was_told_is_stored(client):
    task = take_as("li")

    send(
        client,
        task,
        outcome="reached_lost",
        feedback="competitor",
        importance="3",
        competitor=" Unicom ",
        note="<script>alert(1)</script> moves in May",
        channel="wechat",
    )

    with scopes_disabled():
        contact = Contact.objects.get()
    assert (contact.outcome, contact.feedback, contact.importance) == ("reached_lost", "competitor", 3)
    assert (contact.competitor, contact.channel) == ("Unicom", "wechat")
    page = text_of(work_page(client, "li", task))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; moves in May" in page


@pytest.mark.parametrize(
    "told, field, words",
    [
        ({}, "outcome", "a key from 1 to 5"),
        ({"outcome": "charmed"}, "outcome", "not one of the available choices"),
        ({"outcome": "reached_refused"}, "feedback", "Say why the customer says no"),
        ({"outcome": "callback"}, "callback_on", "on which day"),
        ({"outcome": "callback", "callback_on": "2026-02-28"}, "callback_on", "within the next 31 days"),
        ({"outcome": "reached_kept", "feedback": "price"}, "importance", "1, 2 or 3"),
        ({"outcome": "reached_kept", "feedback": "price", "importance": "9"}, "importance", "not one of"),
        ({"outcome": "reached_kept", "cost_fen": "0"}, "__all__", "not part of the form: cost_fen"),
        ({"outcome": "reached_kept", "agent": "1"}, "__all__", "not part of the form: agent"),
        ({"outcome": "reached_kept", "note": "x" * 2001}, "note", "at most 2000"),
    ],
)
def test_a_record_with_gaps_comes_back_with_words(client, told, field, words):
    task = take_as("li")

    response = send(client, task, **told)

    assert response.status_code == 200
    with override("en"):
        assert words in " ".join(response.context["form"].errors[field])
    with scopes_disabled():
        assert not Contact.objects.exists()


def test_what_was_typed_survives_a_gap(client):
    task = take_as("li")

    page = text_of(send(client, task, outcome="reached_refused", note="wants to think"))

    assert "wants to think" in page
    assert re.search(r'value="reached_refused"[^>]*checked', page)


def test_the_same_form_sent_twice_is_told_so(client):
    task = take_as("li")
    send(client, task, outcome="unreachable")

    response = send(client, task, outcome="unreachable")

    assert "recorded already" in text_of(response)
    with scopes_disabled():
        assert Contact.objects.count() == 1


def test_a_customer_who_wants_peace_gets_no_form_and_no_number(client):
    task = take_as("li")
    with scopes_disabled():
        Profile.objects.filter(customer_id=task.customer_id).update(do_not_disturb=True)

    page = text_of(work_page(client, "li", task))

    assert "Do not contact them." in page
    assert "Record the contact" not in page
    assert phone_of(task) not in page
    assert "asked not to be disturbed" in text_of(send(client, task, outcome="reached_kept"))


def test_care_and_complaints_are_shown_before_the_call(client):
    task = take_as("li")
    with scopes_disabled():
        Profile.objects.filter(customer_id=task.customer_id).update(
            special_care="elderly", has_open_complaint=True
        )

    page = text_of(work_page(client, "li", task))

    assert "speak slowly" in page
    assert "settle it before you offer anything" in page


@pytest.mark.parametrize(
    "foretold, said",
    [
        ({}, "Leaves within 3 months"),
        ({"p_3m": None}, "Leaves within 2 months"),
        ({"p_3m": None, "p_2m": None}, "Leaves within 1 month"),
        ({"p_3m": None, "p_2m": None, "p_1m": None}, "Leaves with"),  # as it was when the arm was drawn
    ],
)
def test_the_risk_says_how_far_it_looks(client, foretold, said):
    task = take_as("li")
    with scopes_disabled():
        Profile.objects.filter(customer_id=task.customer_id).update(**foretold)

    page = text_of(work_page(client, "li", task))

    assert f'<div class="kpi-label">{said}</div>' in page


def test_a_customer_no_longer_published_is_shown_as_known_when_drawn(client):
    task = take_as("li")
    with scopes_disabled():
        Profile.objects.filter(customer_id=task.customer_id).delete()

    page = work_page(client, "li", task)

    assert page.status_code == 200
    assert "not in the current publication" in text_of(page)


def test_the_page_speaks_chinese(client):
    task = take_as("li")
    agent = task.agent
    agent.language = "zh-hans"
    agent.save()

    page = text_of(work_page(client, "li", task))

    for words in ("月租八折", "您好，我们想送您一份优惠。", "登记联系结果", "未接通"):
        assert words in page
