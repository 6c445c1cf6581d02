"""Pages of tasks: taking the next one, adjusting them, and the traces they leave."""

import re

import pytest
from django.urls import reverse

from liuke_desk.audit.models import Entry
from tests.web.retention import (
    NOON,
    all_tasks,
    found_company,
    run_campaign,
    sign_in,
    stop_clock,
    take_as,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company(db, monkeypatch):
    stop_clock(monkeypatch)
    found_company(per_branch=6)


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def say(response):
    return [str(message) for message in response.context["messages"]]


# tasks


def test_next_task_opens_the_work_page(client):
    run_campaign()

    response = sign_in(client, "li").post(reverse("task-next"))

    task = all_tasks(state="TAKEN")[0]
    assert response["Location"] == reverse("task-work", args=[task.pk])


def test_next_task_says_when_nothing_waits(client):
    response = sign_in(client, "li").post(reverse("task-next"), follow=True)

    assert say(response) == ["Nothing waits for you now. Well done."]


def test_next_task_is_not_for_reading(client):
    assert sign_in(client, "li").get(reverse("task-next")).status_code == 405


def test_an_agent_lists_their_own_tasks_and_a_supervisor_all(client):
    run_campaign()

    def listed(username, **asked):
        return {
            task.pk for task in sign_in(client, username).get(reverse("task-list"), asked).context["page"]
        }

    assert listed("li") == {task.pk for task in all_tasks(agent__username="li")}
    assert listed("sun") == {task.pk for task in all_tasks(unit__in=["B1", "B2"])}
    wang = all_tasks(agent__username="wang")
    assert listed("sun", agent=str(wang[0].agent_id)) == {task.pk for task in wang}
    assert listed("li", agent=str(wang[0].agent_id)) == listed("li")


def test_a_supervisor_adjusts_from_the_work_page(client):
    run_campaign()
    task = all_tasks(agent__username="li")[0]
    chen = all_tasks(agent__username="chen")[0].agent
    browser = sign_in(client, "sun")

    page = browser.get(reverse("task-work", args=[task.pk]))
    assert "Record the contact" not in text_of(page)
    given = browser.post(reverse("task-reassign", args=[task.pk]), {"agent": chen.pk}, follow=True)
    later = browser.post(reverse("task-postpone", args=[task.pk]), {"until": "2026-03-09"}, follow=True)
    void = browser.post(reverse("task-void", args=[task.pk]), follow=True)

    assert say(given) == ["The task is given to chen."]
    assert say(later) == ["The task comes up again on 2026-03-09."]
    assert say(void) == ["The task is withdrawn."]
    task.refresh_from_db()
    assert (task.agent.username, task.state, task.void_reason) == ("chen", "VOID", "withdrawn")


@pytest.mark.parametrize(
    "address, sent",
    [
        ("task-reassign", {"agent": "999999"}),
        ("task-reassign", {}),
        ("task-postpone", {"until": "2026-03-01"}),
        ("task-postpone", {"until": "soon"}),
        ("task-postpone", {"until": "2026-03-09", "state": "KEPT"}),
    ],
)
def test_wrong_adjustments_change_nothing(client, address, sent):
    run_campaign()
    task = all_tasks(agent__username="li")[0]

    response = sign_in(client, "sun").post(reverse(address, args=[task.pk]), sent, follow=True)

    assert say(response)
    task.refresh_from_db()
    assert (task.state, task.agent.username, task.next_attempt_on) == ("DISPATCHED", "li", None)


def test_an_agent_puts_an_untouched_task_back(client):
    run_campaign()
    task = take_as("li")

    response = sign_in(client, "li").post(reverse("task-release", args=[task.pk]), follow=True)

    assert say(response) == ["The task is back in the queue."]
    task.refresh_from_db()
    assert (task.state, task.agent) == ("DISPATCHED", None)


def test_a_customers_card_shows_their_tasks_to_those_who_work_them(client):
    run_campaign()
    task = all_tasks(agent__username="li")[0]

    card = text_of(sign_in(client, "li").get(reverse("customer-card", args=[task.customer_id])))

    assert "Retention tasks" in card
    assert reverse("task-work", args=[task.pk]) in card


def test_dispatching_leaves_one_trace_with_who_got_how_many(client):
    run_campaign(dispatchers=("sun",))

    entry = Entry.objects.get(verb="campaign.dispatch")
    assert entry.actor == "sun"
    assert entry.happened_at == NOON
    assert sum(entry.detail["to"].values()) == len(all_tasks(state="DISPATCHED"))
