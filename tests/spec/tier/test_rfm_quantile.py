"""RFM by quantile thresholds: fifths of the company's own customers, equal values in the same band."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.kernel.errors import ConfigRefused
from liuke.tier import SchemeRefused, load
from liuke.tier.registry import PACKS
from tests.tables import table

RFM = load("rfm/quantile")
TODAY = date(2026, 3, 31)


def assign(**given):
    count = len(next(iter(given.values())))
    columns = {"last_on": [TODAY] * count, "frequency": [1] * count, "monetary": [5.0] * count} | given
    return RFM.assign(pd.DataFrame(columns), as_of=TODAY)


def bands(found, letter):
    at = {"R": 0, "F": 2, "M": 4}[letter]
    return [tier[at : at + 2] if tier != "unrated" else None for tier in found.tier]


def test_ten_customers_make_five_pairs():
    amounts = [10.0 * number for number in range(1, 11)]

    found = assign(
        monetary=amounts,
        frequency=list(range(1, 11)),
        last_on=[TODAY - timedelta(days=10 - number) for number in range(1, 11)],
    )

    assert found.tier.tolist() == [
        *["R5F1M1"] * 2,
        *["R4F2M2"] * 2,
        *["R3F3M3"] * 2,
        *["R2F4M4"] * 2,
        *["R1F5M5"] * 2,
    ]


def test_what_is_missing_leads_to_the_lowest_value_of_the_next_band():
    amounts = [10.0, 20.0, 30.0, 40.0, 50.0]

    found = assign(monetary=amounts)

    assert found.missing.fillna(-1).tolist() == [10, 10, 10, 10, -1]
    assert found.next_tier.iloc[0] == "R3F3M2"
    raised = assign(monetary=[20.01, *amounts[1:]])
    assert raised.tier.iloc[0] == "R3F3M2"


@pytest.mark.parametrize(
    "amounts, expected",
    [
        ([7.0], ["M3"]),
        ([7.0] * 5, ["M3"] * 5),
        ([1.0] * 6 + [2.0, 3.0, 4.0, 5.0], ["M2"] * 6 + ["M4", "M4", "M5", "M5"]),
        ([0.0, -5.0], ["M4", "M2"]),
        ([1.0, 1.0, 2.0, 2.0], ["M2", "M2", "M4", "M4"]),
    ],
)
def test_equal_values_stand_together_at_the_middle_of_their_places(amounts, expected):
    assert bands(assign(monetary=amounts), "M") == expected


def test_where_a_threshold_lies():
    """Of ten, the eight ones stand at 0.4: where the third part begins."""
    assert bands(assign(monetary=[1.0] * 8 + [2.0] * 2), "M") == ["M3"] * 8 + ["M5"] * 2
    assert bands(assign(monetary=[1.0] * 7 + [2.0] * 3), "M") == ["M2"] * 7 + ["M5"] * 3


def test_the_unrated_are_not_counted():
    drawn = table("""
        last_on    | frequency | monetary | tier    | why
        2026-03-31 | 2         | 10       | R3F3M2  | last bought on 2026-03-31 (R3), 2 purchases (F3)
        2026-03-31 | 2         | 20       | R3F3M4  | last bought on 2026-03-31 (R3), 2 purchases (F3)
                   | 9         | 99       | unrated | last purchase, number or amount unknown
        2026-03-31 |           | 99       | unrated | last purchase, number or amount unknown
        2026-03-31 | 9         |          | unrated | last purchase, number or amount unknown
        2026-03-31 | 0         | 99       | unrated | no purchase
        2026-04-01 | 9         | 99       | unrated | the last purchase lies after 2026-03-31
    """)

    found = RFM.assign(drawn[["last_on", "frequency", "monetary"]], as_of=TODAY)

    assert found.tier.tolist() == drawn.tier.tolist()
    assert all(why.startswith(told) for why, told in zip(found.why, drawn.why, strict=True))
    assert found.why_zh.iloc[0].startswith("最近购买 2026-03-31（R3），购买 2 次（F3），消费 10（M2）：")


@pytest.mark.parametrize(
    "cell, segment",
    [
        ("R1F5M5", "champions"),
        ("R2F4M3", "loyal"),
        ("R1F1M4", "big-spenders"),
        ("R2F3M3", "promising"),
        ("R1F2M1", "new"),
        ("R3F3M3", "cooling"),
        ("R3F3M4", "at-risk"),
        ("R4F3M3", "hibernating"),
        ("R5F4M1", "lost-valuable"),
        ("R5F1M1", "lost"),
    ],
)
def test_cells_have_segments(cell, segment):
    assert RFM.cells[cell].name == segment
    assert len(RFM.cells) == 125


def test_without_a_day_it_is_refused():
    with pytest.raises(SchemeRefused, match="say which with as_of"):
        RFM.assign(pd.DataFrame({"last_on": [TODAY], "frequency": [1], "monetary": [1.0]}))


@pytest.mark.parametrize(
    "written, instead, message",
    [
        ('["R5*"]', '["R5F1*"]', "gap: 6 cells have no segment"),
        ('["R4*"]', '["R6*"]', "no cell is left for 'hibernating'"),
        ("quantiles = 5", "quantiles = 1", "recency.quantiles"),
        ("quantiles = 5", "quantiles = 6", "gap: 25 cells have no segment: R6F5M5"),
    ],
)
def test_mistakes(tmp_path, written, instead, message):
    text = (PACKS / "general/schemes/rfm/quantile.toml").read_text(encoding="utf-8")
    path = tmp_path / "rfm.toml"
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")

    with pytest.raises(ConfigRefused, match=message.replace("*", r"\*")):
        load(path)


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(-3, 12), min_size=1, max_size=30), st.randoms())
def test_neither_order_nor_doubles_matter_and_more_is_never_worse(amounts, draw):
    once = bands(assign(monetary=[float(amount) for amount in amounts]), "M")
    alone = dict(zip(amounts, once, strict=True))
    again = draw.sample(amounts + amounts, 2 * len(amounts))

    assert bands(assign(monetary=[float(amount) for amount in again]), "M") == [alone[a] for a in again]
    ordered = [alone[amount] for amount in sorted(alone)]
    assert ordered == sorted(ordered)


def test_bands_of_many_different_values_are_fifths():
    found = assign(monetary=np.random.default_rng(1).permutation(1003).astype(float))

    assert pd.Series(bands(found, "M")).value_counts().between(200, 201).all()
