"""The promised band: wide enough for chance, narrow enough to be left by a forecast that went wrong."""

import numpy as np
import pytest

from liuke.predict.health import judge_forecast, promised_band
from liuke.predict.health.band import TOLERANCES, Band, year_z
from liuke.predict.metrics import Measured

EXACT = Measured(0.8, 0.8, 0.8)
BAND = Band(promised_low=0.7, promised_high=0.9, alarm_low=0.6, alarm_high=0.95)


@pytest.mark.parametrize(
    "value, finding, direction",
    [
        (0.70, "as_promised", None),
        (0.6999, "watch", "below"),
        (0.60, "watch", "below"),
        (0.5999, "alarm", "below"),
        (0.90, "as_promised", None),
        (0.9001, "watch", "above"),
        (0.9501, "alarm", "above"),
    ],
)
def test_the_edges_of_the_band_are_within(value, finding, direction):
    assert BAND.place(value) == (finding, direction)


def test_without_any_chance_the_band_is_the_tolerance():
    band = promised_band("auc", EXACT, Measured(0.7, 0.7, 0.7), horizons=3)

    assert (band.promised_low, band.promised_high) == pytest.approx((0.78, 0.82))
    assert (band.alarm_low, band.alarm_high) == pytest.approx((0.78, 0.82))


def test_the_distances_of_both_intervals_are_squared_and_added_each_side_apart():
    band = promised_band("auc", Measured(0.8, 0.77, 0.82), Measured(0.7, 0.64, 0.74), horizons=3)

    assert band.promised_low == pytest.approx(0.8 - 0.02 - np.hypot(0.03, 0.04))
    assert band.promised_high == pytest.approx(0.8 + 0.02 + np.hypot(0.02, 0.06))
    wider = year_z(3) / 1.959964
    assert band.alarm_low == pytest.approx(0.8 - 0.02 - wider * np.hypot(0.03, 0.04), abs=1e-6)


def test_the_tolerance_of_a_ratio_is_a_share_of_the_promise():
    band = promised_band("calibration_ratio", Measured(1.1, 1.1, 1.1), Measured(1.0, 1.0, 1.0), horizons=1)

    assert band.promised_high == pytest.approx(1.1 * (1 + TOLERANCES["calibration_ratio"]))


def test_more_horizons_are_more_looks_and_need_a_wider_alarm():
    assert year_z(1) < year_z(2) < year_z(3)


@pytest.mark.parametrize(
    "promised, live, reason",
    [
        (Measured(None, why_empty="one_class"), EXACT, "one_class"),
        (Measured(0.8), EXACT, "no_promise"),
        (EXACT, Measured(None, why_empty="too_few_leavers"), "too_few_leavers"),
        (EXACT, Measured(0.8), "too_few_leavers"),
    ],
)
def test_where_either_side_has_no_interval_there_is_a_reason(promised, live, reason):
    assert promised_band("auc", promised, live, horizons=3) == reason


def month(seed, *, n=1500, spoil=0.0, scale=1.0):
    """A month of a forecast that is right, or whose order is spoiled, or whose risk is scaled."""
    random = np.random.default_rng(seed)
    risk = random.beta(1, 12, n)
    left = (random.random(n) < np.minimum(risk * scale, 1)).astype(int)
    shuffled = np.where(random.random(n) < spoil, random.permutation(risk), risk)
    return judge_forecast(shuffled, left, seed=seed).measures


def findings(name, months):
    promised = month(0)[name]
    found = []
    for seed, changes in months:
        live = month(seed, **changes)[name]
        found.append(promised_band(name, promised, live, horizons=3).place(live.value)[0])
    return found


@pytest.mark.parametrize("name", ["auc", "lift_10", "calibration_ratio"])
def test_a_forecast_that_stays_right_rings_no_alarm_in_forty_months(name):
    found = findings(name, [(seed, {}) for seed in range(1, 41)])

    assert "alarm" not in found
    assert found.count("watch") <= 4


def test_a_spoiled_order_and_a_doubled_risk_ring():
    assert findings("auc", [(seed, {"spoil": 0.9}) for seed in range(50, 55)]).count("alarm") >= 4
    assert (
        findings("calibration_ratio", [(seed, {"scale": 2.5}) for seed in range(60, 65)]).count("alarm") >= 4
    )
