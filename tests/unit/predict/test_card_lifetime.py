"""What the written card says of lifetimes: in both languages, and nothing where nothing is known."""

import pytest

from liuke.predict.card_lifetime import lifetime_lines, lifetime_table

LEARNED = [{"after": 3, "until": 6, "rows": 1200, "leavers": 90}]
JUDGED = {
    "judged_as_of": "2026-01-01",
    "until_month": 12,
    "n": 1000,
    "said_to_stay": 0.81,
    "stayed": 0.8,
    "stayed_low": 0.77,
    "stayed_high": 0.83,
}


def card(**told):
    return {"lifetime": {"learned": LEARNED, "carried_on_after_month": 6, "judged": JUDGED, **told}}


@pytest.mark.parametrize(
    "language, said", [("en", "81.0% were to stay to month 12; 80.0% (77.0%–83.0%) did"), ("zh", "81.0%")]
)
def test_what_was_said_stands_beside_what_came(language, said):
    lines = lifetime_lines(card(), language)

    assert any(said in line for line in lines)
    assert any("77.0%–83.0%" in line for line in lines)


def test_a_year_that_cannot_be_judged_says_why():
    lines = lifetime_lines(card(judged={"why_empty": "history_too_short"}), "en")

    assert lines[-1].startswith("Not judged yet: The history is too short")


def test_nothing_learned_is_one_sentence_and_no_table():
    nothing = {"lifetime": {"why_empty": "history_too_short"}}

    assert len(lifetime_lines(nothing, "zh")) == 1
    assert lifetime_table(nothing, "zh") is None


def test_a_method_without_lifetimes_says_nothing():
    assert lifetime_lines({}, "en") == []


def test_the_table_tells_stretches():
    assert lifetime_table(card(), "en")[2] == (("(3, 6]", "1,200", "90"),)
