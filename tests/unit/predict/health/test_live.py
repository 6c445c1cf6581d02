"""What came of earlier lists: windows that are over, outcomes known by now, both views told."""

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from liuke.predict.churn import ChurnDefinition
from liuke.predict.health import Judged, Known, Promise, PublishedList, judge_list, write_health
from liuke.predict.health import live as live_module
from liuke.predict.health.measuring import judge_forecast
from liuke.predict.health.promise import NO_CARD
from liuke.store import Engine
from tests.tables import company
from tests.unit.predict.companies import rows

LIST_DAY = date(2026, 3, 1)
DEFINITION = ChurnDefinition.model_validate(
    {"method": "rolling", "voluntary": {"statuses": ["closed_voluntary"]}}
)


@pytest.fixture(scope="module")
def engine():
    return Engine(memory_gib=0.5)


def customers(n=1200, seed=5):
    names = np.array([f"k{i:05d}" for i in range(n)], dtype=object)
    return names, np.random.default_rng(seed).beta(1, 9, n)


def published(names, p, *, promise=NO_CARD, same=True):
    return PublishedList(
        as_of=LIST_DAY,
        customers=names,
        p={months: 1 - (1 - p) ** months for months in (1, 2, 3)},
        promise=promise,
        profit=None,
        is_same_leaving=same,
    )


def leavings(names, p, *, seed=6):
    """Everybody leaves in March with their own chance."""
    goes = np.random.default_rng(seed).random(len(names)) < p
    at = datetime(2026, 3, 10)
    return goes, pa.table(
        {
            "customer_id": pa.array(names[goes], pa.string()),
            "left_at": pa.array([at] * int(goes.sum()), pa.timestamp("us")),
            "kind": ["voluntary"] * int(goes.sum()),
            "back_at": pa.nulls(int(goes.sum()), pa.timestamp("us")),
        }
    )


def known(engine, gone, *, as_of, tables=None):
    return Known(
        tables=company(tables or {}), leavings=gone, definition=DEFINITION, engine=engine, as_of=as_of, seed=1
    )


@pytest.mark.parametrize(
    "as_of, months",
    [
        (date(2026, 3, 31), []),
        (date(2026, 4, 1), [1]),
        (date(2026, 4, 30), [1]),
        (date(2026, 5, 1), [1, 2]),
        (date(2026, 6, 1), [1, 2, 3]),
    ],
)
def test_a_horizon_is_judged_from_the_day_its_window_is_over(engine, as_of, months):
    names, p = customers(300)
    _, gone = leavings(names, p)

    looks = judge_list(published(names, p), known(engine, gone, as_of=as_of))

    assert [look.months for look in looks] == months


def test_outcomes_stand_beside_the_right_customers_in_any_order(engine):
    names, p = customers()
    goes, gone = leavings(names, p)
    turned = np.random.default_rng(1).permutation(len(names))

    (look,) = judge_list(published(names[turned], p[turned]), known(engine, gone, as_of=date(2026, 4, 1)))

    assert look.judged.leavers == goes.sum()
    expected = judge_forecast(p, goes, seed=0).measures
    for name in ("auc", "lift_10", "log_loss", "rate"):
        assert look.judged.measures[name].value == pytest.approx(expected[name].value), name


def test_leaving_on_the_first_day_counts_and_on_the_last_does_not(engine):
    names, p = customers(100)
    at = [datetime(2026, 3, 1), datetime(2026, 4, 1) - timedelta(seconds=1), datetime(2026, 4, 1)]
    gone = pa.table(
        {
            "customer_id": pa.array(names[:3], pa.string()),
            "left_at": pa.array(at, pa.timestamp("us")),
            "kind": ["voluntary"] * 3,
            "back_at": pa.nulls(3, pa.timestamp("us")),
        }
    )

    (look,) = judge_list(published(names, p), known(engine, gone, as_of=date(2026, 4, 1)))

    assert look.judged.leavers == 2


def test_the_unknown_are_not_judged(engine):
    names, p = customers(400)
    _, gone = leavings(names, p)
    with_gaps = p.copy()
    with_gaps[:50] = np.nan

    (look,) = judge_list(published(names, with_gaps), known(engine, gone, as_of=date(2026, 4, 1)))

    assert look.judged.customers == 350


def test_only_possible_leavers_are_judged_where_the_promise_was_made_for_them(engine):
    names, p = customers(400)
    _, gone = leavings(names, p)
    p = p.copy()
    p[:100] = 0.0

    promise = Promise({}, among_possible=True)
    (look,) = judge_list(published(names, p, promise=promise), known(engine, gone, as_of=date(2026, 4, 1)))

    assert look.judged.customers == 300


def test_a_list_with_another_meaning_of_leaving_is_not_judged(engine):
    names, p = customers(100)
    _, gone = leavings(names, p)

    (look,) = judge_list(published(names, p, same=False), known(engine, gone, as_of=date(2026, 4, 1)))

    assert look.judged.measures["auc"].why_empty == "definition_changed"


