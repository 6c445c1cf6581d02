"""On the work page: how to handle the customer stands by the script, and marks are given by keys."""

import html
import re

import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.customers.models import CustomerMark
from liuke_desk.people.models import User
from tests.web.retention import all_tasks, found_company, person, run_campaign, sign_in, stop_clock, take_as

SENT = {"group": "temperament", "mark": "hesitant"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company(db, monkeypatch):
    stop_clock(monkeypatch)
    found_company(per_branch=6)
    run_campaign()


def read(answer):
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def work_page(client, username, task):
    return read(sign_in(client, username).get(reverse("task-work", args=[task.pk])))


def mark(client, username, task, **headers):
    return sign_in(client, username).post(reverse("task-mark", args=[task.pk]), SENT, headers=headers)


def hints_of(page):
    return page.split('id="mark-hints"')[1].split("</section>")[0]


def marked():
    with scopes_disabled():
        return list(CustomerMark.objects.values_list("customer_id", "unit_id", "mark", "made_by__username"))


@pytest.mark.parametrize("language, told", [("zh-hans", "只给两个选项"), ("en", "Offer two choices only")])
def test_the_hint_stands_by_the_script_in_the_persons_language(client, language, told):
    User.objects.update(language=language)
    task = take_as("li")
    assert told not in work_page(client, "li", task)

    assert mark(client, "li", task).url == f"/tasks/{task.pk}/#marks"

    assert told in hints_of(work_page(client, "li", task))
    assert marked() == [(task.customer_id, "B1", "hesitant", "li")]
    assert Entry.objects.filter(verb="customer.mark", subject=f"customer:{task.customer_id}").count() == 1


def test_every_button_has_its_keys(client):
    page = work_page(client, "li", take_as("li"))

    assert re.findall(r'data-shortcut="(m .)"', page) == [f"m {key}" for key in "1234567890"]


def test_the_panel_and_the_hints_come_when_a_part_of_the_page_asks(client):
    page = read(mark(client, "li", take_as("li"), **{"HX-Request": "true"}))

    assert "<html" not in page
    assert re.search(r'id="mark-hints"[^>]*hx-swap-oob="true"', page)
    assert 'data-shortcut="m 5"' in page


def test_a_supervisor_marks_on_a_task_of_their_unit(client):
    task = take_as("li")

    assert mark(client, "sun", task).status_code == 302
    assert marked() == [(task.customer_id, "B1", "hesitant", "sun")]


@pytest.mark.parametrize("username, status", [("wang", 404), ("zhao", 404), ("zhou", 404), ("qian", 403)])
def test_anothers_task_is_not_marked_on(client, username, status):
    task = take_as("li")

    assert mark(client, username, task).status_code == status
    assert marked() == []


def test_an_agent_marks_on_a_task_of_theirs_in_another_unit(client):
    """The mark belongs to the customer's unit, not to the agent's."""
    task = all_tasks(unit="B2")[0]
    sign_in(client, "sun").post(reverse("task-reassign", args=[task.pk]), {"agent": person("li").pk})

    assert mark(client, "li", task).status_code == 302
    assert marked() == [(task.customer_id, "B2", "hesitant", "li")]
    assert "Offer two choices only" in hints_of(work_page(client, "li", task))
