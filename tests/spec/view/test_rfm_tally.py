"""The tally of purchases says what the one portable query says, to the bit where money is whole fen."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.kernel.seeds import generator
from liuke.store import Engine, Warehouse
from liuke.tier import load
from liuke.view import rfm
from liuke.view.fast import code_events
from liuke.view.rfm_reference import summarise_by_query

AS_OF = date(2026, 3, 1)


def purchases(*, rows=4000, years=1, seed=1) -> pd.DataFrame:
    """Purchases and refunds around the as-of day, in no order; some known late, some never dated."""
    draw = generator("purchases", seed)
    happened = pd.Timestamp(AS_OF) - pd.to_timedelta(draw.integers(-40, 365 * years, rows), "D")
    happened += pd.to_timedelta(draw.choice([0, 1, 86_399], rows), "s")
    known = happened + pd.to_timedelta(draw.choice([0, 0, 3, 50], rows), "D")
    made = pd.DataFrame(
        {
            "customer_id": [f"客{number:03d}" for number in draw.integers(0, 300, rows)],
            "happened_at": happened,
            "known_at": known,
            "amount_fen": draw.integers(-2000, 9000, rows),
        }
    )
    made.loc[draw.random(rows) < 0.02, "known_at"] = pd.NaT
    made.loc[draw.random(rows) < 0.02, "happened_at"] = pd.NaT
    made.loc[draw.random(rows) < 0.02, "customer_id"] = None
    return made


def arrow(frame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


def same_as_query(events: pa.Table, *, as_of=AS_OF) -> pa.Table:
    expected, found = summarise_by_query(events, as_of=as_of), rfm(events, as_of=as_of)
    assert found.schema.names == expected.schema.names
    assert found.schema.types == expected.schema.types
    assert found.num_rows > 50
    assert found.equals(expected)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_as_the_query_says(seed):
    found = same_as_query(arrow(purchases(rows=700, seed=seed)))

    assert 0 < found["monetary"].null_count < found.num_rows


def test_more_days_than_a_byte_counts():
    days = pd.Timestamp(AS_OF) - pd.to_timedelta(np.arange(1, 3000), "D")
    daily = pd.DataFrame({"customer_id": "ann", "happened_on": days, "amount_fen": 100})
    often = pd.concat([daily, purchases(rows=700).rename(columns={"happened_at": "happened_on"})])

    assert same_as_query(arrow(often))["frequency"][0].as_py() == 2998


def test_customers_taken_in_runs():
    with patch("liuke.view.rfm_tally._WORDS", 1 << 9):
        same_as_query(arrow(purchases()))


@pytest.mark.parametrize(
    "numbers",
    [lambda c: c, lambda c: c * 10**15 - 5, lambda c: -c.astype("int16")],
    ids=["close", "apart", "below"],
)
def test_customers_by_number_close_together_and_far_apart(numbers):
    rows = purchases()
    number = rows.customer_id.str[1:].fillna("7").astype("int64")

    same_as_query(arrow(rows.assign(customer_id=numbers(number))))


def test_yuan_with_more_decimals_than_money_has():
    rows = purchases().assign(amount=lambda rows: rows.amount_fen / 700).drop(columns="amount_fen")
    rows.loc[:2, "amount"] = [0.0000005, 2.5e-6, -0.0000015]  # halves go away from zero

    same_as_query(arrow(rows))


@pytest.mark.parametrize("amount", [None, float("nan"), float("inf"), 1e25])
def test_what_a_tally_cannot_add_is_left_to_the_query(amount):
    rows = purchases().assign(amount=lambda rows: rows.amount_fen / 100).drop(columns="amount_fen")
    rows.loc[5, "amount"] = amount

    with patch("liuke.view.rfm_reference.summarise_by_query", wraps=summarise_by_query) as query:
        rfm(arrow(rows), as_of=AS_OF)

    assert query.called


def test_a_file_and_a_folder_of_parquet(tmp_path):
    rows = arrow(purchases())
    pq.write_table(rows.slice(0, 1500), tmp_path / "a.parquet")
    pq.write_table(rows.slice(1500), tmp_path / "b.parquet")

    assert rfm(tmp_path, as_of=AS_OF).equals(rfm(rows, as_of=AS_OF))
    assert rfm(tmp_path / "a.parquet", as_of=AS_OF).equals(rfm(rows.slice(0, 1500), as_of=AS_OF))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """Purchases and refunds among other events, by month."""
    opened = Warehouse(tmp_path_factory.mktemp("rfm"), Engine(memory_gib=0.5))
    rows = purchases().dropna().assign(row_key=lambda rows: [str(key) for key in rows.index])
    other = np.arange(len(rows)) % 3 == 0
    rows["kind"] = np.where(other, "voice", np.where(rows.amount_fen < 0, "refund", "purchase"))
    with opened.lock(doing="test"):
        draft = opened.draft(source="test")
        for month, of_month in rows.groupby(rows.happened_at.dt.strftime("%Y-%m")):
            draft.append("events", arrow(of_month), partition=month)
        draft.commit()
    return opened, arrow(rows[~other].drop(columns=["row_key", "kind"]))


@pytest.mark.parametrize("coded", [False, True])
def test_purchases_among_the_events_of_a_warehouse(warehouse, coded):
    opened, bought = warehouse
    expected = summarise_by_query(bought, as_of=AS_OF)
    if coded:
        with opened.lock(doing="test"):
            code_events(opened)

    assert rfm(opened, as_of=AS_OF).equals(expected)
    with patch("liuke.view.rfm_tally._WORDS", 1 << 9):
        assert rfm(opened, as_of=AS_OF).equals(expected)


def test_parts_are_those_of_the_scheme_by_quantiles():
    found = rfm(arrow(purchases()), as_of=AS_OF, parts=5).to_pandas()
    judged = found.assign(frequency=found.purchases, monetary=found.spend)
    columns = ["customer_id", "last_on", "frequency", "monetary"]

    tiers = load("rfm/quantile").assign(judged[columns], as_of=AS_OF).tier

    assert list("R" + found.r.astype(str) + "F" + found.f.astype(str) + "M" + found.m.astype(str)) == list(
        tiers
    )
    assert set(found.r) == set(found.m) == {1, 2, 3, 4, 5}


def test_parts_of_money_are_missing_where_money_is():
    bare = purchases().drop(columns="amount_fen")

    found = rfm(bare, as_of=AS_OF, parts=3)

    assert found.m.isna().all()
    assert set(found.r) == {1, 2, 3}


def test_an_instant_as_of_is_its_day():
    rows = purchases()

    assert rfm(rows, as_of=datetime(2026, 3, 1, 12)).equals(rfm(rows, as_of=AS_OF))
    assert len(rfm(rows, as_of=AS_OF - timedelta(days=500))) == 0
