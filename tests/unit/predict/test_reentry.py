"""Who came back under a new number: found on a simulated company whose truth is known."""

from datetime import date, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pytest

from liuke.ingest.canonical import TABLES
from liuke.ingest.tables import canonical_tables
from liuke.kernel.days import midnight
from liuke.kernel.errors import LiukeError
from liuke.predict.dealers import DealerSettings, audit_dealers
from liuke.predict.leavings import find_leavings
from liuke.predict.reentered import mark_reentered
from liuke.predict.reentry import ReentrySettings, find_reentries
from liuke.predict.reentry.choosing import choose_pairs, share_out
from liuke.predict.reentry.comparing import FIELDS, compare
from liuke.predict.reentry.linkage import ONE_PERSON, count_patterns, fit_linkage
from liuke.predict.reentry.parties import find_parties
from liuke.predict.reentry.settings import DEFAULTS
from liuke.predict.reentry.traces import find_traces
from tests.tables import company
from tests.unit.predict.networks import CHURN, TODAY, simulate, true_returns


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("returns")


@pytest.fixture(scope="module")
def warehouse(root):
    return simulate(root, customers=2200, months=10, seed=4)


@pytest.fixture(scope="module")
def found(warehouse):
    return find_reentries(canonical_tables(warehouse), CHURN, warehouse.engine, as_of=TODAY)


@pytest.fixture(scope="module")
def parties(warehouse):
    return find_parties(canonical_tables(warehouse), CHURN, warehouse.engine, as_of=TODAY, settings=DEFAULTS)


@pytest.fixture(scope="module")
def pairs(warehouse, parties):
    tables = canonical_tables(warehouse)
    traces = find_traces(tables, parties, warehouse.engine, as_of=TODAY, settings=DEFAULTS)
    return compare(parties, traces, DEFAULTS)


@pytest.fixture(scope="module")
def truth(root, parties):
    """True pairs whose former self is known to have left by today."""
    left = set(parties.leavers["customer_id"].to_pylist())
    return {(new, old) for new, old in true_returns(root) if old in left}


def judged(pairs, parties, truth) -> np.ndarray:
    """Of each pair, whether it truly is one person."""
    new = parties.newcomers["customer_id"].take(pairs.newcomer).to_pylist()
    old = parties.leavers["customer_id"].take(pairs.leaver).to_pylist()
    return np.array([pair in truth for pair in zip(new, old, strict=True)])


def test_nine_in_ten_are_right_and_eight_in_ten_are_found(found, truth):
    told = set(zip(*found.matches.select(["customer_id", "former_id"]).to_pydict().values(), strict=True))

    assert len(truth) > 60
    assert len(told & truth) / len(told) >= 0.90
    assert len(told & truth) / len(truth) >= 0.80


def test_devices_alone_find_far_fewer_and_err_more(found, pairs, parties, truth):
    same = pairs.levels[:, FIELDS.index("device")] == 1
    nearest = np.where(same, 0.9 - 0.001 * np.abs(pairs.gap_days), 0.0)
    right = judged(pairs, parties, truth)
    chosen = choose_pairs(pairs, nearest, at_least=0.5)

    assert right[chosen].sum() / len(truth) < 0.6
    assert right[chosen].mean() < 0.95
    assert found.matches.num_rows > 1.3 * len(chosen)


def test_probabilities_are_about_right(pairs, parties, truth):
    patterns = count_patterns(pairs)
    linkage = fit_linkage(pairs, patterns)
    chance = share_out(pairs, linkage.chances(patterns.levels)[patterns.of_pair, ONE_PERSON])
    right = judged(pairs, parties, truth)

    assert abs(chance.sum() - right.sum()) < 0.08 * right.sum()
    for low, high in ((0.0, 0.1), (0.9, 1.01)):
        within = (chance >= low) & (chance < high)
        assert abs(chance[within].mean() - right[within].mean()) < 0.04


def test_nobody_is_matched_twice(found):
    for side in ("customer_id", "former_id"):
        assert len(set(found.matches[side].to_pylist())) == found.matches.num_rows


def test_the_evidence_is_told_in_both_languages_with_its_strength(found):
    for match in found.matches.to_pylist():
        assert {each["code"] for each in match["evidence"]} <= set(FIELDS)
        assert all(each["text_zh"] and each["text_en"] for each in match["evidence"])
        assert match["weight"] == pytest.approx(sum(each["bits"] for each in match["evidence"]))
        bits = [abs(each["bits"]) for each in match["evidence"]]
        assert bits == sorted(bits, reverse=True)


def test_churn_is_split_without_rest_and_its_intervals_hold_what_they_estimate(found):
    *months, together = found.churn.to_pylist()

    assert together["month"] is None
    assert together["gross"] == sum(month["gross"] for month in months)
    for row in found.churn.to_pylist():
        assert row["real_loss"] + row["reentry"] + row["dormant"] == pytest.approx(row["gross"])
        for part in ("real_loss", "reentry", "dormant"):
            assert 0 <= row[f"{part}_low"] <= row[part] <= row[f"{part}_high"] <= row["gross"]


