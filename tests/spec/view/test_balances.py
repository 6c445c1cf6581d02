"""A balance holds until the next one is told; averages count every day of the window that is known."""

import pytest
from pydantic import ValidationError

from tests.spec.view.viewing import derived, measured, seen
from tests.tables import company

COMPANY = company(
    customers="customer_id\nann\nbob\ncid",
    balances="""
        customer_id | account_id | asset_class | amount_fen | happened_at | known_at
        ann         | a1         | deposit     |       1000 | 2026-01-11  | 2026-01-11
        ann         | a1         | deposit     |       4000 | 2026-01-21  | 2026-01-21
        ann         | a1         | deposit     |       1000 | 2026-01-26  | 2026-01-26
        ann         | a2         | wealth      |       2000 | 2026-01-25  | 2026-01-25
        ann         | a2         | wealth      |          0 | 2026-02-05  | 2026-02-08
        bob         | b1         | deposit     |        500 | 2025-06-01  | 2025-06-01
    """,
)
DEPOSITS = {"where": {"asset_class": "deposit"}}


@pytest.mark.parametrize(
    "as_of, window, settings, ann, bob",
    [
        ("2026-01-11", {}, {}, None, 500),  # the day itself is never seen
        ("2026-01-12", {}, {}, 1000, 500),
        ("2026-01-26", {}, {}, 6000, 500),
        ("2026-01-27", {}, {}, 3000, 500),
        ("2026-01-27", {}, DEPOSITS, 1000, 500),
        ("2026-02-08", {}, {}, 3000, 500),  # the wealth was gone, and nobody knew
        ("2026-02-09", {}, {}, 1000, 500),
        ("2026-02-20", {"months": 1}, {}, 3000, 500),  # at the end of January
        ("2026-02-20", {"months": 1, "skip": 1}, {}, None, 500),
    ],
)
def test_the_balance_at_the_end_of_a_window(as_of, window, settings, ann, bob):
    found = seen(COMPANY, measured("balances", "level", of="amount_fen", **window, **settings), as_of=as_of)

    assert found == {"ann": ann, "bob": bob, "cid": None}


@pytest.mark.parametrize(
    "as_of, window, settings, ann",
    [
        ("2026-01-21", {"days": 10}, {}, 1000),
        ("2026-01-21", {"days": 20}, {}, 1000),  # nobody knows of ten of the days, so they do not count
        ("2026-01-21", {"days": 21}, {}, None),  # fewer than half are known
        ("2026-02-20", {"months": 1}, DEPOSITS, (10 * 1000 + 5 * 4000 + 6 * 1000) / 21),
        ("2026-02-20", {"months": 1}, {}, (10 * 1000 + 5 * 4000 + 6 * 1000 + 7 * 2000) / 21),
        ("2026-02-20", {"days": 20}, {}, (5 * 3000 + 15 * 1000) / 20),
        ("2026-02-20", {"months": 3, "skip": 1}, {}, None),  # known only afterwards
    ],
)
def test_the_daily_average(as_of, window, settings, ann):
    found = seen(
        COMPANY, measured("balances", "daily_mean", of="amount_fen", **window, **settings), as_of=as_of
    )

    assert found["ann"] == ann
    assert found["bob"] == 500
    assert found["cid"] is None


def test_where_missing_is_declared_zero_all_days_count():
    feature = measured("balances", "daily_mean", of="amount_fen", days=40, missing="zero")

    assert seen(COMPANY, feature, as_of="2026-01-21") == {"ann": 250, "bob": 500, "cid": 0}


@pytest.mark.parametrize(
    "as_of, window, settings, ann",
    [
        ("2026-01-21", {}, {}, 1000),
        ("2026-01-26", {"days": 5}, {}, 6000),
        ("2026-01-26", {"days": 5}, DEPOSITS, 4000),
        ("2026-02-20", {"days": 14}, {}, 1000),  # what held at the window's beginning counts
        ("2026-02-20", {"months": 1}, {}, 6000),
    ],
)
def test_the_highest_balance(as_of, window, settings, ann):
    found = seen(COMPANY, measured("balances", "peak", of="amount_fen", **window, **settings), as_of=as_of)

    assert (found["ann"], found["bob"], found["cid"]) == (ann, 500, None)


def test_the_drop_from_the_peak():
    now = measured("balances", "level", of="amount_fen", name="now")
    peak = measured("balances", "peak", of="amount_fen", name="peak", months=1)

    found = seen(COMPANY, now, peak, derived("change", of="now", base="peak"), as_of="2026-02-20")

    assert found == {"ann": 1000 / 6000 - 1, "bob": 0.0, "cid": None}


@pytest.mark.parametrize(
    "source, settings, message",
    [
        ("events", {"days": 30}, "'events' does not tell"),
        ("balances", {}, "'daily_mean' needs a window; add 'days' or 'months'"),
    ],
)
def test_what_has_no_daily_average_is_refused(source, settings, message):
    with pytest.raises(ValidationError, match=message):
        measured(source, "daily_mean", of="amount_fen", **settings)
