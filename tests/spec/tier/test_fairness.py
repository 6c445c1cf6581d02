"""Whether groups fare alike: rates, ratios, intervals, and answers that are refused."""

from datetime import date
from math import inf

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from liuke.kernel.errors import MissingColumn
from liuke.kernel.rates import wilson
from liuke.tier import FairnessRefused, age_bands, compare_rates
from liuke.tier.fairness import ratio_interval

Z_95 = 1.959963984540054


def people(**groups: tuple[int, int]) -> pd.DataFrame:
    """Group -> (with the outcome, all)."""
    return pd.DataFrame(
        [
            {"sex": None if group == "unknown" else group, "gold": at < yes}
            for group, (yes, count) in groups.items()
            for at in range(count)
        ]
    )


def judge(**groups: tuple[int, int]) -> dict:
    return {rate.group: rate for rate in compare_rates(people(**groups), outcome="gold", by=["sex"])}


def test_the_largest_known_group_is_the_reference():
    found = judge(female=(3000, 10000), male=(3600, 12000), unknown=(9000, 30000))

    assert found["male"].finding == "reference"
    assert found["male"].ratio is None
    assert found["female"].ratio == pytest.approx(1.0)
    assert found["female"].finding == found["unknown"].finding == "alike"


@pytest.mark.parametrize(
    "yes, finding",
    [
        (100, "disparate"),  # a ratio of .5, its interval wholly under .8
        (150, "watch"),  # .75: under four fifths, but it might be .8
        (160, "undecided"),  # .8 itself, and it might be less
        (200, "alike"),
        (250, "undecided"),  # 1.25 itself
        (260, "watch"),
        (400, "disparate"),
    ],
)
def test_four_fifths_and_how_sure_we_are(yes, finding):
    assert judge(female=(yes, 1000), male=(202, 1010))["female"].finding == finding


def test_a_group_too_small_to_be_told_is_named_and_not_measured():
    found = judge(female=(9, 9), other=(1, 10), male=(50, 100))

    assert found["female"].finding == "too_few"
    assert (found["female"].rate, found["female"].ratio, found["female"].customers) == (None, None, 9)
    assert found["other"].rate == 0.1


def test_without_a_known_group_there_is_no_ratio():
    found = judge(unknown=(50, 100))

    assert found["unknown"].finding == "no_reference"
    assert found["unknown"].rate == 0.5
    assert found["unknown"].ratio is None


def test_a_reference_without_cases_gives_no_ratio():
    assert judge(female=(5, 50), male=(0, 100))["female"].finding == "no_cases"


def test_it_fails_closed():
    rows = people(female=(1, 20), male=(2, 20))

    with pytest.raises(MissingColumn, match="the fairness report needs the column 'age_band'"):
        compare_rates(rows, outcome="gold", by=["sex", "age_band"])
    with pytest.raises(FairnessRefused, match="1 rows have no 'gold'"):
        compare_rates(rows.assign(gold=[None, *rows.gold[1:]]), outcome="gold", by=["sex"])


def test_more_groups_are_asked_for_more():
    """An interval is wider as one of ten, so that thirty regions raise no alarm by chance."""
    two = judge(a=(20, 100), z=(60, 300))["a"]
    ten = judge(a=(20, 100), z=(60, 300), **{f"g{at}": (20, 100) for at in range(8)})["a"]

    assert ten.ratio_low < two.ratio_low < 1 < two.ratio_high < ten.ratio_high


@pytest.mark.parametrize(
    "yes, count, low, high",
    [  # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_rates_have_the_published_intervals(yes, count, low, high):
    assert wilson(yes, count, z=Z_95) == pytest.approx((low, high), abs=5e-5)


def test_ends_of_the_ratio_interval_are_where_the_score_test_turns():
    """Without the factor N/(N-1) the squared score is Pearson's chi-squared of the two rates at ratio 1."""
    from scipy.stats import chi2_contingency

    yes, count, other_yes, others = 20, 200, 40, 200
    statistic = chi2_contingency(
        [[yes, count - yes], [other_yes, others - other_yes]], correction=False
    ).statistic
    z = float(np.sqrt(statistic * (count + others - 1) / (count + others)))

    low, high = ratio_interval(yes, count, other_yes, others, z=z)

    assert high == pytest.approx(1.0, abs=1e-9)
    assert low < 0.5 < high


def test_the_ratio_interval_covers():
    """95 % of intervals hold the true ratio of .15 to .2, groups of 60 and 90: between 93.5 and 96.5 %."""
    draw = np.random.default_rng(3)
    held = 0
    rounds = 2000
    for _ in range(rounds):
        yes, other = draw.binomial(60, 0.15), max(1, draw.binomial(90, 0.2))
        low, high = ratio_interval(int(yes), 60, int(other), 90, z=Z_95)
        held += low <= 0.75 <= high
    assert 0.935 <= held / rounds <= 0.965


@pytest.mark.parametrize("yes, count", [(0, 10), (10, 10), (1, 1000)])
def test_the_ratio_interval_at_the_ends(yes, count):
    low, high = ratio_interval(yes, count, 10, 20, z=Z_95)

    assert 0 <= low <= (yes / count) / 0.5 <= high < inf


def test_bands_of_full_years():
    born = pa.array(
        [date(2008, 4, 1), date(2008, 4, 2), date(1996, 4, 2), date(1996, 4, 1), date(1946, 4, 1), None]
    )

    assert age_bands(born, as_of=date(2026, 4, 1)).to_pylist() == [
        "18–29",
        "under 18",
        "18–29",
        "30–39",
        "80+",
        None,
    ]
