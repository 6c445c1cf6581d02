"""Figures are formatted by us, never by the locale; what is unknown is a dash, never a nought."""

from datetime import date, datetime

import pytest
from django.template import Context, Template
from django.utils.translation import override

from liuke_desk.customers.masks import mask_id_number, mask_phone
from liuke_desk.customers.usage import tabulate_usage
from liuke_desk.people.models import Unit
from liuke_desk.ui.colours import name_colour


def render(template, language="zh-hans", **context):
    with override(language):
        return Template(template).render(Context(context)).strip()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "name, value, shown",
    [
        ("yuan", 123450, "1,234.50"),
        ("yuan", -50, "-0.50"),
        ("yuan", 0, "0.00"),
        ("yuan", None, "–"),
        ("whole_yuan", 123450, "1,234"),  # half to even
        ("whole_yuan", None, "–"),
        ("count", 12345, "12,345"),
        ("count", 0, "0"),
        ("count", None, "–"),
        ("percent", 0.1234, "12.3%"),
        ("percent", 0.0, "0.0%"),
        ("percent", None, "–"),
        ("day", date(2026, 3, 31), "2026-03-31"),
        ("day", "2026-03-31T10:00:00", "2026-03-31"),
        ("day", None, "–"),
        ("instant", datetime(2026, 3, 31, 9, 5), "2026-03-31 09:05"),
        ("instant", "2026-03-31T09:05:59", "2026-03-31 09:05"),
        ("instant", None, "–"),
        ("known", "", "–"),
        ("known", "x", "x"),
    ],
)
def test_figures_are_the_same_in_both_languages(language, name, value, shown):
    assert render(f"{{{{ value|{name} }}}}", language, value=value) == shown


@pytest.mark.parametrize(
    "fen, chinese, english",
    [
        (99_900, "999.00", "999.00"),
        (100_000, "1,000.00", "1.00 K"),
        (1_000_000, "1.00 万", "10.0 K"),
        (123_456_700, "123.5 万", "1.23 M"),
        (1_000_000_000_000, "100.0 亿", "10.0 B"),
        (-1_234_500, "-1.23 万", "-12.3 K"),
        (None, "–", "–"),
    ],
)
def test_large_sums_are_said_in_the_units_people_speak_in(fen, chinese, english):
    assert render("{{ fen|short_yuan }}", fen=fen) == chinese
    assert render("{{ fen|short_yuan }}", "en", fen=fen) == english


FRAME = {"currency": "CNY"}


@pytest.mark.parametrize(
    "fen, chinese, english",
    [
        (95_695, "956.95 元", "956.95 yuan"),
        (3_630_000, "3.63 万元", "36.3 K yuan"),
        (-695_695, "−6,956.95 元", "−6.96 K yuan"),
        (None, "–", "–"),
    ],
)
def test_a_sum_in_a_sentence_names_its_money(fen, chinese, english):
    assert render("{% money fen %}", fen=fen, frame=FRAME) == chinese
    assert render("{% money fen %}", "en", fen=fen, frame=FRAME) == english


@pytest.mark.parametrize(
    "low, high, chinese, english",
    [
        (-695_695, 3_630_000, "−0.70 至 3.63 万元", "−7.0 to 36.3 K yuan"),
        (-25_000_000, 100, "−25.0 至 0.0 万元", "−250.0 to 0.0 K yuan"),
        (-5_000, 9_000, "−50.00 至 90.00 元", "−50.00 to 90.00 yuan"),
    ],
)
def test_both_ends_of_an_interval_have_one_unit(low, high, chinese, english):
    shown = "{% money_range low high %}"

    assert render(shown, low=low, high=high, frame=FRAME) == chinese
    assert render(shown, "en", low=low, high=high, frame=FRAME) == english


@pytest.mark.parametrize("currency, shown", [("USD", "3.63 万美元"), ("CHF", "3.63 万 CHF")])
def test_money_of_other_companies(currency, shown):
    assert render("{% money 3630000 %}", frame={"currency": currency}) == shown


