"""A shop's reports, by the retail pack's own terms: nobody gives notice, half a year of silence is leaving.

All times are as drawn; the as-of day is 1 April 2026. 180 days after
    15 June 2025, 10:00       is 12 December 2025, 10:00
    10 August 2025, 09:00     is 6 February 2026, 09:00
    2 September 2025, 00:00   is 1 March 2026, 00:00
"""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

import liuke.packs
from liuke.predict.churn import load_churn
from liuke.predict.reports.absence import explain_absence
from liuke.predict.reports.terms import load_terms
from liuke.predict.result_tables import WARNINGS
from tests.spec.predict.reporting import stand, who
from tests.tables import company

RETAIL = Path(liuke.packs.__file__).parent / "retail"
AS_OF = date(2026, 4, 1)
CUSTOMERS = """
    customer_id
    ann
    bob
    cai
    dai
    eve
    fay
"""
# bob brings something back after his last purchase: no sign of life, and so much less value
EVENTS = """
    customer_id | happened_at      | kind     | amount_fen
    ann         | 2025-06-15 10:00 | purchase | 6000
    ann         | 2026-02-20 15:00 | purchase | 4000
    bob         | 2025-08-10 09:00 | purchase | 120000
    bob         | 2025-09-03 09:00 | refund   | -2000
    cai         | 2025-03-01       | purchase | 20000
    cai         | 2025-08-20       | purchase | 20000
    cai         | 2026-02-01       | purchase | 20000
    dai         | 2026-02-10       | purchase | 9900
    eve         | 2025-09-02       | purchase | 3000
    eve         | 2026-03-01       | purchase | 3000
"""


@pytest.fixture(scope="module")
def rows():
    warned = [
        {"customer_id": name, "as_of": AS_OF, "p_1m": 0.0, "p_2m": p, "p_3m": p}
        for name, p in (("ann", 0.25), ("cai", 0.5))
    ]
    found = stand(
        company(customers=CUSTOMERS, events=EVENTS),
        as_of=AS_OF,
        definition=load_churn(RETAIL / "churn.toml"),
        terms=load_terms(RETAIL / "reports.toml"),
        has_bills=False,
        warnings=pa.Table.from_pylist(warned, schema=WARNINGS),
    )
    return found.assign(month=found.month.astype(str).str[:7])


@pytest.mark.parametrize(
    "month, opening, new, lost, returned",
    [
        # ann fell silent in December; of fay nothing is told, so she was always there
        ("2026-01", {"bob", "cai", "eve", "fay"}, set(), set(), set()),
        ("2026-02", {"bob", "cai", "eve", "fay"}, {"dai"}, {"bob"}, {"ann"}),
        # eve's silence is complete on the first instant of March, and what she buys then comes too late
        ("2026-03", {"ann", "cai", "dai", "eve", "fay"}, set(), {"eve"}, {"eve"}),
    ],
)
def test_silence_takes_away_and_a_purchase_brings_back(rows, month, opening, new, lost, returned):
    measures = ("opening", "new", "lost", "returned")

    assert [who(rows, measure, month) for measure in measures] == [opening, new, lost, returned]


def test_every_loss_is_a_silence_and_nothing_is_settled(rows):
    assert set(rows[rows.measure == "lost"].kind) == {"dormant"}
    assert not (rows.measure == "settled").any()
    assert not rows.measure.isin(["suspended", "diverted"]).any()


@pytest.mark.parametrize(
    "customer, month, value_fen, band",
    [
        ("cai", "2026-01", 1667, "5-19"),  # half of 400.00 yuan in twelve months
        ("cai", "2026-03", 2500, "20+"),  # of 600.00: that of 1 March 2025 is in, a year on the day
        ("bob", "2026-02", 4917, "20+"),  # of 1,200.00 less the 20.00 that he brought back
        ("eve", "2026-03", 125, "1-4"),  # what she buys in March counts from April on
    ],
)
def test_value_is_the_mean_monthly_margin_of_a_year_of_purchases(rows, customer, month, value_fen, band):
    row = rows[(rows.measure == "opening") & (rows.customer_id == customer) & (rows.month == month)].iloc[0]

    assert (row.value_fen, row.value_band) == (value_fen, band)


def test_what_is_lost_with_a_customer_is_less_by_their_refunds(rows):
    lost = rows[(rows.measure == "lost") & (rows.month == "2026-02")].set_index("customer_id")

    assert lost.value_fen.to_dict() == {"bob": 4917}


def test_who_bought_nothing_yet_has_no_value(rows):
    unknown = rows[(rows.customer_id == "dai") & (rows.measure == "new")].iloc[0]

    assert unknown.value_fen != unknown.value_fen
    assert unknown.value_band == ""


def test_tenure_begins_with_the_first_purchase(rows):
    opening = rows[(rows.measure == "opening") & (rows.customer_id == "cai")].set_index("month")

    assert opening.tenure.to_dict() == {"2026-01": "6-11", "2026-02": "6-11", "2026-03": "12-23"}
    assert set(rows[rows.customer_id == "fay"].tenure) == {""}


def test_what_is_expected_is_the_sum_of_the_chances(rows):
    expected = rows[rows.measure == "predicted"].groupby("kind").weight.sum()

    assert expected.to_dict() == {"2m": 0.75, "3m": 0.75}  # a chance of nought is nobody's leaving


def test_a_shop_is_told_why_other_reports_are_empty(rows):
    kinds = load_churn(RETAIL / "churn.toml").kinds
    missing = explain_absence(set(rows.measure), has_months=True, has_search=False, kinds=kinds)

    assert {name: why["code"] for name, why in missing.items()} == {
        "suspension": "no_suspension",
        "diversion": "no_diversion_defined",
        "shares": "not_searched",
    }
