"""Every address × method × role × own or other unit, generated from the URLconf."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django_scopes import scopes_disabled

from liuke_desk.campaigns.filters import Filters
from liuke_desk.campaigns.services import take_next_task
from liuke_desk.people.models import User
from tests.web.access import METHODS, ROLES, SAME_AS_UNKNOWN, SENT, read_rows
from tests.web.retention import NOON, all_tasks, found_company, make_campaign, run_campaign

ROWS = read_rows()
OWN_UNIT = {"agent": "B1", "region_supervisor": "R1", "analyst": "R1", "hq_manager": "R1"}


def collect_patterns(resolver=None):
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

    def address(self, name, things):
        return reverse(name, kwargs=things.get(name, {}))


def gather():
    found_company(per_branch=4)
    east = make_campaign(title="East", filters=Filters(units=("B1",)), hold_out_share=0.0)
    west = make_campaign(title="West", filters=Filters(units=("B9",)), hold_out_share=0.0)
    run_campaign(hold_out_share=0.0)
    other_task = all_tasks(assignment__unit_id="B9")[0]
    people = {
        role: User.objects.create(username=f"east-{role}", role=role, unit_id=unit)
        for role, unit in OWN_UNIT.items()
    }
    own_task = take_next_task(agent=people["agent"], at=NOON)
    return Company(
        people=people,
        own=name_things(customer_id="E02", campaign=east, task=own_task),
        other=name_things(customer_id="W02", campaign=west, task=other_task),
    )


def name_things(*, customer_id, campaign, task):
    """The arguments of each address that names a thing."""
    things = {}
    for name, arguments in ARGUMENTS.items():
        if arguments == ("customer_id",):
            things[name] = {"customer_id": customer_id}
        elif arguments == ("pk",):
            things[name] = {"pk": (task if name.startswith("task-") else campaign).pk}
        else:
            assert not arguments, f"{name} names something that this test does not know: {arguments}"
    return things


@pytest.fixture(scope="module")
def founded(django_db_setup, django_db_blocker):
    """The company, made once; nothing of it stays."""
    with django_db_blocker.unblock(), transaction.atomic():
        with scopes_disabled():
            company = gather()
        yield company
        transaction.set_rollback(True)


@pytest.fixture
def company(founded):
    """The company as it was made: what a request changes is undone."""
    with transaction.atomic():
        yield founded
        transaction.set_rollback(True)


def ask(address, method, *, user=None, sent=None):
    browser = Client(raise_request_exception=True)
    if user is not None:
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with transaction.atomic():
        answer = getattr(browser, method.lower())(address, sent or {})
        transaction.set_rollback(True)
    return answer


def let_in(answer):
    return answer.status_code in (200, 302, 400) and not answer.get("Location", "").startswith("/signin/?next=")


@pytest.mark.django_db  # so that pytest-django makes the database that `founded` works in
def test_every_address_has_a_row():
    assert set(ARGUMENTS) == {name for name, _ in ROWS}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name, method", ROWS)
def test_a_role_with_things_of_its_own_unit(company, name, method, role):
    answer = ask(
        company.address(name, company.own), method, user=company.people[role], sent=SENT.get((name, method))
    )

    expected = ROWS[name, method][role]
    assert let_in(answer) if expected == "yes" else answer.status_code == 403


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name, method", [key for key in ROWS if ARGUMENTS[key[0]]])
def test_a_role_with_things_of_another_unit(company, name, method, role):
    """Not found, not forbidden: that the thing exists is nobody else's business."""
    user, sent = company.people[role], SENT.get((name, method))
    answer = ask(company.address(name, company.other), method, user=user, sent=sent)

    if name in SAME_AS_UNKNOWN:
        unknown = ask(reverse(name, kwargs={"pk": 999_999}), method, user=user, sent=sent)
        assert (answer.status_code, answer.get("Location")) == (unknown.status_code, unknown.get("Location"))
    elif ROWS[name, method][role] == "yes":
        assert answer.status_code == 404
    else:
        assert answer.status_code in (403, 404)


@pytest.mark.parametrize("role", ["analyst", "hq_manager"])
@pytest.mark.parametrize("name, method", [key for key in ROWS if ARGUMENTS[key[0]]])
def test_headquarters_with_things_of_any_unit(company, name, method, role):
    User.objects.filter(pk=company.people[role].pk).update(unit=None)
    user = User.objects.get(pk=company.people[role].pk)

    answer = ask(company.address(name, company.other), method, user=user, sent=SENT.get((name, method)))

    expected = ROWS[name, method][role]
    assert let_in(answer) if expected == "yes" else answer.status_code == 403


@pytest.mark.parametrize("name, method", ROWS)
def test_a_visitor(company, name, method):
    answer = ask(company.address(name, company.own), method)

    if ROWS[name, method]["visitor"] == "yes":
        assert answer.status_code in (200, 302, 400)
    else:
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("signin"))


@pytest.mark.parametrize("name, method", [(n, m) for n in ARGUMENTS for m in METHODS if (n, m) not in ROWS])
def test_a_method_without_a_row_is_refused(company, name, method):
    is_open = any(cells["visitor"] == "yes" for (address, _), cells in ROWS.items() if address == name)
    user = None if is_open else company.people["hq_manager"]

    assert ask(company.address(name, company.own), method, user=user).status_code == 405


@pytest.mark.parametrize("name", [name for name, method in ROWS if method == "POST"])
def test_a_post_without_its_token_is_refused(company, name):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(company.people["hq_manager"], backend="django.contrib.auth.backends.ModelBackend")

    answer = browser.post(company.address(name, company.own), SENT.get((name, "POST"), {}))

    assert answer.status_code == 403
    assert "CSRF" in answer.content.decode()


@pytest.mark.parametrize("role", ["agent", "region_supervisor"])
@pytest.mark.parametrize("name", [name for name, method in ROWS if method == "GET" and ARGUMENTS[name]])
def test_the_front_line_without_a_unit_finds_nothing(company, name, role):
    User.objects.filter(pk=company.people[role].pk).update(unit=None)
    user = User.objects.get(pk=company.people[role].pk)

    answer = ask(company.address(name, company.other), "GET", user=user)

    assert answer.status_code == (404 if ROWS[name, "GET"][role] == "yes" else 403)
