"""ABC: by count the best 20 %, 50 % and 30 % of customers; by value to 80 %, to 95 % and the rest.

By value an own share that ends exactly at the cut still belongs to the better tier.
"""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.tier import SchemeRefused, load
from liuke.tier.abc import AbcScheme

BY_COUNT, BY_VALUE = load("abc/count"), load("abc/value")


def tiers(scheme, values):
    found = scheme.assign(pd.DataFrame({"value": pd.Series(values, dtype="float64")})).tier
    return "".join("?" if tier == "unrated" else tier for tier in found)


@pytest.mark.parametrize(
    "customers, expected",
    [
        (0, (0, 0, 0)),
        (1, (0, 1, 0)),  # in the middle of everybody: not under 20 %, under 70 %
        (2, (0, 1, 1)),  # 25 % and 75 %
        (3, (1, 1, 1)),
        (10, (2, 5, 3)),
        (100, (20, 50, 30)),
        (1000, (200, 500, 300)),
        (7043, (1409, 3521, 2113)),
    ],
)
def test_by_count_without_ties(customers, expected):
    found = tiers(BY_COUNT, [float(value) for value in range(customers)])

    assert tuple(found.count(tier) for tier in "ABC") == expected


@pytest.mark.parametrize(
    "values, expected",
    [
        ([5, 5, 5, 5], "BBBB"),  # all in the middle
        ([0] * 6 + [4, 3, 2, 1], "CCCCCCAABB"),  # the middle of the six is at 70 %: not under it
        ([0] * 7 + [4, 3, 2], "BBBBBBBAAB"),  # the middle of the seven is at 65 %
        ([9, None, 3], "B?C"),
        ([-1, -2, -3], "ABC"),  # by count a loss is a value too
    ],
)
def test_by_count_with_ties_losses_and_the_unknown(values, expected):
    assert tiers(BY_COUNT, values) == expected


@pytest.mark.parametrize(
    "values, expected",
    [
        ([80, 15, 5], "ABC"),  # exactly 80 % and 95 %: the edge belongs to the tier
        ([80, 15.01, 4.99], "ACC"),  # a fen over 95 %: 15.01 crosses into the rest
        ([79.99, 15, 5.01], "ABC"),
        ([80.01, 14.99, 5], "ABC"),  # over 80 % by itself, and still A
        ([40, 40, 20], "AAC"),
        ([40, 40.01, 19.99], "BAC"),  # the second crosses 80 % by a fen
        ([50, 30, 15, 5], "AABC"),
        ([50, 30.01, 14.99, 5], "ABBC"),
        ([99, 1], "AC"),
        ([1, 99], "CA"),
        ([7], "A"),
        ([0.01], "A"),
        ([], ""),
    ],
)
def test_by_value_on_both_sides_of_the_cuts(values, expected):
    assert tiers(BY_VALUE, values) == expected


@pytest.mark.parametrize(
    "values, expected",
    [
        ([10] * 10, "A" * 10),  # all equal: the highest value is A, whoever has it
        ([50, 10, 10, 10, 10, 10], "ACCCCC"),  # the equals end at 100 % together
        ([75, 5, 5, 5, 5, 5], "ACCCCC"),
        ([70, 5, 5, 5, 5, 5, 5], "ACCCCCC"),
        ([70, 5, 5, 4, 4, 4, 4, 4], "AAACCCCC"),  # the fives end at 80 %
        ([70, 5, 5.01, 4, 4, 4, 4, 3.99], "ABACCCCC"),
    ],
)
def test_by_value_equals_stand_together(values, expected):
    assert tiers(BY_VALUE, values) == expected


@pytest.mark.parametrize(
    "values, expected",
    [
        ([80, 15, 5, 0], "ABCC"),
        ([80, 15, 5, -1000], "ABCC"),  # a loss is not taken off the total
        ([0, 0], "CC"),
        ([-1, 0, None], "CC?"),
        ([-5], "C"),
        ([None, None], "??"),
        ([80, None, 15, 5], "A?BC"),
        ([0.001, 5], "CA"),  # less than half a fen is nought
    ],
)
def test_by_value_nought_losses_and_the_unknown(values, expected):
    assert tiers(BY_VALUE, values) == expected


def naive(values):
    """By value as one would on paper: whole fen, everybody at least as valuable, fractions."""
    positive = [value for value in values if value > 0]
    total = sum(positive)
    found = ""
    for value in values:
        share = Fraction(sum(other for other in positive if other >= value), total) if value > 0 else 2
        if value > 0 and (share <= Fraction(4, 5) or value == max(positive)):
            found += "A"
        else:
            found += "B" if share <= Fraction(19, 20) else "C"
    return found


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(-50, 400) | st.integers(10**11, 10**13), max_size=60))
def test_by_value_is_what_one_counts_on_paper(fen):
    found = BY_VALUE.assign(pd.DataFrame({"value_fen": pd.Series(fen, dtype="int64")})).tier

    assert "".join(found) == naive(fen)