@pytest.mark.parametrize("day", [date(2026, 8, 1), date(2026, 9, 15)])
def test_what_became_known_later_changes_nothing(warehouse, found, day):
    tables = canonical_tables(warehouse) | {"reentry_verdicts": judged_over_time(found)}
    cut = {
        name: rows.filter(rows.known_at < midnight(day)) if "known_at" in rows.columns else rows
        for name, rows in tables.items()
    }

    on_all, on_cut = (find_reentries(each, CHURN, warehouse.engine, as_of=day) for each in (tables, cut))
    assert on_all.matches.num_rows > 10
    assert on_all.matches.equals(on_cut.matches)
    assert on_all.churn.equals(on_cut.churn)
    assert marked(tables, on_all, warehouse, day) == marked(cut, on_cut, warehouse, day)


def judged_over_time(found) -> ibis.Table:
    """Verdicts on every third match, in turn of both kinds, given on and about the days of the test."""
    rows = [
        {
            "customer_id": match["customer_id"],
            "former_id": match["former_id"],
            "verdict": ("rejected", "confirmed")[place % 2],
            "known_at": datetime(2026, 7, 30) + timedelta(hours=25 * place),
        }
        for place, match in enumerate(found.matches.to_pylist()[::3])
    ]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=TABLES["reentry_verdicts"].schema))


def marked(tables, found, warehouse, day) -> set[tuple]:
    """(customer, instant, new number) of the leavings that labels take back, as known by a day."""
    left = find_leavings(tables, CHURN, known_by=day)
    rows = warehouse.engine.to_arrow(mark_reentered(left, ibis.memtable(found.matches), CHURN.reentry))
    names = ("customer_id", "left_at", "reentered_as")
    return {tuple(row[name] for name in names) for row in rows.to_pylist() if row["reentered_as"]}


def test_labels_take_back_the_leavings_of_those_who_truly_came_back(warehouse, found, truth):
    taken_back = {(new, old) for old, _, new in marked(canonical_tables(warehouse), found, warehouse, TODAY)}

    assert len(taken_back & truth) / len(taken_back) >= 0.95  # surer than a match, since labels are at stake
    assert len(taken_back & truth) / len(truth) >= 0.70


@pytest.mark.parametrize("day", [date(2026, 9, 1), date(2026, 10, 15)])
def test_dealers_too_are_judged_by_what_was_known(warehouse, day):
    tables = canonical_tables(warehouse)
    cut = {
        name: rows.filter(rows.known_at < midnight(day)) if "known_at" in rows.columns else rows
        for name, rows in tables.items()
    }

    on_all, on_cut = (
        audit_dealers(each, CHURN, warehouse.engine, as_of=day, settings=DealerSettings(least_reached=3))
        for each in (tables, cut)
    )
    assert on_all.cases.num_rows > 5
    assert on_all.cases.equals(on_cut.cases)


def test_small_blocks_find_the_same_pairs(warehouse, parties, pairs):
    tables = canonical_tables(warehouse)
    settings = ReentrySettings(pairs_at_once=50)
    traces = find_traces(tables, parties, warehouse.engine, as_of=TODAY, settings=settings)
    again = compare(parties, traces, settings)

    assert (again.leaver == pairs.leaver).all()
    assert (again.newcomer == pairs.newcomer).all()
    assert (again.levels == pairs.levels).all()
    assert again.in_window == pairs.in_window


def test_money_spent_on_those_who_came_back(warehouse, found):
    """Each accepted offer of the half year before leaving, or to the new number, counts once."""
    tables = canonical_tables(warehouse)
    offers = warehouse.engine.to_arrow(tables["offers"]).to_pylist()
    expected = 0
    for match in found.matches.to_pylist():
        for offer in offers:
            if offer["outcome"] != "accepted" or offer["known_at"] >= midnight(TODAY):
                continue
            age = match["left_at"] - offer["happened_at"]
            before = offer["customer_id"] == match["former_id"] and timedelta(0) < age <= timedelta(days=180)
            since = offer["customer_id"] == match["customer_id"]
            expected += offer["cost_fen"] * (before or since)

    spent = sum(int(100 * (row["spent_before"] + row["spent_since"])) for row in found.matches.to_pylist())
    assert spent == expected > 0


def test_without_anybody_gone_it_is_told(warehouse):
    with pytest.raises(LiukeError, match=r"Nobody is known to have left.*'statuses'.*'events'"):
        find_reentries(company(), CHURN, warehouse.engine, as_of=TODAY)


def test_without_any_trace_it_is_told_which_tables_would_help(warehouse):
    tables = company(
        customers="customer_id | opened_at\nann | 2026-01-05\nnew | 2026-09-05",
        accounts="account_id | customer_id | opened_at\n1 | ann | 2026-01-05\n2 | new | 2026-09-05",
        statuses="account_id | customer_id | happened_at | status\n1 | ann | 2026-08-20 | closed_voluntary",
    )

    with pytest.raises(LiukeError, match=r"'circles'.*'devices'.*'id_number'.*'payer_account'"):
        find_reentries(tables, CHURN, warehouse.engine, as_of=TODAY)
