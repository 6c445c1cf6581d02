"""The summary that purchase models are fitted on, from a plain frame of purchases."""

from datetime import date

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from liuke.kernel.errors import LiukeError, MissingColumn
from liuke.view import rfm
from tests.tables import table

BOUGHT = table("""
    customer_id | happened_on | amount
    ann         | 2026-01-01  |  10.00
    ann         | 2026-01-11  |  20.50
    ann         | 2026-01-11  |   9.50
    ann         | 2026-01-31  |  40.00
    bob         | 2026-01-31  |  25.00
    cid         | 2026-02-01  |  99.00
    dee         | 2026-01-05  |   5.00
    dee         | 2026-01-15  |   8.00
    dee         | 2026-01-15  |  -3.00
    dee         | 2026-01-20  |  -5.00
    eve         | 2026-01-20  |  -7.00
""")


def summary(events, *columns, as_of=date(2026, 2, 1)):
    found = rfm(events, as_of=as_of).set_index("customer_id")[list(columns)]
    return {who: tuple(None if pd.isna(each) else each for each in row) for who, *row in found.itertuples()}


def test_repeat_purchase_days_and_the_days_between():
    assert summary(BOUGHT, "recency_days", "frequency", "T_days") == {
        "ann": (30, 2, 30),  # the 11th counts once; the last day seen is 31 January
        "bob": (0, 0, 0),
        "dee": (10, 1, 26),  # a day with a refund alone is no purchase day
    }  # cid buys on the as-of day, eve has brought back what she never bought


def test_money_of_repeat_days_and_of_all():
    assert summary(BOUGHT, "monetary", "purchases", "spend") == {
        "ann": (35.0, 4, 80.0),
        "bob": (None, 1, 25.0),  # no repeat purchase, so nothing is known of its worth
        "dee": (5.0, 2, 5.0),  # the same day's refund is taken off the day, every refund off the spend
    }


def test_days_of_the_first_and_the_last():
    assert summary(BOUGHT, "first_on", "last_on", "days_since_last") == {
        "ann": (date(2026, 1, 1), date(2026, 1, 31), 1),
        "bob": (date(2026, 1, 31), date(2026, 1, 31), 1),
        "dee": (date(2026, 1, 5), date(2026, 1, 15), 17),
    }


def test_a_purchase_counts_when_it_was_known_before_the_day():
    late = table("""
        customer_id | happened_at      | known_at         | amount_fen
        ann         | 2026-01-10 23:59 | 2026-01-31 23:59 | 100
        ann         | 2026-01-20       | 2026-02-01 00:00 | 100
    """)

    assert summary(late, "frequency", "spend") == {"ann": (0, 1.0)}
    assert summary(late, "frequency", "spend", as_of=date(2026, 2, 2)) == {"ann": (1, 2.0)}


def test_without_amounts_only_the_money_is_missing():
    bare = BOUGHT[["customer_id", "happened_on"]]

    assert summary(bare, "frequency", "monetary", "spend")["ann"] == (2, None, None)


def test_the_same_make_comes_back_with_the_same_content():
    arrow = pa.Table.from_pandas(BOUGHT, preserve_index=False)
    from_arrow = rfm(arrow, as_of=date(2026, 2, 1))
    from_polars = rfm(pl.from_arrow(arrow), as_of=date(2026, 2, 1))
    from_pandas = rfm(BOUGHT.set_index(BOUGHT.index + 5), as_of=date(2026, 2, 1))

    assert isinstance(from_arrow, pa.Table)
    assert isinstance(from_polars, pl.DataFrame)
    assert isinstance(from_pandas, pd.DataFrame)
    assert from_polars.to_dicts() == from_arrow.to_pylist()
    assert list(from_pandas.index) == [0, 1, 2]
    assert list(from_pandas.frequency) == from_arrow["frequency"].to_pylist()


def test_the_order_of_the_rows_does_not_matter():
    turned = rfm(BOUGHT[::-1], as_of=date(2026, 2, 1))

    pd.testing.assert_frame_equal(turned, rfm(BOUGHT, as_of=date(2026, 2, 1)))


def test_numbers_and_categories_may_name_customers():
    numbered = BOUGHT.assign(customer_id=[1] * 6 + [2] * 5)
    categories = BOUGHT.assign(customer_id=BOUGHT.customer_id.astype("category"))

    assert list(rfm(numbered, as_of=date(2026, 2, 1)).customer_id) == [1, 2]
    assert list(rfm(categories, as_of=date(2026, 2, 1)).customer_id) == ["ann", "bob", "dee"]


def test_nobody_bought_yet():
    found = rfm(BOUGHT, as_of=date(2026, 1, 1))

    assert len(found) == 0
    assert {"recency_days", "frequency", "monetary", "T_days"} <= set(found.columns)


def test_a_missing_column_is_named():
    with pytest.raises(MissingColumn, match="liuke.view.rfm needs the column 'happened_at'"):
        rfm(BOUGHT.drop(columns="happened_on"), as_of=date(2026, 2, 1))
    with pytest.raises(MissingColumn, match="needs the column 'customer_id'"):
        rfm(BOUGHT.drop(columns="customer_id"), as_of=date(2026, 2, 1))


def test_days_written_as_text_are_refused_with_the_way_out():
    texts = BOUGHT.assign(happened_on=[str(day) for day in BOUGHT.happened_on])

    with pytest.raises(
        LiukeError, match="needs days or instants in 'happened_on', which holds string; convert it"
    ):
        rfm(texts, as_of=date(2026, 2, 1))


def test_the_published_summary_of_cdnow():
    """Fader and Hardie's 2,357 customers, 39 weeks to 30 September 1997, as lifetimes ships them."""
    folder = pytest.importorskip("lifetimes", reason="needs the extra 'samples'").__path__[0]
    names = ["sample_id", "customer_id", "day", "copies", "amount"]
    rows = pd.read_csv(f"{folder}/datasets/CDNOW_sample.txt", sep=r"\s+", header=None, names=names)
    rows["happened_on"] = pd.to_datetime(rows.day.astype(str))
    published = pd.read_csv(f"{folder}/datasets/cdnow_customers_summary.csv").sort_values("ID")

    found = rfm(rows, as_of=date(1997, 10, 1))

    assert len(found) == 2357
    assert list(found.frequency) == list(published.frequency)
    assert list((found.recency_days / 7).round(2)) == pytest.approx(list(published.recency), abs=0.011)
    assert list((found.T_days / 7).round(2)) == pytest.approx(list(published["T"]), abs=0.011)