def test_sums_do_not_drift():
    cents = [0.1] * 8 + [0.05] * 4  # as floats 0.1 eight times is less than 0.8

    assert tiers(BY_VALUE, cents) == "A" * 8 + "C" * 4
    assert tiers(BY_VALUE, [0.1 + 0.2, 0.3, 0.1]) == "AAC"  # as floats the first is the higher by a hair


def test_what_is_missing_is_what_the_least_of_the_next_tier_has_more():
    found = BY_VALUE.assign(pd.DataFrame({"value": [60.0, 20.0, 15.0, 5.0, -2.0]}))

    assert found.tier.tolist() == ["A", "A", "B", "C", "C"]
    assert found.next_tier.tolist()[2:] == ["A", "B", "B"]
    assert found.missing.tolist()[2:] == [5, 10, 17]
    assert found[["next_tier", "missing"]].iloc[:2].isna().all().all()


def test_an_empty_better_tier_is_passed_over():
    found = BY_VALUE.assign(pd.DataFrame({"value": [99.0, 1.0]}))

    assert found.next_tier[1] == "A"
    assert found.missing[1] == 98


def test_when_nobody_has_any_value_there_is_nothing_to_reach():
    found = BY_VALUE.assign(pd.DataFrame({"value": [0.0, -3.0]}))

    assert found[["next_tier", "missing"]].isna().all().all()


def test_the_reasons_by_value():
    found = BY_VALUE.assign(pd.DataFrame({"value": [80.0, 15.0, 5.0, 0.0, None]}))

    assert found.why.tolist() == [
        "value 80, within the first 80% of the total (from 80): class A",
        "value 15, within the first 95% of the total (from 15): class B; 65 more for the next tier",
        "value 5, beyond the first 95% of the total: class C; 10 more for the next tier",
        "value 0, which adds nothing to the total: class C; 15 more for the next tier",
        "value: unknown",
    ]
    assert found.why_zh.tolist() == [
        "价值 80，累计占总额前 80%（80 起）：A 类",
        "价值 15，累计占总额前 95%（15 起）：B 类；距上一级还差 65",
        "价值 5，累计超过总额的 95%：C 类；距上一级还差 10",
        "价值 0，不计入总额：C 类；距上一级还差 15",
        "价值未知",
    ]
    alone = BY_VALUE.assign(pd.DataFrame({"value": [1_000.5, 1.0]}))
    assert alone.why[0] == "value 1,000.50, the highest value, itself over 80% of the total: class A"
    assert alone.why_zh[0] == "价值 1,000.50，为最高值，已超过总额的 80%：A 类"


def test_the_reasons_by_count():
    found = BY_COUNT.assign(pd.DataFrame({"value": [float(value) for value in range(10, 0, -1)]}))

    assert found.why[1] == "value 9, among the top 20% (from 9): class A"
    assert found.why[2] == "value 8, among the top 70% (from 4): class B; 1 more for the next tier"
    assert found.why_zh[9] == "价值 1，居后 30%：C 类；距上一级还差 3"


@pytest.mark.parametrize(
    "cuts, message",
    [
        ((0.95, 0.8, 1), "tiers.1: the cut points do not rise: it ends at 0.8, the one before at 0.95"),
        ((0.8, 0.8, 1), "tiers.1: the cut points do not rise"),
        ((0.8, 0.95, 0.99), "tiers.2: the last tier ends at 1, so that everybody has one; it ends at 0.99"),
    ],
)
def test_cut_points_that_contradict_each_other(cuts, message):
    with pytest.raises(SchemeRefused, match=message):
        edited(*cuts)


def edited(*cuts):
    declared = BY_VALUE.model_dump(exclude_none=True)
    for tier, cut in zip(declared["tiers"], cuts, strict=True):
        tier["up_to"] = cut
    return AbcScheme.model_validate(declared)


def test_cut_points_can_be_edited():
    assert tiers(edited(0.5, 0.9, 1), [50, 40, 10]) == "ABC"
    assert tiers(edited(0.5, 0.9, 1), [50, 40.01, 9.99]) == "ACC"


def test_a_large_company_has_its_shares():
    value = np.round(np.random.default_rng(3).lognormal(5, 1.5, 50_000), 2)

    found = pd.Series(list(tiers(BY_VALUE, value)))

    shares = pd.Series(value).groupby(found).sum() / value.sum()
    assert 0.7999 < shares["A"] <= 0.8
    assert 0.9499 < shares["A"] + shares["B"] <= 0.95