def test_a_leading_sum_has_its_unit_small():
    assert render("{% money_figure 3630000 %}", frame=FRAME) == "3.63 <small>万元</small>"
    assert render("{% money_figure 355000 -940000 1650000 %}", frame=FRAME) == "0.35 <small>万元</small>"
    assert render("{% money_figure None %}", frame=FRAME) == "–"


@pytest.mark.parametrize(
    "value, group, shown",
    [
        ("CX59", "", "<code>CX59</code>"),
        ("畅享59元套餐", "", "畅享59元套餐"),
        ("telephone and internet", "", "telephone and internet"),
        ("broadband", "product", "宽带"),
        ("five_g", "product", "<code>five_g</code>"),
        ("<b>", "", "<code>&lt;b&gt;</code>"),
        ("", "", "–"),
        (None, "", "–"),
    ],
)
def test_a_code_without_words_looks_like_a_code(value, group, shown):
    assert render("{% load customers %}{% name_or_code value group %}", value=value, group=group) == shown


@pytest.mark.parametrize(
    "words, chinese, english",
    [
        ({"zh": "金", "en": "gold"}, "金", "gold"),
        ({"text_zh": "降", "text_en": "fell"}, "降", "fell"),
        (Unit(name_zh="东区", name_en="East"), "东区", "East"),
        (Unit(name_zh="东区", name_en=""), "东区", "东区"),
        (None, "", ""),
    ],
)
def test_words_are_said_in_the_readers_language(words, chinese, english):
    assert render("{{ words|say }}", words=words) == chinese
    assert render("{{ words|say }}", "en", words=words) == english


@pytest.mark.parametrize(
    "probability, grade",
    [(0.0, "low"), (0.1999, "low"), (0.2, "middle"), (0.4999, "middle"), (0.5, "high"), (1, "high")],
)
def test_a_risk_is_a_bar_and_its_number(probability, grade):
    shown = render("{% risk p %}", p=probability)

    assert f"risk-{grade}" in shown
    assert f"{probability:.1%}" in shown


@pytest.mark.parametrize(
    "template", ["{% risk p %}", "{% trend p %}", "{% spark values %}", "{% tier_tag tier %}"]
)
def test_parts_of_the_unknown_are_dashes(template):
    assert "–" in render(template, p=None, values=[None, 1.0], tier="")


def test_a_trend_is_told_in_words_and_a_sign_not_in_colour_alone():
    assert "上升" in render("{% trend 0.12 %}")
    assert "▼" in render("{% trend change %}", change=-0.12)
    assert "up" in render("{% trend 0.12 %}", "en")


@pytest.mark.parametrize(
    "colour, name",
    [
        ("gold", "gold"),
        ("#cf1322", "red"),
        ("#531dab", "purple"),
        ("#0958d9", "blue"),
        ("#595959", "grey"),
        ("#389e0d", "green"),
        ("#fff", "grey"),
        ("red; background: url(x)", "grey"),
        (None, "grey"),
    ],
)
def test_a_schemes_colour_becomes_one_that_can_be_read(colour, name):
    assert name_colour(colour) == name


@pytest.mark.parametrize(
    "phone, shown",
    [("13812345678", "138****5678"), ("02885551234", "028****1234"), ("62345", "****45"), ("", "")],
)
def test_a_phone_is_masked(phone, shown):
    assert mask_phone(phone) == shown


def test_an_identity_number_is_masked():
    assert mask_id_number("11010519491231002X") == "****2X"


def test_usage_is_a_table_in_which_nothing_told_is_not_nought():
    rows = [
        {"month": "2026-02", "kind": "voice", "times": 3, "quantity": 12.5},
        {"month": "2026-03", "kind": "sms", "times": 4, "quantity": None},
    ]

    table = tabulate_usage(rows)

    assert table.months == ["2026-02", "2026-03"]
    assert table.lines == [("sms", [None, 4]), ("voice", [12.5, None])]
