"""Sums of tiers and of moves: read from two cycles, added up by unit, switched with their publication."""

from datetime import timedelta

import pytest
from django_scopes import scopes_disabled

from liuke.ingest.load import ingest_canonical
from liuke_desk.bridge import tiers as warehouse
from liuke_desk.bridge.facts import make_table
from liuke_desk.config.hooks import run_during_publish
from liuke_desk.customers import selectors, services
from liuke_desk.tiers.models import TierMove, TierSummary
from tests.web.batches import pack
from tests.web.company import AS_OF, CUSTOMERS, NIGHT, SCHEMES, UNITS
from tests.web.tier_company import BEFORE, make_warehouse


@pytest.fixture(scope="module")
def cycles(tmp_path_factory):
    return make_warehouse(tmp_path_factory.mktemp("cycles"))


@pytest.fixture
def served(cycles, monkeypatch):
    """Django serves these two cycles."""
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: cycles)


def publish(*, as_of=AS_OF, before_switch=None):
    return services.publish(
        as_of=as_of,
        batches=pack(CUSTOMERS),
        units=UNITS,
        schemes=SCHEMES,
        simulated=False,
        at=NIGHT,
        before_switch=before_switch or (lambda publication: run_during_publish(publication, units=UNITS)),
    )


# What the warehouse says


def test_the_days_that_have_tiers(served):
    assert warehouse.list_cycle_days() == [BEFORE, AS_OF]
    assert warehouse.find_day_before(AS_OF) == BEFORE
    assert warehouse.find_day_before(BEFORE) is None


def test_who_has_left_is_in_no_tier_and_an_unknown_value_is_not_counted_as_nought(served):
    rows = {(row["unit_id"], row["tier"]): row for row in warehouse.sum_structure(AS_OF)}

    told = {key: (row["customers"], row["valued"], row["value_fen"]) for key, row in rows.items()}
    assert told == {
        ("B1", "important"): (2, 2, 195_000),
        ("B1", "small"): (1, 1, 9_000),
        ("B2", "small"): (2, 1, 6_000),
        ("B9", "small"): (1, 1, 3_000),
    }


def test_who_left_is_lost_and_who_came_back_is_new(served):
    rows = warehouse.sum_moves(since=BEFORE, until=AS_OF)

    told = {(row["unit_id"], row["before"], row["after"]): (row["move"], row["customers"]) for row in rows}
    assert told == {
        ("B1", "important", "important"): ("stay", 1),
        ("B1", "small", "important"): ("up", 1),
        ("B1", "important", "small"): ("down", 1),
        ("B2", "small", "small"): ("stay", 1),
        ("B2", "", "small"): ("new", 1),
        ("B9", "", "small"): ("new", 1),
        ("unassigned", "small", ""): ("lost", 1),
    }


def test_the_value_of_a_lost_customer_is_that_of_before(served):
    (lost,) = [row for row in warehouse.sum_moves(since=BEFORE, until=AS_OF) if row["move"] == "lost"]

    assert lost["value_fen"] == 7_000


def list_moved(**changes):
    asked = {"scheme": "pyramid", "before": "", "after": "small", "units": None, "most": 10, "stamp": -1}
    return warehouse.list_moved(since=BEFORE, until=AS_OF, **asked | changes)


def test_customers_of_a_move_by_value_in_the_units_asked_for(served):
    assert list_moved() == ("eve", "zoe")
    assert list_moved(units=("B9",)) == ("zoe",)
    assert list_moved(units=()) == ()
    assert list_moved(most=1) == ("eve",)
    assert list_moved(before="small", after="") == ("una",)


