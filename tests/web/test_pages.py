"""What holds on every page: nothing inline, nothing kept by the browser, marks where they are due."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import reverse

import liuke_desk
from liuke_desk.config.content_security import POLICY
from liuke_desk.ui.icons import UnknownIcon, draw_icon, read_shapes
from tests.web.access import ROLES, read_rows
from tests.web.visits import ask

DESK = Path(liuke_desk.__path__[0])
PAGES = [name for name, method in read_rows() if method == "GET"]
DATA = "application/json"


class Inline(HTMLParser):
    """Collects what a page must not hold: styles and scripts of its own."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        if tag == "style":
            self.found.append("<style>")
        if tag == "script" and "src" not in named and named.get("type") != DATA:
            self.found.append("<script> without src")
        for name, value in attributes:
            if name == "style" or name.startswith("on"):
                self.found.append(f"<{tag} {name}=…>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"<{tag} {name}=javascript:…>")


def find_inline(page):
    reader = Inline()
    reader.feed(page)
    return reader.found


@pytest.mark.parametrize(
    "page, found",
    [
        ("<p style='color: red'>", ["<p style=…>"]),
        ("<style>p {}</style>", ["<style>"]),
        ("<script>go()</script>", ["<script> without src"]),
        ("<script type='application/json'>{}</script><script src='/a.js'></script>", []),
        ("<a onclick='go()' href='JavaScript:go()'>", ["<a onclick=…>", "<a href=javascript:…>"]),
    ],
)
def test_what_counts_as_inline(page, found):
    assert find_inline(page) == found


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", PAGES)
def test_pages_carry_the_policy_and_keep_it(company, name, role):
    answer = ask(company.address(name, company.own), "GET", user=company.people[role])

    assert answer["Content-Security-Policy"] == POLICY
    assert find_inline(answer.content.decode()) == []


@pytest.mark.django_db  # also makes the database that `founded` works in
@pytest.mark.parametrize("path", ["/nowhere/", "/signin/"])
def test_pages_before_the_door_keep_the_policy(client, path):
    answer = client.get(path)

    assert answer["Content-Security-Policy"] == POLICY
    assert find_inline(answer.content.decode()) == []


def test_the_policy_allows_nothing_inline():
    assert "unsafe" not in POLICY
    assert "default-src 'none'" in POLICY


def test_the_page_for_failures_stands_alone():
    assert find_inline(get_template("ui/failure.html").render()) == []


@pytest.mark.parametrize("name", PAGES)
def test_browsers_keep_no_page_of_a_signed_in_person(company, name):
    answer = ask(company.address(name, company.own), "GET", user=company.people["hq_manager"])

    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "header, value",
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Content-Language", "zh-hans"),
    ],
)
@pytest.mark.django_db
def test_headers_that_protect(client, header, value):
    assert client.get(reverse("signin"))[header] == value


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts(client):
    answer = client.get(reverse("signin"))

    assert answer.cookies["csrftoken"]["httponly"]
    assert answer.cookies["csrftoken"]["samesite"] == "Lax"


@pytest.mark.parametrize("simulated, shown", [(True, True), (False, False)])
@pytest.mark.parametrize("name", ["customer-list", "signin"])
def test_a_simulated_company_is_named_as_one_on_every_page(company, monkeypatch, name, simulated, shown):
    monkeypatch.setattr("liuke_desk.config.page_frame.workspace.is_simulated", lambda: simulated)
    user = None if name == "signin" else company.people["agent"]

    page = ask(reverse(name), "GET", user=user).content.decode()

    assert ("模拟公司" in page) is shown


@pytest.mark.django_db
def test_scripts_and_styles_have_a_version_in_their_address(client):
    page = client.get(reverse("signin")).content.decode()

    assert "/static/ui/tokens.css?v=" in page


def test_every_icon_that_a_template_names_exists():
    named = {
        (name, str(path.relative_to(DESK)))
        for path in [*DESK.rglob("*.html"), *DESK.rglob("*.py")]
        for name in re.findall(r"""{% icon ["']([\w-]+)["']""", path.read_text(encoding="utf-8"))
    }

    assert {(name, where) for name, where in named if name not in read_shapes()} == set()
    assert len(named) > 30


def test_an_unknown_icon_is_named():
    with pytest.raises(UnknownIcon, match="no icon 'unicorn-2'"):
        draw_icon("unicorn-2")


def test_an_icon_with_a_label_speaks_and_one_without_does_not():
    assert 'role="img" aria-label="Close"' in draw_icon("x", "Close")
    assert 'aria-hidden="true"' in draw_icon("x")
