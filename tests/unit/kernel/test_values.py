"""Money, days, words and seeds: small things that everything stands on."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from liuke.kernel.days import add_months
from liuke.kernel.money import fen_from_yuan, yuan_from_fen, yuan_text
from liuke.kernel.seeds import generator, seed_from
from liuke.kernel.words import Words


@pytest.mark.parametrize(
    "day, months, expected",
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 3, 15), 0, date(2026, 3, 15)),
    ],
)
def test_months_keep_the_day_where_the_month_has_it(day, months, expected):
    assert add_months(day, months) == expected


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_fen_and_yuan_are_the_same_money(fen):
    assert fen_from_yuan(yuan_from_fen(fen)) == fen


@pytest.mark.parametrize(
    "yuan, fen",
    [("0.015", 2), ("0.025", 2), ("0.005", 0), ("-0.015", -2), (Decimal("1e3"), 100_000), (7, 700)],
)
def test_parts_of_a_fen_are_rounded_half_to_even(yuan, fen):
    assert fen_from_yuan(yuan) == fen


def test_money_is_written_with_explicit_groups():
    assert [yuan_text(fen) for fen in (0, 1, 100, 100_000_00, -123_456)] == [
        "0",
        "0.01",
        "1",
        "100,000",
        "-1,234.56",
    ]


def test_words_need_both_languages():
    assert Words(zh="客户", en="customer").say("zh") == "客户"
    with pytest.raises(ValidationError):
        Words(zh="客户", en="")


def test_a_draw_depends_on_its_name_alone():
    first = generator(1, "hold-out", "may").integers(0, 1 << 30, 5)

    assert first.tolist() == generator(1, "hold-out", "may").integers(0, 1 << 30, 5).tolist()
    assert first.tolist() != generator(1, "hold-out", "june").integers(0, 1 << 30, 5).tolist()
    assert seed_from("ab", "c") != seed_from("a", "bc")