def test_who_overtook_whom_among_those_of_some_units(served):
    asked = {"scheme": "pyramid", "since": BEFORE, "until": AS_OF, "top": 2, "stamp": -1}

    whole = warehouse.compare_top(units=None, **asked)
    one = warehouse.compare_top(units=("B1",), **asked)

    assert (whole["entered"], whole["left"]) == (("bob",), ("cid",))
    ann, bob, cid = one["customers"]
    assert (ann["customer_id"], ann["place_before"], ann["place_after"]) == ("ann", 2, 1)
    assert (ann["overtook"], bob["overtook"], cid["overtaken_by"]) == (["cid"], ["cid"], ["ann", "bob"])
    assert (bob["measure_before"], bob["measure_after"]) == (100.0, 950.0)


# What is published


@pytest.mark.django_db
def test_a_unit_adds_up_itself_and_all_below_it(served):
    publish()

    with scopes_disabled():
        sums = {
            (row.unit_id, row.tier): (row.customers, row.valued, row.value_fen)
            for row in TierSummary.objects.all()
        }
        moves = {
            (row.unit_id, row.before, row.after): (row.move, row.customers, row.since)
            for row in TierMove.objects.filter(unit__in=["R1", "R2", "unassigned"])
        }
    assert sums == {
        ("B1", "important"): (2, 2, 195_000),
        ("B1", "small"): (1, 1, 9_000),
        ("B2", "small"): (2, 1, 6_000),
        ("R1", "important"): (2, 2, 195_000),
        ("R1", "small"): (3, 2, 15_000),
        ("B9", "small"): (1, 1, 3_000),
        ("R2", "small"): (1, 1, 3_000),
    }
    assert moves == {
        ("R1", "important", "important"): ("stay", 1, BEFORE),
        ("R1", "small", "important"): ("up", 1, BEFORE),
        ("R1", "important", "small"): ("down", 1, BEFORE),
        ("R1", "small", "small"): ("stay", 1, BEFORE),
        ("R1", "", "small"): ("new", 1, BEFORE),
        ("R2", "", "small"): ("new", 1, BEFORE),
        ("unassigned", "small", ""): ("lost", 1, BEFORE),
    }


@pytest.mark.django_db
def test_the_first_cycle_has_a_structure_and_no_moves(tmp_path, monkeypatch):
    first = make_warehouse(tmp_path / "first", days=(BEFORE,))
    monkeypatch.setattr("liuke_desk.bridge.workspace.current_workspace", lambda: first)

    publish(as_of=BEFORE)

    with scopes_disabled():
        assert (TierSummary.objects.count(), TierMove.objects.count()) == (6, 0)


@pytest.mark.django_db
def test_a_publication_that_breaks_off_here_is_not_seen_and_goes_with_the_next_one(served):
    first = publish()

    def break_off(publication):
        run_during_publish(publication, units=UNITS)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        publish(before_switch=break_off)

    assert selectors.get_current_publication() == first
    second = publish()
    with scopes_disabled():
        kept = set(TierSummary.objects.values_list("publication", flat=True))
    assert kept == {first.pk, second.pk}


# What the next cycle takes in


def test_decisions_by_hand_are_accepted_as_canonical_rows(tmp_path):
    workspace = make_warehouse(tmp_path / "next")
    override = {
        "override_id": "desk-1",
        "customer_id": "bob",
        "scheme": "pyramid",
        "tier": "important",
        "reason": "An old friend",
        "approved_by": "hu",
        "begins_on": AS_OF,
        "ends_on": AS_OF + timedelta(days=30),
        "withdrawn": False,
        "known_at": NIGHT,
    }
    taken_back = override | {"withdrawn": True, "known_at": NIGHT + timedelta(days=1)}
    alone = {
        "row_key": "desk-1",
        "customer_id": "ann",
        "action": "separate",
        "reason": "x",
        "known_at": NIGHT,
    }
    known = [{"customer_id": each, "kind": "personal", "known_at": NIGHT} for each in ("ann", "bob")]
    facts = {"customers": known, "tier_overrides": [override, taken_back], "household_edits": [alone]}

    for name, rows in facts.items():
        report = ingest_canonical(workspace.warehouse, name, make_table(name, rows), source="desk")
        assert (report.accepted, dict(report.reasons)) == (len(rows), {})
