"""Who comes in, what they must do first, how they like the pages, and which units they see."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django_scopes import scope
from django_scopes.exceptions import ScopeError

from liuke_desk.audit.models import Entry
from liuke_desk.bridge.refusals import DeskRefused
from liuke_desk.customers.models import Profile
from liuke_desk.people.models import Role, Unit, User
from liuke_desk.people.selectors import choose_units, list_visible_units, scope_of
from liuke_desk.people.services import add_user
from tests.web.company import NIGHT, PASSWORD

NEW_PASSWORD = "another long word 8"

pytestmark = pytest.mark.django_db


def sign_in(browser, username="li", password=PASSWORD, **extra):
    return browser.post(reverse("signin"), {"username": username, "password": password}, **extra)


def test_signing_in_leads_to_the_start_page_and_is_on_record(people):
    answer = sign_in(Client())

    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert Entry.objects.filter(actor="li", verb="user.sign_in").count() == 1


def test_signing_in_changes_the_session(people):
    browser = Client()
    browser.get(reverse("signin"))
    browser.session["planted"] = "before"
    before = browser.session.session_key

    sign_in(browser)

    assert browser.session.session_key != before


def test_signing_in_does_not_lead_to_a_strange_site(people):
    answer = Client().post(
        reverse("signin"), {"username": "li", "password": PASSWORD, "next": "https://evil.example/"}
    )

    assert answer.url == reverse("home")


@pytest.mark.parametrize(
    "language, sentence", [("zh-hans", "已锁定 15 分钟"), ("en", "stays shut for 15 minutes")]
)
def test_five_wrong_passwords_shut_the_door_in_both_languages(people, language, sentence):
    browser = Client()
    browser.cookies["liuke_language"] = language

    answers = [sign_in(browser, password="wrong") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert sentence in answers[-1].content.decode()
    assert sign_in(browser).status_code == 429  # even with the right one


def test_a_stranger_elsewhere_does_not_lock_a_person_out(people):
    for _ in range(5):
        sign_in(Client(), password="wrong", REMOTE_ADDR="203.0.113.9")

    assert sign_in(Client(), REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_one_time_password_opens_only_the_page_where_it_is_changed(publication):
    _, once = add_user(username="wu", role=Role.ANALYST, at=NIGHT)
    browser = Client()
    sign_in(browser, "wu", once)

    assert browser.get(reverse("warning-list")).url == reverse("password-change")

    answer = browser.post(
        reverse("password-change"),
        {"old_password": once, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD},
    )

    assert answer.url == reverse("home")
    assert browser.get(reverse("warning-list")).status_code == 200
    assert sign_in(Client(), "wu", once).status_code == 200  # refused: it worked once
    assert sign_in(Client(), "wu", NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize(
    "old, new, told",
    [
        ("wrong", NEW_PASSWORD, "当前密码不正确"),
        (PASSWORD, PASSWORD, "不能与当前密码相同"),
        (PASSWORD, "1234567890", "密码"),  # only figures, and common
        (PASSWORD, "short", "10"),
    ],
)
def test_a_password_that_will_not_do_is_refused_and_says_why(browser_of, people, old, new, told):
    answer = browser_of("li").post(
        reverse("password-change"), {"old_password": old, "new_password1": new, "new_password2": new}
    )

    assert answer.status_code == 200
    assert told in answer.content.decode()
    people["li"].refresh_from_db()
    assert people["li"].check_password(PASSWORD)


def test_a_new_user_is_on_record_and_the_password_is_nowhere():
    user, once = add_user(username="wu", role=Role.AGENT, at=NIGHT, display_name="吴")

    entry = Entry.objects.get(verb="user.add")
    assert entry.detail == {"role": "agent", "unit": None}
    assert once not in user.password
    assert user.must_change_password


@pytest.mark.parametrize(
    "given, told",
    [
        ({"username": "li"}, "'li' cannot be added"),
        ({"username": "no good"}, "'no good' cannot be added"),
        ({"username": "wu", "unit_id": "B7"}, "no unit 'B7'; some units: R1"),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_the_way_out(people, given, told):
    with pytest.raises(DeskRefused, match=told):
        add_user(role=Role.AGENT, at=NIGHT, **given)


def test_the_database_itself_refuses_a_user_without_a_known_role():
    with pytest.raises(IntegrityError, match="user_has_a_known_role"):
        User.objects.create(username="wu", role="root")


@pytest.mark.parametrize(
    "username, units",
    [
        ("li", ["B1"]),
        ("sun", ["R1", "B1", "B2"]),
        ("qian", None),
        ("hu", None),
    ],
)
def test_whose_rows_a_person_sees(people, username, units):
    found = scope_of(people[username])

    assert found == units or sorted(found) == sorted(units)


@pytest.mark.parametrize("role", [Role.AGENT, Role.REGION_SUPERVISOR])
def test_without_a_unit_the_front_line_sees_nothing(publication, role):
    stray = User.objects.create(username="stray", role=role)

    assert scope_of(stray) == []
    with scope(unit=scope_of(stray)):
        assert Profile.objects.count() == 0


def test_units_whose_names_differ_in_case_only_are_different_units(people):
    Unit.objects.create(unit_id="b1", name_zh="小写", level="branch", path="/r1/b1/")

    assert [unit.pk for unit in list_visible_units(people["li"])] == ["B1"]


def test_a_unit_does_not_see_another_whose_name_begins_alike(people):
    Unit.objects.create(unit_id="R11", name_zh="十一区", level="region", path="/R11/")

    assert "R11" not in scope_of(people["sun"])


def test_of_too_many_units_the_lowest_level_is_not_offered(monkeypatch, people):
    monkeypatch.setattr("liuke_desk.people.selectors.UNITS_TO_CHOOSE", 3)

    assert [unit.pk for unit in choose_units(list_visible_units(people["hu"]))] == ["R1", "R2", "unassigned"]


def test_customers_are_not_read_outside_a_scope(publication):
    with pytest.raises(ScopeError):
        Profile.objects.count()


def prefer(browser, **sent):
    return browser.post(reverse("preferences"), sent)


def test_preferences_are_kept_for_the_user_wherever_they_sign_in(browser_of, people):
    prefer(browser_of("li"), language="en")
    prefer(browser_of("li"), theme="dark")
    prefer(browser_of("li"), large_type="on")

    page = browser_of("li").get(reverse("customer-list")).content.decode()

    assert '<html lang="en" data-theme="dark" data-large="on">' in page


def test_a_visitor_has_the_companys_language_until_choosing(db):
    visitor = Client()
    assert '<html lang="zh-Hans"' in visitor.get(reverse("signin")).content.decode()

    prefer(visitor, language="en", next=reverse("signin"))

    assert '<html lang="en"' in visitor.get(reverse("signin")).content.decode()


def test_switching_large_type_off_again(browser_of, people):
    browser = browser_of("li")
    prefer(browser, large_type="on")
    prefer(browser, large_type="off")

    people["li"].refresh_from_db()
    assert people["li"].large_type is False


@pytest.mark.parametrize(
    "sent",
    [
        {"language": "fr"},
        {"theme": "pink"},
        {"large_type": "1"},
        {"role": "hq_manager"},
        {"language": "en", "unit": ""},
    ],
)
def test_preferences_nobody_asked_for_are_refused(browser_of, people, sent):
    assert prefer(browser_of("li"), **sent).status_code == 400

    people["li"].refresh_from_db()
    assert (people["li"].role, people["li"].unit_id, people["li"].language) == (Role.AGENT, "B1", "")


def test_preferences_lead_back_to_a_page_of_ours_only(browser_of):
    assert prefer(browser_of("li"), language="en", next="/customers/?q=a").url == "/customers/?q=a"
    assert prefer(browser_of("li"), language="en", next="//evil.example/").url == reverse("home")


@pytest.mark.parametrize(
    "username, start",
    [("li", "task-list"), ("sun", "overview"), ("qian", "warning-list"), ("hu", "overview")],
)
def test_each_role_starts_where_its_work_is(browser_of, username, start):
    assert browser_of(username).get(reverse("home")).url == reverse(start)
