"""Thresholds on money, weighted sums, and tiers of a company's own."""

from datetime import date

import pandas as pd
import pytest

from liuke.kernel.words import Words
from liuke.tier.measure import Measure, MeasureRefused
from liuke.tier.scheme import SchemeRefused, Tier
from liuke.tier.threshold import ThresholdScheme, ThresholdTier


def tier(name, **edges):
    return ThresholdTier(name=name, words=Words(zh=f"{name}级", en=name), color="#000000", **edges)


def scheme(*tiers, **changes):
    measure = {"column": "spend", "words": Words(zh="消费", en="spend"), "money": True}
    return ThresholdScheme(
        name="own/vip",
        version=2,
        effective_from="2026-01-01",
        words=Words(zh="贵宾", en="VIP"),
        kind="threshold",
        measure=Measure(**measure | changes.pop("measure", {})),
        tiers=tiers,
        **changes,
    )


NONE = Tier(name="none", words=Words(zh="非贵宾", en="none"), color="#333333")


def test_the_known_below_every_edge_are_not_the_unknown():
    vip = scheme(tier("gold", at_least=1000), otherwise=NONE)
    found = vip.assign(pd.DataFrame({"spend": [1000, 999.99, None]}))

    assert found.tier.tolist() == ["gold", "none", "unrated"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found.next_tier.tolist()[1] == "gold"
    assert pd.isna(found.next_tier[2])


def test_one_fen_more_passes_an_open_edge_of_money():
    vip = scheme(tier("gold", over=1000), otherwise=NONE)
    found = vip.assign(pd.DataFrame({"spend_fen": [100_000, 100_001]}))

    assert found.tier.tolist() == ["none", "gold"]
    assert found.missing[0] == 0.01
    assert found.why[0] == "spend 1,000, which reaches no tier; 0.01 more for gold"


def test_points_as_a_weighted_sum_are_unknown_when_a_part_is():
    vip = scheme(
        tier("gold", at_least=10), measure={"weights": {"deposit": 0.01, "funds": 0.02}, "column": "points"}
    )
    found = vip.assign(
        pd.DataFrame({"deposit_fen": [60_000, 100_000, 50_000], "funds": [200.0, None, 249.99]})
    )

    assert found.tier.tolist() == ["gold", "unrated", "unrated"]
    assert found.measure.tolist()[::2] == [10, pytest.approx(9.9998)]


def test_a_scheme_is_not_used_before_it_is_in_force():
    vip = scheme(tier("gold", at_least=1000))
    frame = pd.DataFrame({"spend": [5]})

    assert vip.assign(frame, as_of=date(2026, 1, 1)).tier.tolist() == ["unrated"]
    with pytest.raises(
        SchemeRefused, match="own/vip v2 is in force from 2026-01-01 on, not yet as of 2025-12-31"
    ):
        vip.assign(frame, as_of=pd.Timestamp("2025-12-31").date())


def test_text_is_not_judged():
    with pytest.raises(MeasureRefused, match="judges the numbers of 'spend', which holds string"):
        scheme(tier("gold", at_least=1)).assign(pd.DataFrame({"spend": ["12"]}))


def test_a_scheme_is_a_value():
    vip = scheme(tier("gold", at_least=1000))

    with pytest.raises(ValueError, match="frozen"):
        vip.version = 3
