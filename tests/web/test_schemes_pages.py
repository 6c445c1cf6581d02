"""Pages of schemes: what each says, whom it shows, and how little it asks the database."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from liuke_desk.schemes import services
from liuke_desk.schemes.models import SchemeDraft
from liuke_desk.schemes.states import State
from tests.web.company import UNITS, draw_customer, hire, publish
from tests.web.retention import stop_clock
from tests.web.tiering import AS_OF, IDS, NOON, WIDER, make_workspace
from tests.web.tiering import UNITS as UNIT_OF

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tmp_path, monkeypatch):
    made = make_workspace(tmp_path / "company")
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: made)
    stop_clock(monkeypatch, NOON)
    publish(
        rows=[draw_customer(each, loss_fen=100, unit_id=UNIT_OF[each[0]]) for each in IDS],
        as_of=AS_OF,
        units=UNITS,
    )
    found = hire()
    for user in found.values():
        user.language = "en"
        user.save()
    return found


@pytest.fixture
def sign_in(people):
    def sign_in(username):
        browser = Client()
        browser.force_login(people[username], backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return sign_in


def read(answer):
    assert answer.status_code == 200, answer
    return answer.content.decode()


def fields_of(page):
    """What a browser would send back of the editor."""
    form = page[page.index('id="draft-form"') :]
    sent = dict(re.findall(r'<input type="(?!checkbox)[^>]*?name="([^"]+)" value="([^"]*)"', form))
    sent |= dict.fromkeys(re.findall(r'<select name="([^"]+)"', form), "automatic")
    return {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}


def begin(browser):
    answer = browser.post(reverse("scheme-draft-new", kwargs={"name": "pyramid"}))
    assert answer.url.endswith("/edit/")
    return SchemeDraft.objects.get(state=State.DRAFT)


def address(name, draft):
    return reverse(name, kwargs={"pk": draft.pk})


CHANGES = {
    "f.tiers.0.share": "20",
    "f.tiers.1.share": "10",
    "f.tiers.3.share": "40%",
    "examples": "on",
}


def test_from_a_new_version_to_its_approval(sign_in, people):
    qian, hu = sign_in("qian"), sign_in("hu")
    draft = begin(qian)
    editor = address("scheme-draft-edit", draft)

    answer = qian.post(editor, fields_of(read(qian.get(editor))) | CHANGES)
    assert answer.url == address("scheme-draft", draft)
    draft.refresh_from_db()
    assert "share = 0.2\n" in draft.text

    assert qian.post(address("scheme-what-if", draft)).status_code == 302
    page = read(qian.get(address("scheme-what-if", draft)))
    assert "Would move" in page
    assert "Load on account managers" in page
    assert "x00" in read(qian.get(address("scheme-movers", draft))) or "e0" in read(
        qian.get(address("scheme-movers", draft))
    )

    qian.post(address("scheme-draft-submit", draft), {"note": "wider", "revision": draft.text_hash})
    assert "Value pyramid v2" in read(hu.get(reverse("scheme-list")))
    page = read(hu.get(address("scheme-draft", draft)))
    assert "<del>1%</del>" in page
    assert "<ins>20%</ins>" in page
    assert "Go up" in page
    hu.post(address("scheme-draft-approve", draft), {"note": "ok", "revision": draft.text_hash})

    page = read(hu.get(address("scheme-draft", draft)))
    assert "In force from 2026-04-01 on." in page
    assert "v2" in read(hu.get(reverse("scheme-list")))
    compared = read(hu.get(reverse("scheme-compare", kwargs={"name": "pyramid"}) + "?only=1"))
    assert compared.count("is-changed") == 4


def test_what_stands_in_the_form_is_judged_and_not_stored(sign_in):
    qian = sign_in("qian")
    draft = begin(qian)
    sent = fields_of(read(qian.get(address("scheme-draft-edit", draft)))) | {"f.tiers.0.share": "2"}

    page = read(qian.post(address("scheme-draft-check", draft), sent))

    assert "the shares sum to 1.01" in page
    assert SchemeDraft.objects.get().text_hash == draft.text_hash


def test_a_number_that_is_none_is_told_at_its_field(sign_in):
    qian = sign_in("qian")
    draft = begin(qian)
    sent = fields_of(read(qian.get(address("scheme-draft-edit", draft)))) | {"f.tiers.0.share": "much"}

    page = read(qian.post(address("scheme-draft-check", draft), sent))

    beside = page[page.index('id="fault-tiers-0-share"') :][:400]
    assert "Write a number" in beside
    assert qian.post(address("scheme-draft-edit", draft), sent).status_code == 200
    assert SchemeDraft.objects.get().text_hash == draft.text_hash


def test_mistakes_of_a_text_come_with_their_lines(sign_in):
    qian = sign_in("qian")
    draft = begin(qian)

    page = read(qian.post(address("scheme-draft-check", draft), {"revision": "r", "text": "name = = 1"}))

    assert "line 1" in page
    assert "not valid TOML" in page


def test_a_text_that_holds_markup_is_shown_and_not_run(sign_in):
    qian = sign_in("qian")
    draft = begin(qian)
    text = draft.text.replace('zh = "价值金字塔"', 'zh = "<script>x</script>"')
    services.save_draft(draft_id=draft.pk, text=text, revision=draft.text_hash, user=draft.made_by, at=NOON)

    for name in ("scheme-draft", "scheme-draft-edit"):
        assert "<script>x" not in read(qian.get(address(name, draft)))


def test_a_region_sees_its_own_units_and_movers(sign_in, people):
    qian = sign_in("qian")
    draft = begin(qian)
    text = draft.text
    for before, after in WIDER:
        text = text.replace(before, after)
    draft = services.save_draft(
        draft_id=draft.pk,
        text=re.sub(r"\n\[\[examples\]\].*", "\n", text, flags=re.DOTALL),
        revision=draft.text_hash,
        user=people["qian"],
        at=NOON,
    )
    qian.post(address("scheme-what-if", draft))
    everybody = read(qian.get(address("scheme-movers", draft)))
    company = read(qian.get(address("scheme-what-if", draft)))
    people["qian"].unit_id = "R2"
    people["qian"].save()
    western = sign_in("qian")

    page = read(western.get(address("scheme-movers", draft)))
    units = read(western.get(address("scheme-what-if", draft)))

    assert re.search(r"\be0\d\b", everybody)
    assert not re.search(r"\be0\d\b", page)
    assert "Hall one" not in units
    assert 'data-figure="own-customers"' in units
    assert "whole company; money in" not in units  # nor the managers of other units
    assert "Load on account managers" not in units
    assert "Load on account managers" in company
    assert western.get(address("scheme-what-if", draft) + "?unit=R1").status_code == 404


def test_fairness_says_each_group_in_words(sign_in):
    page = read(sign_in("qian").get(reverse("scheme-fairness", kwargs={"name": "pyramid"})))

    assert "In the best tiers: important" in page
    assert "too few people to tell" in page


def test_what_cannot_be_answered_is_said(sign_in):
    page = read(sign_in("qian").get(reverse("scheme-disagreement")))

    assert "Schemes disagree where there are two" in page


def test_a_scheme_that_is_not_there_is_not_found(sign_in):
    hu = sign_in("hu")

    assert hu.get("/schemes/nothing/").status_code == 404
    assert hu.get("/schemes/pyramid/?version=9").status_code == 404
    assert hu.get("/schemes/pyramid/compare/?from=1&to=x").status_code == 404
    assert hu.get("/schemes/drafts/999/").status_code == 404


def test_pages_ask_the_database_the_same_however_many_drafts_there_are(sign_in, people):
    hu = sign_in("hu")
    draft = begin(sign_in("qian"))
    pages = [
        reverse("scheme-list"),
        reverse("scheme-detail", kwargs={"name": "pyramid"}),
        address("scheme-draft", draft),
    ]

    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            for page in pages:
                read(hu.get(page))
        return len(asked)

    count()
    before = count()
    for version in range(3, 9):
        SchemeDraft.objects.create(
            name="pyramid",
            version=version,
            base_version=1,
            text="x",
            state=State.WITHDRAWN.value,
            made_by=people["sun"],
            made_at=NOON,
            changed_at=NOON,
        )

    assert count() == before
