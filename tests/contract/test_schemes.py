"""Promises that every built-in scheme keeps; a new scheme is held to them by being there."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.store import Engine
from liuke.tier import built_in_schemes, load

TODAY = date(2026, 3, 31)
AMOUNTS = [  # columns that hold the same amounts
    *["points", "value", "monetary", "spend_12m"],
    *["personal_total", "personal_daily_avg", "household_daily_avg"],
]
# Tiers that ask for no measure: any identified customer is silver, any new one is D.
UNMEASURED = {"bank/cards": ["silver"], "receivables/classes": ["D"]}
RESULT = ["customer_id", "tier", "rank", "measure", "why", "why_zh", "next_tier", "missing"]


@pytest.fixture(scope="module")
def customers():
    """120 customers with every column that schemes read, ties and missing values among them."""
    draw = np.random.default_rng(5)
    count = 120
    amounts = np.round(draw.lognormal(7, 2, count), 2)
    amounts[::7] = 0
    amounts[3::11] = np.nan
    amounts[5] = -40
    days = [TODAY - timedelta(days=int(back)) for back in draw.integers(0, 500, count)]
    return pd.DataFrame(
        {
            "customer_id": [f"c{number:03d}" for number in draw.permutation(count)],
            **dict.fromkeys(AMOUNTS, amounts),
            "frequency": draw.integers(0, 14, count),
            "identified": [None if number % 17 == 0 else number % 5 > 0 for number in range(count)],
            "last_on": [None if number % 13 == 0 else day for number, day in enumerate(days)],
            "sales": amounts,
            "collected": np.round(amounts * np.random.default_rng(7).uniform(0.6, 1.1, count), 2),
            "is_new": [None if number % 19 == 0 else number % 9 == 0 for number in range(count)],
            **columns_of_matrices_and_grids(np.random.default_rng(6), count),
        },
        index=range(1000, 1000 + count),
    )


def columns_of_matrices_and_grids(draw, count):
    """Words, flags and counts, every eighth missing."""
    words = {
        "scale": ["large", "medium", "small"],
        "potential": ["key", "potential", "general"],
        "importance": ["A", "B", "C"],
        "size": ["L", "M", "S"],
        "level": ["high", "mid", "regular"],
        "class": ["personal", "corporate", "government"],
        "area": ["urban", "suburban", "rural"],
        "risk_tolerance": ["C1", "C2", "C3", "C4", "C5"],
        "is_closed": [True, False, False, False],
        "has_bought": [True, True, True, False],
    }
    numbers = {
        "age_years": 90,
        "tenure_months": 60,
        "days_since_last": 500,
        "experience_years": 6,
        "products_held": 6,
        "active_days_90d": 91,
        "referrals_12m": 4,
        "complaints_12m": 3,
        "returns_12m": 3,
    }
    shares = ["spend_change_3m", "repurchase_rate"]
    made = {name: draw.choice(values, count).astype(object) for name, values in words.items()}
    made |= {name: draw.integers(0, below, count).astype(object) for name, below in numbers.items()}
    made |= {name: np.round(draw.uniform(-1, 1, count), 2).astype(object) for name in shares}
    made["financial_assets"] = np.round(draw.lognormal(13, 2, count), 2).astype(object)
    made["unpaid"] = np.round(draw.uniform(0, 900, count), 2).astype(object)
    for name, values in made.items():
        values[len(name) % 8 :: 8] = None
    return made


@pytest.fixture(scope="module", params=sorted(built_in_schemes()))
def scheme(request):
    return load(request.param)


@pytest.fixture(scope="module")
def assigned(scheme, customers):
    return scheme.assign(customers, as_of=TODAY)


def test_schemes_are_found():
    assert {"bank/stars", "pyramid", "rfm"} <= set(built_in_schemes())


def test_a_scheme_is_named_as_it_is_loaded_and_speaks_both_languages(scheme):
    assert load(scheme.name) == scheme
    assert scheme.version >= 1
    assert all(level.words.zh and level.words.en and level.color for level in scheme.levels)


def test_everybody_is_answered_in_their_place(assigned, customers):
    assert list(assigned.columns[: len(RESULT)]) == RESULT
    assert assigned.index.equals(customers.index)
    assert assigned.customer_id.tolist() == customers.customer_id.tolist()
    assert assigned[["tier", "rank", "why", "why_zh"]].notna().all().all()


def test_tiers_have_the_rank_of_their_level(scheme, assigned):
    ranks = {level.name: level.rank for level in scheme.levels}

    assert assigned["rank"].tolist() == [ranks[tier] for tier in assigned.tier]
    assert min(ranks.values()) == 1
    assert ranks["unrated"] == max(ranks.values())


def test_the_unknown_are_unrated_and_nothing_is_missing_for_them(scheme, assigned):
    unmeasured = assigned.tier.isin(UNMEASURED.get(scheme.name, []))
    if assigned.measure.isna().all():  # a matrix or a grid measures nothing at all
        assert assigned[["next_tier", "missing"]].isna().all(axis=None)
        unmeasured = assigned.tier != "unrated"
    unknown = assigned[assigned.measure.isna() & ~unmeasured]

    assert len(unknown) > 5
    assert set(unknown.tier) == {"unrated"}
    assert unknown[["next_tier", "missing"]].isna().all().all()


def test_what_is_missing_leads_to_the_next_tier(scheme, assigned, customers):
    """Give a customer what is missing and a fen to spare: the tier is the one that was promised."""
    known = assigned.measure.notna()
    is_amount = known.any() and (assigned.measure[known] == customers.value[known]).all()
    if not is_amount and scheme.kind != "receivables":  # a rate, which the test can raise too
        pytest.skip("what it measures is not one of the amounts")
    lacking = assigned[assigned.missing > 0].iloc[[0, 20, 40]]

    for index, row in lacking.iterrows():
        given = customers.copy()
        reached = row.measure + row.missing
        given.loc[index, AMOUNTS] = round(reached + 0.01, 9)
        given.loc[index, "collected"] = round(given.sales[index] * reached + 0.01, 2)  # a rate of the sales
        assert scheme.assign(given, as_of=TODAY).loc[index].tier == row.next_tier


def test_the_order_of_rows_does_not_matter(scheme, assigned, customers):
    shuffled = scheme.assign(customers.sample(frac=1, random_state=3), as_of=TODAY)

    pd.testing.assert_frame_equal(shuffled.sort_index(), assigned)


@pytest.mark.parametrize("files", [7, 120])
def test_how_rows_are_split_over_files_does_not_matter(scheme, assigned, customers, files, tmp_path):
    rows = pa.Table.from_pandas(customers, preserve_index=False)
    for at, part in enumerate(np.array_split(np.arange(len(rows)), files)):
        pq.write_table(rows.take(part), tmp_path / f"{at:03d}.parquet")
    engine = Engine()
    table = engine.read_parquet(sorted(tmp_path.iterdir()))
    made = engine.to_arrow(scheme.express(table, as_of=TODAY).order_by("customer_id")).to_pandas()
    engine.close()

    expected = assigned.sort_values("customer_id").reset_index(drop=True)
    pd.testing.assert_frame_equal(made, expected, check_dtype=False)


def test_every_make_of_frame_gets_its_own_make_back(scheme, assigned, customers):
    arrow = pa.Table.from_pandas(customers, preserve_index=False)

    from_arrow = scheme.assign(arrow, as_of=TODAY)
    from_polars = scheme.assign(pl.from_arrow(arrow), as_of=TODAY)

    assert isinstance(from_arrow, pa.Table)
    assert isinstance(from_polars, pl.DataFrame)
    assert from_polars.to_arrow().cast(from_arrow.schema).equals(from_arrow)
    pd.testing.assert_frame_equal(from_arrow.to_pandas(), assigned.reset_index(drop=True))


def test_the_expression_is_the_same_as_the_frame(scheme, assigned, customers):
    engine = Engine()
    made = engine.to_arrow(scheme.express(ibis.memtable(customers), as_of=TODAY).order_by("customer_id"))
    engine.close()

    expected = assigned.sort_values("customer_id").reset_index(drop=True)
    pd.testing.assert_frame_equal(made.to_pandas(), expected)


@pytest.mark.parametrize("count", [0, 1])
def test_one_customer_and_none(scheme, customers, count):
    found = scheme.assign(customers.head(count), as_of=TODAY)

    assert len(found) == count
    assert list(found.columns[: len(RESULT)]) == RESULT


def test_all_unknown(scheme, customers):
    blank = customers.assign(**dict.fromkeys(customers.columns.drop("customer_id")))

    assert set(scheme.assign(blank, as_of=TODAY).tier) == {"unrated"}


def test_a_customer_number_is_not_needed(scheme, assigned, customers):
    found = scheme.assign(customers.drop(columns="customer_id"), as_of=TODAY)

    assert "customer_id" not in found
    assert found.tier.tolist() == assigned.tier.tolist()
