"""Columns of any kind become numbers, and unknown things have places of their own."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from liuke.kernel.errors import LiukeError, MissingColumn
from liuke.predict.columns import read_columns, to_floats, to_texts
from liuke.predict.encode import Category, ColumnEncoder, ColumnWarning, Number


def learn(**columns):
    return ColumnEncoder.learn({name: pa.array(values) for name, values in columns.items()})


def codes(encoder, **columns):
    return encoder.codes({name: pa.array(values) for name, values in columns.items()}).tolist()


@pytest.mark.parametrize(
    "values, expected",
    [
        ([True, False, None], [1.0, 0.0, np.nan]),
        ([3, None], [3.0, np.nan]),
        ([Decimal("1234.50"), None], [1234.5, np.nan]),
        ([date(1970, 1, 3), None], [2.0, np.nan]),
        ([datetime(1970, 1, 1, 12), None], [0.5, np.nan]),
        ([time(6, 30), None], [6.5, np.nan]),
        ([timedelta(hours=36), None], [1.5, np.nan]),
        ([" 7.5 ", "", "seven", None, "TRUE"], [7.5, np.nan, np.nan, np.nan, 1.0]),
        ([None, None], [np.nan, np.nan]),
    ],
)
def test_every_kind_has_a_number(values, expected):
    np.testing.assert_array_equal(to_floats("x", pa.array(values)), expected)


def test_one_has_one_text_whatever_its_kind():
    for values in ([1], [1.0], ["1"], [" 1 "], [Decimal(1)]):
        assert to_texts("x", pa.array(values)).to_pylist() == ["1"]


def test_lists_are_refused_by_name():
    with pytest.raises(LiukeError, match="'tags' holds values of the kind list"):
        learn(tags=[["a"], ["b"]])


def test_a_category_has_codes_for_missing_and_for_others():
    encoder = learn(plan=["a"] * 12 + ["b"] * 11 + ["rare"])

    assert encoder.plans == (Category("plan", ("a", "b")),)
    assert codes(encoder, plan=["a", "b", "rare", "new", None, " "]) == [[1], [2], [3], [3], [0], [0]]


def test_levels_of_equal_count_stand_in_the_order_of_their_names():
    assert learn(plan=["b", "a"] * 10).plans[0].levels == ("a", "b")


def test_numbers_written_as_text_are_numbers():
    encoder = learn(total=["29.85", "", "108.15"] * 10)

    assert isinstance(encoder.plans[0], Number)
    np.testing.assert_array_equal(codes(encoder, total=["5", "", "x"]), [[5.0], [np.nan], [np.nan]])


@pytest.mark.parametrize(
    "values, number",
    [
        (["1,234.50", "7", "N/A"], 1234.5),
        (["¥1,234.50", "￥-3", "-"], 1234.5),
        (["1，234.5元", "3元", "未知"], 1234.5),
        (["12.5%", "80 %", "null"], 0.125),
        (["(1,200)", "35", ""], -1200.0),
    ],
)
def test_numbers_as_offices_write_them_are_numbers_whatever_their_gaps_are_called(values, number):
    encoder = learn(total=values * 4)

    assert isinstance(encoder.plans[0], Number)
    assert codes(encoder, total=values)[0] == [pytest.approx(number)]
    assert np.isnan(codes(encoder, total=values)[2]).all()


@pytest.mark.parametrize("values", [["1,2", "2,1"], ["25-34", "35-44"], ["1,23,4", "5"], ["(5", "6)"]])
def test_what_only_looks_like_numbers_is_kinds(values):
    assert isinstance(learn(x=values * 4).plans[0], Category)


@pytest.mark.parametrize(
    "values, order, first_day",
    [
        (["2026-03-31", "2026/4/1 06:00", "2026年4月2日", "2026-04"], "year-month-day", 20543),
        (["31.03.2026", "01/04/2026"], "day-month-year", 20543),
        (["03/31/2026", "04/01/2026"], "month-day-year", 20543),
        (["03/31/2026 12:00 AM", "04/01/2026 12:30 p.m."], "month-day-year", 20543),
        (["31 Mar 2026", "1-Sept-2026"], "day-month-year", 20543),
        (["March 31, 2026", "Apr. 1, 2026"], "month-day-year", 20543),
        (["01/02/2026", "02/03/2026"], "day-month-year", 20485),  # either way round: the day first
    ],
)
def test_dates_written_as_text_are_days(values, order, first_day):
    encoder = learn(on=[*values, None])

    assert encoder.plans[0].dates == order
    assert codes(encoder, on=values)[0] == [first_day]
    assert np.isnan(codes(encoder, on=[*values, "soon", None])[-2:]).all()
    assert ColumnEncoder.from_json(encoder.to_json()) == encoder


def test_dates_learned_as_dates_are_known_in_text():
    encoder = learn(on=[date(2026, 3, 31), date(2026, 4, 1)])

    assert codes(encoder, on=["2026-04-01"]) == codes(encoder, on=[date(2026, 4, 1)])


@pytest.mark.parametrize("values", [["2026-13-01", "2026-00-01"], ["12345678", "20260131"], ["1-2", "3-4"]])
def test_what_only_looks_like_dates_is_none(values):
    assert getattr(learn(x=values * 3).plans[0], "dates", None) is None


@pytest.mark.parametrize(
    "values",
    [
        [10.0**300, -(10.0**300), 0.0],
        [10.0**-300, 0.0, 10.0**300],
        [2**70, 2**70 + 2**40, 2**71],
        pd.Series(["\ud800", "b", "b"], dtype=object),
        pd.period_range("2026-01", periods=3, freq="M"),
        pd.cut(pd.Series([1, 2, 9]), [0, 5, 10]),
        pd.Series([1, "b", Decimal(1)] * 2, dtype=object),
    ],
)
def test_odd_values_have_finite_places(values):
    columns = read_columns(pd.DataFrame({"x": pd.Series(values)}))
    encoder = ColumnEncoder.learn(columns)

    assert len(encoder.plans) == 1
    assert np.isfinite(encoder.design(encoder.codes(columns))).all()


def test_polars_numbers_that_arrow_does_not_know_are_numbers():
    columns = read_columns(pl.DataFrame({"x": pl.Series([1, 2, None], dtype=pl.Int128)}))

    assert to_floats("x", columns["x"])[:2].tolist() == [1.0, 2.0]


def test_names_of_rows_are_left_out():
    encoder = learn(customer_id=[f"C{i}" for i in range(40)], age=list(range(40)))

    assert encoder.names == ("age",)
    assert "value of its own" in encoder.left_out["customer_id"]


@pytest.mark.parametrize(
    "values, why",
    [
        ([1, 1, 1], "same value"),
        (["a", "a", "a"], "same value"),
        ([None, None, None], "no value is known"),
        ([np.inf, np.inf, np.inf], "same value"),
        (["n/a", "n/a", "n/a"], "same value"),
    ],
)
def test_columns_that_say_nothing_are_left_out_with_the_reason(values, why):
    assert why in learn(x=values).left_out["x"]


def test_a_gap_tells_something_where_the_rest_is_constant():
    assert learn(x=[1, 1, None]).plans[0].gaps


def test_a_gap_never_seen_in_learning_is_an_ordinary_customer():
    assert codes(learn(x=[1, 2, 3]), x=[None]) == [[2.0]]


def test_infinite_values_stand_at_the_ends():
    encoder = learn(x=[1.0, 5.0, np.inf, -np.inf])

    assert codes(encoder, x=[np.inf, -np.inf]) == [[5.0], [1.0]]


@pytest.mark.parametrize("values", [[np.inf, 1.0, 1.0], [np.inf, -np.inf, None]])
def test_where_only_the_infinite_tells_it_is_heard(values):
    infinite, other = codes(learn(x=values), x=values)[:2]

    assert infinite > other


def test_a_column_of_another_kind_than_learned_is_told():
    encoder = learn(total=[1.5, 2.5, 3.5], on=[date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)])

    with pytest.warns(ColumnWarning, match="'total' was learned as numbers.*'soon'"):
        codes(encoder, total=["soon"], on=["2026-01-02"])
    with pytest.warns(ColumnWarning, match="'on' was learned as dates; here it holds int64, such as 7"):
        codes(encoder, total=["n/a"], on=[7])


def test_identifiers_of_a_database_are_names_of_rows():
    columns = read_columns(pd.DataFrame({"id": [uuid4() for _ in range(40)]}))

    assert "value of its own" in ColumnEncoder.learn(columns).left_out["id"]


def test_masked_values_are_missing():
    columns = read_columns(np.ma.masked_array([[1.0], [9.0]], mask=[[False], [True]]))

    np.testing.assert_array_equal(to_floats("x", columns["x0"]), [1.0, np.nan])


def test_order_of_columns_is_free_and_further_ones_are_ignored():
    encoder = learn(a=[1, 2, 3], b=[4, 5, 6])

    assert codes(encoder, c=["x"], b=[5], a=[1]) == [[1.0, 5.0]]


def test_a_missing_column_is_named_with_the_nearest():
    with pytest.raises(MissingColumn, match="needs the column 'months'.*did you mean 'month'"):
        codes(learn(months=[1, 2, 3]), month=[1])


def test_two_columns_of_one_name_are_refused():
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])

    with pytest.raises(LiukeError, match="Two columns are called 'a'"):
        read_columns(frame)


def test_frames_of_every_make_give_the_same_codes():
    told = {
        "age": [20, None, 40] * 5,
        "plan": ["a", "b", None] * 5,
        "on": [True, False, True] * 5,
        "since": [date(2026, 1, 1), date(2026, 2, 1), None] * 5,
        "fee": [Decimal("1.5"), None, Decimal("2.5")] * 5,
    }
    encoder = ColumnEncoder.learn(read_columns(pa.table(told)))
    expected = encoder.codes(read_columns(pa.table(told)))

    for frame in (pd.DataFrame(told), pl.DataFrame(told), pd.DataFrame(told).astype({"plan": "category"})):
        np.testing.assert_array_equal(encoder.codes(read_columns(frame)), expected)


def test_a_column_that_mixes_makes_is_read_as_text():
    frame = pd.DataFrame({"x": pd.Series([1, "b", 2.0, None] * 5, dtype=object)})

    assert to_texts("x", read_columns(frame)["x"]).to_pylist()[:4] == ["1", "b", "2.0", None]


def test_the_design_is_a_line_with_bends_and_a_column_per_level():
    encoder = learn(x=[0.0, 1.0, 2.0, None], plan=["a", "a", "a", "b"])

    design = encoder.design(
        encoder.codes({"x": pa.array([0.0, 2.0, None]), "plan": pa.array(["a", "b", "c"])})
    )

    assert len(encoder.design_owners) == design.shape[1] == len(encoder.design_ramps)
    assert design[:, encoder.design_owners == 1].sum(axis=1).tolist() == [1.0, 1.0, 1.0]
    assert (np.diff(design[:2, encoder.design_owners == 0], axis=0)[:, :-1] > 0).all()
    assert design[:, encoder.design_owners == 0][:, -1].tolist() == [0.0, 0.0, 1.0]  # the gap


def test_an_encoder_survives_its_json():
    encoder = learn(x=[0.1, 1.0, 2.0, None], plan=["a", "a", "b", "b"], flat=[1, 1, 1, 1])

    assert ColumnEncoder.from_json(encoder.to_json()) == encoder


def test_made_up_rows_are_nobodys_and_the_same_every_time():
    encoder = learn(x=[0.1, 1.0, 2.0, None], plan=["a", "a", "b", "b"])

    np.testing.assert_array_equal(encoder.canary(50), encoder.canary(50))
    assert np.isnan(encoder.canary(50)).any()


@pytest.mark.parametrize(
    "monotone, says", [({"plan": 1}, "numbers"), ({"x": 2}, "\\+1 or -1"), ({"y": 1}, "'y'")]
)
def test_directions_that_cannot_be_kept_are_refused(monotone, says):
    with pytest.raises(LiukeError, match=says):
        learn(x=[1, 2, 3], plan=["a", "a", "b"]).signs(monotone)
