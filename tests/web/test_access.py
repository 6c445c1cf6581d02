"""Every address × method × role × own or other unit, generated from the URLconf."""

import pytest
from django.test import Client
from django.urls import reverse

from liuke_desk.people.models import User
from tests.web.access import METHODS, OF_NO_UNIT, ROLES, SAME_AS_UNKNOWN, SENT, read_rows
from tests.web.visits import ARGUMENTS, ask

ROWS = read_rows()


def let_in(answer):
    return answer.status_code in (200, 302, 400) and not answer.get("Location", "").startswith(
        "/signin/?next="
    )


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
@pytest.mark.parametrize(
    "name, method", [key for key in ROWS if ARGUMENTS[key[0]] and key[0] not in OF_NO_UNIT]
)
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
    assert "没有保存任何内容" in answer.content.decode()


@pytest.mark.parametrize("role", ["agent", "region_supervisor"])
@pytest.mark.parametrize(
    "name", [name for name, method in ROWS if method == "GET" and ARGUMENTS[name] and name not in OF_NO_UNIT]
)
def test_the_front_line_without_a_unit_finds_nothing(company, name, role):
    User.objects.filter(pk=company.people[role].pk).update(unit=None)
    user = User.objects.get(pk=company.people[role].pk)

    answer = ask(company.address(name, company.other), "GET", user=user)

    assert answer.status_code == (404 if ROWS[name, "GET"][role] == "yes" else 403)
