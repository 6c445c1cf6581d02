"""Whatever comes in: an answer that is a probability, or a refusal in a sentence; no library's traceback."""

import math
import warnings
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from liuke.kernel.errors import LiukeError
from liuke.predict import ChurnClassifier
from liuke.predict.encode import ColumnWarning
from liuke.predict.tells import TellWarning

EVERYTHING = [
    None,
    math.nan,
    math.inf,
    -math.inf,
    0,
    -1,
    2**70,
    1e300,
    5e-324,
    True,
    "",
    " ",
    "a",
    "12",
    "yes",
    "2026-03-31",
    "31/03/2026",
    "nan",
    "1e999",
    "留",
    "\x00",
    "\ud800",
    b"a",
    date(2026, 3, 31),
    date(1, 1, 1),
    datetime(2026, 3, 31, 12),
    datetime(9999, 12, 31, tzinfo=UTC),
    time(6, 30),
    timedelta(days=2),
    Decimal("1.50"),
    Decimal("NaN"),
    pd.NaT,
    pd.NA,
    np.float32(2.5),
    np.int8(3),
    [1],
    {"a": 1},
    (),
]
DTYPES = [
    np.array([1.5, np.nan, np.inf]),
    np.array([3, 4, 5], dtype=np.uint64),
    pd.array([1, None, 2], dtype="Int64"),
    pd.array([True, None, False], dtype="boolean"),
    pd.array(["a", None, "b"], dtype="string"),
    pd.Categorical(["a", None, "b"]),
    pd.Categorical([date(2026, 1, 1), None, date(2026, 1, 2)]),
    pd.to_datetime(["2026-01-01", None, "2026-02-01"]).tz_localize("Asia/Shanghai"),
    pd.period_range("2026-01", periods=3, freq="M"),
    pd.interval_range(0, 3),
    pd.to_timedelta([1, 2, None], unit="D"),
]

few_values = st.lists(st.sampled_from(EVERYTHING), min_size=1, max_size=4)
columns = st.one_of(few_values, st.sampled_from(DTYPES))


def repeat(values, rows):
    held = pd.Series(values, dtype=object) if isinstance(values, list) else pd.Series(values)
    return held.iloc[np.arange(rows) % len(held)].reset_index(drop=True)


def ask(model, frame):
    said = model.predict_proba(frame)
    assert np.isfinite(said).all()
    assert ((said >= 0) & (said <= 1)).all()
    summed = model.explain(frame).groupby("row").contribution.sum() + model.base_log_odds_
    assert summed.to_numpy() == pytest.approx(model.decision_function(frame), abs=1e-8)


def refusal_or(do):
    """What it gives, or None where it refuses in a sentence."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what a library grumbles about is not borne either
        warnings.simplefilter("ignore", TellWarning)
        warnings.simplefilter("ignore", ColumnWarning)
        try:
            return do()
        except LiukeError as error:
            refusal = str(error)
    assert len(refusal) > 20
    return None


def learn_and_ask(frame, answers, strange):
    """The model, having answered for the table and for a strange one; None when refused."""
    model = refusal_or(lambda: ChurnClassifier(effort="quick").fit(frame, answers))
    if model is not None:
        ask(model, frame)
        refusal_or(lambda: ask(model, strange))
    return model


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
@given(held=st.lists(columns, min_size=1, max_size=3), later=st.lists(columns, min_size=3, max_size=3),
       rows=st.integers(1, 20), share=st.integers(1, 4))  # fmt: skip
def test_random_tables_are_learned_from_or_refused(held, later, rows, share):
    frame = pd.DataFrame({f"c{i}": repeat(values, rows) for i, values in enumerate(held)})
    strange = pd.DataFrame({f"c{i}": repeat(values, rows) for i, values in enumerate(later)})

    learn_and_ask(frame, np.arange(rows) % (share + 1) == 0, strange)


@pytest.mark.parametrize(
    "column",
    [
        ["2026-03-31", None],
        [math.inf, 1.0, -math.inf],
        [1, "b", Decimal(2), None],
        ["True", "False", "yes"],
        [date(2026, 3, 31), datetime(2026, 3, 31, 12), None],
        [1e300, -1e300, 5e-324],
    ],
)
def test_odd_columns_beside_a_good_one_are_borne(column):
    draw = np.random.default_rng(0)
    left = draw.integers(0, 2, 60)
    frame = pd.DataFrame({"good": left + draw.normal(size=60), "odd": repeat(column, 60)})

    assert learn_and_ask(frame, left, frame.assign(odd="something else"))


def test_a_hundred_thousand_levels_are_borne():
    draw = np.random.default_rng(1)
    frame = pd.DataFrame({"shop": draw.integers(0, 100_000, 3000).astype(str), "x": draw.normal(size=3000)})
    frame["shop"] = "shop " + frame.shop.where(draw.random(3000) < 0.4, "0")

    assert learn_and_ask(frame, draw.random(3000) < 0.3, frame.head(5).assign(shop="new"))


def test_a_row_with_a_name_of_its_own_says_nothing():
    draw = np.random.default_rng(2)
    frame = pd.DataFrame({"id": [f"C{i:05}" for i in range(60)], "x": draw.normal(size=60)})

    model = ChurnClassifier(effort="quick").fit(frame, np.arange(60) % 2)

    assert model.encoder_.names == ("x",)
    assert "value of its own" in model.encoder_.left_out["id"]


@pytest.mark.parametrize("names", [["a", "a"], [1, "1"], [None, "None"]])
def test_two_columns_of_one_name_are_refused_by_name(names):
    frame = pd.DataFrame(np.random.default_rng(3).normal(size=(10, 2)))
    frame.columns = pd.Index(names, dtype=object)

    with pytest.raises(LiukeError, match="Two columns are called"):
        ChurnClassifier().fit(frame, np.arange(10) % 2)
