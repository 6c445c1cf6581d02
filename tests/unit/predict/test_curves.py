"""Additive models read off their curves say what the design says, many rows and few alike."""

import numpy as np
import pyarrow as pa
import pytest

from liuke.predict.additive import Additive
from liuke.predict.curves import MANY_ROWS, Curves
from liuke.predict.encode import ColumnEncoder

ROWS = 400


def columns(seed, rows=ROWS):
    draw = np.random.default_rng(seed)
    return {
        "bent": pa.array(draw.normal(size=rows)),
        "gaps": pa.array(draw.normal(5.0, 1e4, rows), mask=draw.random(rows) < 0.3),
        "only": pa.array(np.ones(rows), mask=draw.random(rows) < 0.2),
        "plan": pa.array(draw.choice(["a", "b", "c", None], rows)),
    }


@pytest.fixture(scope="module")
def encoder():
    return ColumnEncoder.learn(columns(seed=1))


@pytest.fixture(scope="module")
def models(encoder):
    """A curved one and a straight one, whose bends weigh nothing."""
    draw, ramps = np.random.default_rng(2), encoder.design_ramps
    curved = Additive(0.3, draw.normal(size=len(ramps)), draw.random(len(ramps)))
    straight = Additive(-1.0, draw.normal(size=int((~ramps).sum())), draw.random(int((~ramps).sum())))
    return [curved, straight.spread_over(~ramps)]


@pytest.fixture(scope="module")
def codes(encoder):
    """Values never seen among them: beyond the ends, levels nobody had, gaps where there were none."""
    known = encoder.codes(columns(seed=3))
    return np.vstack([known, encoder.canary(200)])


def test_they_say_what_the_design_says(encoder, models, codes):
    design = encoder.design(codes)
    expected = np.column_stack([model.log_odds(design) for model in models])

    np.testing.assert_allclose(Curves.of(models, encoder).log_odds(codes), expected, rtol=0, atol=1e-12)
    assert expected.std(axis=0).min() > 0.5


def test_many_rows_get_the_same_bits_as_few(encoder, models, codes):
    few = Curves.of(models, encoder).log_odds(codes)
    times = MANY_ROWS // len(codes) + 1

    many = Curves.of(models, encoder).log_odds(np.tile(codes, (times, 1)))

    assert np.array_equal(many, np.tile(few, (times, 1)))


def test_no_row_gets_no_answer(encoder, models):
    assert Curves.of(models, encoder).log_odds(np.empty((0, len(encoder.plans)))).shape == (0, 2)
