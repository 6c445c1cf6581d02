"""What each measure makes of a customer's rows."""

from datetime import date, datetime

import pytest

from tests.spec.view.viewing import derived, measured, seen
from tests.tables import company

VISITS = company(
    customers="customer_id\nann\nbob",
    events="""
        customer_id | kind     | happened_at         | quantity | amount_fen | counterpart
        ann         | purchase | 2026-01-01 09:00    |      0.1 |        100 | x
        ann         | purchase | 2026-01-01 18:00    |      0.2 |        200 | y
        ann         | purchase | 2026-01-11          |      0.7 |        600 | x
        ann         | refund   | 2026-01-31 23:00    |          |       -300 |
        bob         | purchase | 2026-01-31          |      1.0 |         50 | x
    """,
)


@pytest.mark.parametrize(
    "measure, of, ann, bob",
    [
        ("count", None, 4, 1),
        ("sum", "amount_fen", 600, 50),
        ("sum", "quantity", 1.0, 1.0),  # 0.1 + 0.2 + 0.7 as decimals, in whatever order
        ("mean", "amount_fen", 150.0, 50.0),
        ("min", "amount_fen", -300, 50),
        ("max", "amount_fen", 600, 50),
        ("distinct", "counterpart", 2, 1),
        ("active_days", None, 3, 1),
        ("mean_gap_days", None, 15.0, None),  # 1, 11, 31 January; one day has no gap
        ("first", "amount_fen", 100, 50),
        ("latest", "amount_fen", -300, 50),
        ("latest", "quantity", 0.7, 1.0),  # the latest that was told
        ("first_on", None, date(2026, 1, 1), date(2026, 1, 31)),
        ("last_on", None, date(2026, 1, 31), date(2026, 1, 31)),
        ("latest", "happened_at", datetime(2026, 1, 31, 23), datetime(2026, 1, 31)),
        ("days_since_first", None, 31, 1),
        ("days_since_last", None, 1, 1),
    ],
)
def test_measures_as_of_1_february(measure, of, ann, bob):
    assert seen(VISITS, measured("events", measure, of=of), as_of="2026-02-01") == {"ann": ann, "bob": bob}


def test_conditions_are_all_to_be_met():
    def spent(**where):
        feature = measured("events", "sum", of="amount_fen", where=where)
        return seen(VISITS, feature, as_of="2026-02-01")["ann"]

    assert spent(kind="purchase") == 900
    assert spent(kind=["purchase", "refund"]) == 600
    assert spent(kind={"not_in": ["purchase"]}) == -300
    assert spent(amount_fen={"at_least": 200}) == 800
    assert spent(amount_fen={"above": 200}) == 600
    assert spent(amount_fen={"at_most": 100}) == -200
    assert spent(amount_fen={"below": 100}) == -300
    assert spent(kind="purchase", counterpart="x") == 700
    assert spent(counterpart={"not_in": ["x"]}) == -100  # what is not told is not x


def test_of_equal_instants_the_largest_value_is_the_latest():
    twice = company(
        customers="customer_id\nann",
        events="customer_id | kind | happened_at | quantity\nann|a|2026-01-01|2\nann|a|2026-01-01|3",
    )

    assert seen(twice, measured("events", "latest", of="quantity"), as_of="2026-02-01") == {"ann": 3}


BILLS = company(
    customers="customer_id\nann\nbob\ncid",
    bills="""
        customer_id | happened_at | period_start | period_end | billed_fen
        ann         | 2026-01-31  | 2026-01-01   | 2026-02-01 |      10000
        ann         | 2026-02-28  | 2026-02-01   | 2026-03-01 |      12000
        ann         | 2026-03-31  | 2026-03-01   | 2026-04-01 |      17000
        bob         | 2026-02-28  | 2026-02-01   | 2026-03-01 |       6000
    """,
)


def test_the_slope_is_least_squares_through_the_months():
    trend = measured("bills", "slope", of="billed_fen", months=3)

    assert seen(BILLS, trend, as_of="2026-04-01") == {"ann": 3500.0, "bob": 0.0, "cid": None}


def test_times_a_setting_of_the_workspace():
    margin = measured("bills", "sum", of="billed_fen", months=3, times="margin_rate")

    found = seen(BILLS, margin, as_of="2026-04-01", settings={"margin_rate": 0.45})

    assert found == {"ann": 17550, "bob": 2700, "cid": None}


def test_two_features_compared():
    now = measured("bills", "sum", name="now", of="billed_fen", months=1, missing="zero")
    before = measured("bills", "sum", name="before", of="billed_fen", months=1, skip=1, missing="zero")

    def compared(measure):
        return seen(BILLS, now, before, derived(measure, of="now", base="before"), as_of="2026-04-01")

    assert compared("difference") == {"ann": 5000.0, "bob": -6000.0, "cid": 0.0}
    assert compared("ratio") == {"ann": pytest.approx(17 / 12), "bob": 0.0, "cid": None}
    assert compared("change") == {"ann": pytest.approx(5 / 12), "bob": -1.0, "cid": None}


def test_a_comparison_of_comparisons_waits_for_its_parts():
    now = measured("bills", "sum", name="now", of="billed_fen", months=1, missing="zero")
    before = measured("bills", "sum", name="before", of="billed_fen", months=1, skip=1, missing="zero")
    gap = derived("difference", of="now", base="before", name="gap")
    share = derived("ratio", of="gap", base="now", name="share")

    assert seen(BILLS, gap, now, before, share, as_of="2026-04-01")["ann"] == pytest.approx(5 / 17)


def test_yes_is_one_in_a_sum_and_a_share_in_a_mean():
    held = company(
        customers="customer_id\nann\nbob",
        holdings="""
            account_id | customer_id | product | held
            a1         | ann         | tv      | true
            a1         | ann         | cloud   | false
            a1         | ann         | phone   | true
            a1         | ann         | fax     | false
        """,
    )

    assert seen(held, measured("holdings", "sum", of="held"), as_of="2026-02-01") == {"ann": 2, "bob": None}
    assert seen(held, measured("holdings", "mean", of="held"), as_of="2026-02-01") == {
        "ann": 0.5,
        "bob": None,
    }
