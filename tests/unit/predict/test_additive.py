"""Additive models: the folds' searches end where each would have ended alone."""

import numpy as np
import pytest
from scipy.special import expit

from liuke.predict.additive import Told, learn


def some_rows(signs):
    random = np.random.default_rng(4)
    design = random.normal(size=(600, 5))
    design[:, 4] = design[:, 0] > 0.5
    said = expit(design @ [1.0, -0.5, 0.0, 0.3, 0.8] - 1.0)
    labels = (random.random(600) < said).astype(float)
    weights = random.uniform(0.5, 4.0, 600)
    return Told(design, labels, weights, np.array(signs)), np.arange(600) % 3


@pytest.mark.parametrize("signs", [(0, 0, 0, 0, 0), (1, 1, -1, 0, 0)])
@pytest.mark.parametrize("has_near", [False, True])
def test_lent_curvatures_lead_to_the_same_minima(signs, has_near):
    told, folds = some_rows(signs)
    near = learn(told, ridge=8.0, folds=None)[0] if has_near else None

    alone = learn(told, ridge=1.0, folds=folds, near=near)
    lent = learn(told, ridge=1.0, folds=folds, near=near, lends=True)

    for one, other in zip((alone[0], *alone[1]), (lent[0], *lent[1]), strict=True):
        assert other.intercept == pytest.approx(one.intercept, abs=1e-4)
        assert other.weights == pytest.approx(one.weights, abs=1e-4)
        assert (other.weights * told.signs >= 0).all()
    assert not np.allclose(lent[1][0].weights, lent[1][1].weights, atol=1e-3)
