"""The customer card, what of a customer is hidden from whom, and what names cannot do."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from liuke_desk.audit.models import Entry
from liuke_desk.customers.forms import RevealForm
from liuke_desk.policies.services import sync_policies
from tests.web.company import PEOPLE, draw_customer, hire, publish

PHONE, ID_NUMBER = "13800001234", "11010519491231002X"

pytestmark = pytest.mark.django_db


def read_customers(answer):
    """The customers of a list, in its order."""
    return re.findall(r'<a class="customer" href="/customers/([^/"]+)/"', answer.content.decode())


def ask_list(browser, name, **asked):
    return read_customers(browser.get(reverse(name), asked))


# The card


def read_card(browser, customer_id="ann"):
    return browser.get(reverse("customer-card", args=[customer_id])).content.decode()


def test_the_card_tells_all_there_is(browser_of):
    page = html.unescape(read_card(browser_of("sun"), "bob"))

    for told in (
        "Bob",
        "免打扰",
        "特殊关怀",
        "老年人",
        "有未结投诉",
        "25.0%",
        "月消费下降 42%",
        "600.00",
        "2,400.00",
        "300.00 – 500.00",
        "价值金字塔",
        "价值 100.00：小客户",
        "距重要客户还差 12.50 元",
        "A99",
        "TV",
        "2020-01-02",
        "2026-02-11",
        "history-chart",
        "2025-04",
    ):
        assert told in page, told


def test_a_risk_that_is_not_known_says_why(browser_of):
    page = read_card(browser_of("sun"), "cid")

    assert "入网太短" in page
    assert "0.0%" not in page


def test_of_a_customer_who_has_left_no_risk_is_told(db):
    publish(rows=[draw_customer("ann", loss_fen=None, status="closed_voluntary")])
    browser = Client()
    browser.force_login(hire()["sun"], backend="django.contrib.auth.backends.ModelBackend")

    assert "该客户已离网" in read_card(browser)
    assert browser.get(reverse("overview")).context["overview"].total.customers == 0


def test_a_look_at_a_card_is_on_record(browser_of):
    read_card(browser_of("li"))

    entry = Entry.objects.get(verb="customer.look")
    assert (entry.actor, entry.subject) == ("li", "customer:ann")


def test_a_card_of_another_unit_is_not_found_and_not_on_record(browser_of):
    assert browser_of("li").get(reverse("customer-card", args=["zoe"])).status_code == 404
    assert not Entry.objects.filter(verb="customer.look").exists()


def test_contact_details_are_hidden_until_asked_for(browser_of):
    for username in PEOPLE:
        page = read_card(browser_of(username))
        assert "138****1234" in page
        assert PHONE not in page
        assert ID_NUMBER not in page


@pytest.mark.parametrize(
    "username, field, status",
    [
        ("li", "phone", 200),
        ("li", "id_number", 403),
        ("sun", "phone", 200),
        ("sun", "id_number", 200),
        ("qian", "phone", 403),
        ("qian", "id_number", 403),
        ("hu", "phone", 200),
        ("hu", "id_number", 200),
    ],
)
def test_who_may_see_what_in_full(browser_of, username, field, status):
    answer = browser_of(username).post(
        reverse("customer-reveal", args=["ann"]), {"field": field, "purpose": "retention"}
    )

    full = {"phone": PHONE, "id_number": ID_NUMBER}
    assert answer.status_code == status
    assert (full[field] in answer.content.decode()) is (status == 200)
    recorded = list(Entry.objects.filter(verb="customer.reveal").values_list("actor", "subject", "detail"))
    wanted = [(username, "customer:ann", {"field": field, "purpose": "retention"})] if status == 200 else []
    assert recorded == wanted


def test_only_the_detail_comes_when_a_part_of_the_page_asks(browser_of):
    answer = browser_of("li").post(
        reverse("customer-reveal", args=["ann"]),
        {"field": "phone", "purpose": "retention"},
        headers={"HX-Request": "true"},
    )

    assert PHONE in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {"field": "phone"},  # without a purpose nothing is shown
        {"field": "phone", "purpose": "curiosity"},
        {"field": "password", "purpose": "retention"},
        {"field": "phone", "purpose": "retention", "role": "hq_manager"},
    ],
)
def test_a_detail_asked_for_wrongly_stays_hidden(browser_of, sent):
    answer = browser_of("hu").post(reverse("customer-reveal", args=["ann"]), sent)

    assert answer.status_code == 400
    assert not Entry.objects.filter(verb="customer.reveal").exists()


def test_a_form_names_the_fields_it_did_not_ask_for():
    form = RevealForm({"field": "phone", "purpose": "retention", "role": "x", "csrfmiddlewaretoken": "t"})

    assert not form.is_valid()
    assert "role" in str(form.errors)


def test_the_trail_holds_no_contact_detail(browser_of):
    browser = browser_of("hu")
    read_card(browser)
    browser.post(reverse("customer-reveal", args=["ann"]), {"field": "phone", "purpose": "retention"})

    told = " ".join(f"{entry.subject} {entry.detail}" for entry in Entry.objects.all())
    assert PHONE not in told
    assert ID_NUMBER not in told


# What customers are called must not run


CANARY = '"><script>alert(1)</script>'


def test_no_text_of_a_customer_runs_on_any_page(db):
    texts = ("name", "plan", "manager_name", "status", "kind", "phone", "special_care")
    reason = {"code": "x", "text_zh": CANARY, "text_en": CANARY, "figures": {}}
    row = draw_customer("mal", loss_fen=1, tier=CANARY[:30], reasons=[reason], **dict.fromkeys(texts, CANARY))
    row["card"] |= {
        name: [
            dict.fromkeys(
                ("happened_at", "channel", "purpose", "outcome", "feedback", "category", "policy"), CANARY
            )
        ]
        for name in ("contacts", "complaints", "offers", "surveys", "statuses")
    } | {"products": [CANARY], "brand": CANARY, "sex": CANARY}
    row["history"] = [{"month": CANARY, "billed_fen": 1, "paid_fen": 1, "spent_fen": 1}]
    publish(rows=[row])
    people = hire()
    browser = Client()
    browser.force_login(people["sun"], backend="django.contrib.auth.backends.ModelBackend")

    for address in ("/warnings/", "/customers/", "/overview/", "/customers/mal/"):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


# Names and codes


def test_a_policy_is_called_by_its_title_and_an_unknown_one_shown_as_its_code(db):
    from tests.web.company import CARD, NIGHT
    from tests.web.retention import declare_policy

    sync_policies(declarations=[declare_policy()], at=NIGHT)
    sync_policies(declarations=[declare_policy(name="other")], at=NIGHT)  # what was offered is over by now
    offers = [
        {"happened_at": "2026-02-01", "policy": name, "outcome": "accepted"}
        for name in ("stay-discount", "old-gift")
    ]
    card = CARD | {"offers": offers, "products": ["broadband", "five_g"], "risk_why_empty": None}
    publish(rows=[draw_customer("ann", loss_fen=9, card=card)])
    browser = Client()
    browser.force_login(hire()["sun"], backend="django.contrib.auth.backends.ModelBackend")

    page = read_card(browser)

    assert declare_policy()["words"]["zh"] in page
    assert "stay-discount" not in page
    assert "<code>old-gift</code>" in page
    assert "宽带" in page
    assert "<code>five_g</code>" in page
    assert "<code>A99</code>" in page


# The overview


def test_the_overview_adds_up_what_the_person_may_see(browser_of):
    whole = browser_of("hu").get(reverse("overview")).context["overview"]
    east = browser_of("sun").get(reverse("overview")).context["overview"]

    assert (whole.total.customers, whole.total.warned, whole.total.expected_loss_fen) == (6, 5, 3500_00)
    assert (east.total.customers, east.total.warned, east.total.expected_loss_fen) == (4, 3, 2200_00)
    assert [line.unit.pk for line in whole.units] == ["R1", "R2", "unassigned"]
    assert [line.unit.pk for line in east.units] == ["B1", "B2"]
    assert [(line.tier, line.total.customers) for line in whole.tiers] == [("important", 1), ("small", 5)]


# Money


@pytest.mark.parametrize("currency, said", [("CNY", "元"), ("USD", "美元"), ("CHF", "CHF")])
def test_money_is_called_what_the_company_calls_it(browser_of, monkeypatch, currency, said):
    monkeypatch.setattr("liuke_desk.bridge.workspace.currency", lambda: currency)
    browser = browser_of("sun")

    assert f"金额单位： {said}" in browser.get(reverse("warning-list")).content.decode()
    assert f"距重要客户还差 12.50 {said}" in read_card(browser)
    assert browser.get(reverse("customer-card", args=["ann"])).context["history_chart"]["unit"] == said