def campaign(names, p, *, held_share, saves, seed=8):
    """The riskiest fifth is drawn; of the treated leavers some are kept."""
    random = np.random.default_rng(seed)
    chosen = p >= np.quantile(p, 0.8)
    held = chosen & (random.random(len(p)) < held_share)
    goes = random.random(len(p)) < p
    left = goes & ~(chosen & ~held & (random.random(len(p)) < saves))
    count = int(chosen.sum())
    at = [datetime(2026, 3, 2)] * count
    drawn = rows(
        "assignments",
        campaign=["spring"] * count,
        customer_id=names[chosen],
        arm=np.where(held[chosen], "hold_out", "treat"),
        probability=[1 - held_share] * count,
        happened_at=at,
        known_at=at,
    )
    gone = pa.table(
        {
            "customer_id": pa.array(names[left], pa.string()),
            "left_at": pa.array([datetime(2026, 3, 20)] * int(left.sum()), pa.timestamp("us")),
            "kind": ["voluntary"] * int(left.sum()),
            "back_at": pa.nulls(int(left.sum()), pa.timestamp("us")),
        }
    )
    return drawn, gone


def test_a_campaign_that_works_is_no_fault_of_the_forecast(engine):
    names, p = customers(6000)
    drawn, gone = campaign(names, p, held_share=0.3, saves=0.8)

    looks = judge_list(
        published(names, p), known(engine, gone, as_of=date(2026, 4, 1), tables={"assignments": drawn})
    )

    everybody, alone = looks
    assert [(look.whom, look.is_judged) for look in looks] == [("all", False), ("left_alone", True)]
    assert everybody.contacted == alone.contacted > 700
    assert everybody.judged.measures["calibration_ratio"].value < 0.85
    assert alone.judged.measures["calibration_ratio"].value == pytest.approx(1, abs=0.15)
    assert alone.judged.measures["auc"].value > everybody.judged.measures["auc"].value


def test_where_nobody_was_left_alone_everybody_is_judged_and_it_is_said(engine):
    names, p = customers(2000)
    drawn, gone = campaign(names, p, held_share=0.0, saves=0.8)

    looks = judge_list(
        published(names, p), known(engine, gone, as_of=date(2026, 4, 1), tables={"assignments": drawn})
    )

    assert [(look.whom, look.is_judged) for look in looks] == [("all", True), ("left_alone", False)]


def test_of_a_long_list_so_many_are_drawn_and_the_answer_stays(engine, monkeypatch):
    names, p = customers(5000)
    _, gone = leavings(names, p)
    (whole,) = judge_list(published(names, p), known(engine, gone, as_of=date(2026, 4, 1)))
    monkeypatch.setattr(live_module, "MOST_JUDGED", 2500)

    (drawn,) = judge_list(published(names, p), known(engine, gone, as_of=date(2026, 4, 1)))

    assert drawn.judged.customers == 2500
    assert drawn.judged.measures["auc"].low < whole.judged.measures["auc"].value
    assert drawn.judged.measures["auc"].high > whole.judged.measures["auc"].value


def promise_of(p, left):
    judged: Judged = judge_forecast(p, left, seed=0)
    return Promise(dict.fromkeys((1, 2, 3), judged), judged_as_of=date(2026, 1, 1))


def test_the_table_tells_promise_findings_and_sentences_in_both_languages(engine):
    names, p = customers(4000)
    _, gone = leavings(names, p, seed=12)
    promise = promise_of(p, np.random.default_rng(2).random(len(p)) < p)
    spoiled = np.random.default_rng(3).permutation(p)

    looks = [
        look
        for each in (p, spoiled)
        for look in judge_list(
            published(names, each, promise=promise), known(engine, gone, as_of=date(2026, 4, 1))
        )
    ]
    told = write_health(promise, looks, as_of=date(2026, 4, 1), had_lists=True).to_pylist()

    auc = [row for row in told if row["source"] == "live" and row["measure"] == "auc"]
    assert [row["finding"] for row in auc] == ["as_promised", "alarm"]
    assert auc[1]["direction"] == "below"
    assert "低于承诺区间" in auc[1]["text_zh"]
    assert "below the promised band" in auc[1]["text_en"]
    assert auc[0]["promised_low"] < auc[0]["value"] < auc[0]["promised_high"]
    assert {row["as_of"] for row in told} == {date(2026, 4, 1)}
    groups = [row["groups"] for row in told if row["measure"] == "ece"]
    assert all(len(each) == 10 for each in groups)
    assert sum(group["customers"] for group in groups[-1]) == 4000


@pytest.mark.parametrize("had_lists, reason", [(True, "no_window_over"), (False, "no_earlier_list")])
def test_where_nothing_can_be_judged_one_row_says_why(had_lists, reason):
    told = write_health(NO_CARD, [], as_of=date(2026, 4, 1), had_lists=had_lists).to_pylist()

    assert [(row["source"], row["why_empty"]) for row in told] == [("backtest", "no_card"), ("live", reason)]
    assert all(row["text_zh"] and row["text_en"] for row in told)
