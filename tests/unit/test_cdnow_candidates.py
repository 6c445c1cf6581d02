"""The candidates for CDNOW are the models they are named after."""

import numpy as np
import pytest

from bench.quality.cdnow import place_of, read_first_weeks
from bench.quality.lifetime_value import columns
from bench.quality.pace import Lesson
from bench.quality.paced import Candidate, Known
from bench.quality.pareto import ParetoPurchases
from liuke.predict import BetaGeo
from liuke.predict.beta_geo_likelihood import Histories


@pytest.fixture(scope="module")
def sample():
    return Known.by(read_first_weeks(place_of("sample")), weeks=39)


@pytest.mark.parametrize("leaves_at_first", [0, 1])
def test_the_slope_is_that_of_the_likelihood(leaves_at_first):
    draw, n = np.random.default_rng(0), 50
    x, age = draw.integers(0, 5, n).astype(float), draw.uniform(5, 12, n)
    t_x, traits = np.where(x > 0, age * draw.random(n), 0.0), draw.normal(size=(n, 2))
    lesson = Lesson(x, t_x, age, np.array([5, 7, 9, 3, 4, 6]), 2.0, traits, leaves_at_first)
    theta = draw.normal(0, 0.3, 14)

    _, slope = lesson.loss(theta)

    steps = np.eye(len(theta)) * 1e-6
    moved = [(lesson.loss(theta + step)[0] - lesson.loss(theta - step)[0]) / 2e-6 for step in steps]
    assert slope == pytest.approx(moved, abs=1e-7)


def test_without_pace_and_covariates_they_are_the_published_models(sample):
    x, t_x, age = (np.asarray(part) for part in columns(sample.histories))
    plain = BetaGeo().fit(x, t_x, age)

    bg, pareto = Candidate("BG/NBD", False).learn(sample), ParetoPurchases().fit(x, t_x, age)

    assert bg.log_likelihood_ == pytest.approx(plain.log_likelihood_, abs=1e-3)
    said = Candidate("BG/NBD", False).say(bg, sample, 39)
    assert said == pytest.approx(plain.expected_purchases(39, x, t_x, age), rel=1e-3)
    assert pareto.log_likelihood_ == pytest.approx(-9594.98, abs=0.01)
    assert np.exp(pareto.theta_[:2]) == pytest.approx([0.553, 10.578], abs=0.003)


def test_leaving_at_the_first_purchase_is_the_modified_likelihood(sample):
    x, t_x, age = (np.asarray(part, dtype=float) for part in columns(sample.histories))
    told = Histories.gather(x, t_x, age, np.ones(len(x)), leaves_at_first=True)
    model = Candidate("MBG/NBD", False).learn(sample)

    p = model.params_
    theta = np.array([p.r, p.alpha, p.a, p.b])
    assert told.log_likelihood(theta)[0] == pytest.approx(model.log_likelihood_, abs=1e-6)
