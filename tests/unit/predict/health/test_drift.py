"""What moved is found, what did not is left alone, and few customers do not cry wolf."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import ks_2samp

from liuke.predict.health import measure_drift
from liuke.predict.health.bins import cut_bins
from liuke.predict.health.drift import judge_drift, ks, psi


def column(drifts, name):
    return next(drift for drift in drifts if drift.column == name)


def random(seed=1):
    return np.random.default_rng(seed)


def test_what_stayed_is_alike_and_what_moved_has_drifted():
    before = pd.DataFrame({"same": random(1).normal(0, 1, 4000), "moved": random(2).normal(0, 1, 4000)})
    after = pd.DataFrame({"same": random(3).normal(0, 1, 3000), "moved": random(4).normal(0.8, 1, 3000)})

    found = measure_drift(before, after)

    assert [(each.column, each.finding) for each in found] == [("same", "alike"), ("moved", "drifted")]
    moved = column(found, "moved")
    assert moved.psi_low <= moved.psi <= moved.psi_high
    assert moved.ks_low <= moved.ks <= moved.ks_high
    assert moved.moved_most[2] > moved.moved_most[1]


def test_psi_under_no_drift_has_the_mean_and_the_tail_it_is_said_to_have():
    draw = random(5)
    edges = np.linspace(0, 1, 11)
    drawn = [
        psi(np.histogram(draw.random(400), edges)[0], np.histogram(draw.random(300), edges)[0])
        for _ in range(3000)
    ]
    chance = 9 * (1 / 400 + 1 / 300)

    assert np.mean(drawn) == pytest.approx(chance, rel=0.06)
    over = np.mean(np.array(drawn) > chance / 9 * 16.919)  # 95 % of chi-square with 9 degrees
    assert over == pytest.approx(0.05, abs=0.015)


def test_few_customers_do_not_cry_wolf_and_the_same_psi_of_many_does():
    shares = np.array([0.1] * 10)
    shifted = np.array([0.15, 0.05] * 5)
    few, many = (
        measure_drift(
            pa.table({"x": np.repeat(np.arange(10.0), (size * shares).astype(int))}),
            pa.table({"x": np.repeat(np.arange(10.0), (size * shifted).round().astype(int))}),
        )[0]
        for size in (60, 6000)
    )

    assert few.psi == pytest.approx(many.psi, abs=0.05)
    assert (few.finding, many.finding) == ("alike", "drifted")
    assert few.psi_chance > 100 * many.psi_chance * 0.9


def test_false_alarms_over_many_columns_are_rare():
    draw = random(11)
    alarms = 0
    for _ in range(20):
        before = pa.table({f"x{i}": draw.normal(size=150) for i in range(40)})
        after = pa.table({f"x{i}": draw.normal(size=150) for i in range(40)})
        alarms += any(each.finding != "alike" for each in measure_drift(before, after))

    assert alarms <= 3  # at 5 % false discoveries one of twenty is expected


def test_the_missing_are_a_bin_of_their_own():
    before = pa.table({"x": pa.array([*range(1000)], pa.float64())})
    after = pa.table({"x": pa.array([None] * 500 + [*range(0, 1000, 2)], pa.float64())})

    (found,) = measure_drift(before, after)

    assert found.moved_most == ("missing", 0.0, 0.5)
    assert found.finding == "drifted"
    assert found.ks == pytest.approx(0.0, abs=0.01)  # of those known nothing moved


def test_missing_as_ever_is_no_drift():
    half = [None, 1.0, None, 2.0] * 200
    (found,) = measure_drift(pa.table({"x": half}), pa.table({"x": half}))

    assert found.psi == pytest.approx(0)
    assert found.labels[-1] == "missing"


def test_levels_that_nobody_had_before_are_the_others():
    before = pa.table({"plan": ["a"] * 600 + ["b"] * 400})
    after = pa.table({"plan": ["a"] * 300 + ["new"] * 700})

    (found,) = measure_drift(before, after)

    assert found.moved_most == ("other", 0.0, 0.7)
    assert found.ks is None
    assert found.ks_why_empty == "not_ordered"


def test_equal_values_share_a_bin_and_edges_lie_below():
    bins = cut_bins("x", pa.array([0.0] * 900 + [1.0] * 50 + [2.0] * 50))

    assert bins.count(pa.array([0.0, -5.0, 0.5, 1.0, 9.0, None])).tolist()[-1] == 1
    assert bins.count(pa.array([0.0] * 7)).tolist()[0] == 7
    assert bins.count(pa.array([0.5])).tolist()[0] == 0


@pytest.mark.parametrize("decimals", [8, 1, 0])
def test_ks_equals_scipy_with_and_without_ties(decimals):
    before, after = random(1).normal(0, 1, 700).round(decimals), random(2).normal(0.2, 1, 500).round(decimals)

    ours = ks(np.sort(before), np.sort(after))

    reference = ks_2samp(before, after, method="asymp")
    assert ours == pytest.approx(reference.statistic, abs=1e-12)
    (found,) = measure_drift(pa.table({"x": before}), pa.table({"x": after}))
    assert found.ks_p_value == pytest.approx(reference.pvalue, rel=0.1)


def test_a_reference_of_the_same_customers_many_times_counts_each_once():
    before, after = random(1).normal(0, 1, 200), random(2).normal(0, 1, 200)
    table = pa.table({"x": np.tile(before, 9)})

    (honest,) = measure_drift(table, pa.table({"x": after}), reference_customers=200)
    (naive,) = measure_drift(table, pa.table({"x": after}))

    assert honest.psi == pytest.approx(naive.psi, abs=0.02)
    assert honest.p_value > naive.p_value
    assert honest.psi_chance > 1.5 * naive.psi_chance


@pytest.mark.parametrize("rows, told", [(49, False), (50, True)])
def test_from_fifty_customers_on_something_is_told(rows, told):
    (found,) = measure_drift(pa.table({"x": np.arange(500.0)}), pa.table({"x": np.arange(float(rows))}))

    assert (found.psi is not None) == told
    assert (found.why_empty == "too_few_customers") == (not told)


def test_what_the_reference_lacks_or_knows_nothing_of_has_a_reason():
    before = pa.table({"empty": pa.array([None] * 100, pa.float64())})
    after = pa.table({"empty": np.arange(100.0), "new": np.arange(100.0)})

    found = measure_drift(before, after)

    assert column(found, "empty").why_empty == "nothing_known"
    assert column(found, "new").why_empty == "not_in_reference"
    assert {each.finding for each in found} == {None}


def test_thresholds_are_reached_at_their_edge_and_only_beyond_chance():
    (base,) = measure_drift(pa.table({"x": np.arange(100.0)}), pa.table({"x": np.arange(100.0)}))
    told = {"psi_chance": 0.0, "p_value": 1e-9, "ks": None, "ks_p_value": None}

    def finding(**changes):
        return judge_drift([replace(base, **told | changes)])[0].finding

    assert [finding(psi=value) for value in (0.0999, 0.1, 0.2499, 0.25)] == [
        "alike",
        "watch",
        "watch",
        "drifted",
    ]
    assert finding(psi=0.35, psi_chance=0.2) == "watch"  # what chance explains is taken off
    assert finding(psi=0.5, p_value=0.06) == "alike"


def test_the_order_of_rows_does_not_matter_and_the_seed_repeats():
    before, after = pa.table({"x": random(1).normal(size=300)}), pa.table({"x": random(2).normal(size=300)})
    turned = after.take(pa.array(random(3).permutation(300)))

    assert measure_drift(before, after, seed=4) == measure_drift(before, turned, seed=4)
