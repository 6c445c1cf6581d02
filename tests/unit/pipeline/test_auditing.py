"""`liuke reentry` and `liuke dealers`: what they say, what they store, and what they say is missing."""

from contextlib import contextmanager
from datetime import date, datetime

import pyarrow as pa
import pytest

from liuke.ingest.canonical import TABLES
from liuke.ingest.facts import ingest_canonical
from liuke.pipeline.steps.network import Matches, network
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import open_workspace

AS_OF = "2026-11-01"


@pytest.fixture(scope="module")
def telecom(tmp_path_factory, liuke):
    """A simulated company, loaded and not cycled."""
    folder = tmp_path_factory.mktemp("telecoms") / "telecom"
    made = liuke(
        *("init", "telecom", folder, "--sample", "world", "--lang", "zh"),
        *("--customers", 1500, "--months", 10, "--seed", 9),
    )
    assert made.code == 0, made.err
    assert liuke("ingest", "-w", folder).code == 0
    return folder


@pytest.fixture(scope="module")
def found(telecom, liuke):
    told = liuke("reentry", "-w", telecom, "--json")
    assert told.code == 0, told.out + told.err
    return told.document


@pytest.fixture(scope="module")
def audited(telecom, liuke):
    told = liuke("dealers", "-w", telecom, "--json")
    assert told.code == 0, told.out + told.err
    return told.document


def test_reentry_tells_matches_churn_and_money(found):
    assert found["as_of"] == AS_OF
    assert len(found["matches"]) > 20
    assert found["matches"][0]["evidence"][0]["text_zh"]
    assert found["churn"][-1]["month"] is None
    assert found["spent_before_fen"] >= 0
    assert found["not_known"] == []


def test_results_are_tables_of_the_warehouse(telecom, found, audited):
    workspace = open_workspace(telecom)
    stored = {
        name: workspace.engine.to_arrow(workspace.table(name, as_of=workspace.as_of_days(name)[-1]))
        for name in ("reentries", "net_churn", "dealer_cases")
    }

    assert set(stored["reentries"]["customer_id"].to_pylist()) == {
        match["customer_id"] for match in found["matches"]
    }
    assert stored["net_churn"].num_rows == len(found["churn"])
    assert stored["dealer_cases"].num_rows == len(audited["cases"])


@pytest.mark.parametrize("command", ["reentry", "dealers"])
def test_asked_again_nothing_is_done_and_the_same_is_said(telecom, liuke, found, audited, command):
    pointer = telecom / "var" / "warehouse" / "CURRENT"
    before = pointer.read_text()

    again = liuke(command, "-w", telecom, "--json")

    assert again.document == (found if command == "reentry" else audited)
    assert pointer.read_text() == before


def test_people_read_it_in_the_language_of_the_workspace(telecom, liuke):
    told = liuke("reentry", "-w", telecom, "--top", "3")

    assert told.code == 0
    assert "共同联系人" in told.out
    assert "3 of" in told.out


def test_a_case_file_has_figures_chart_and_customers(telecom, liuke, audited):
    worst = audited["cases"][0]
    told = liuke("dealers", "-w", telecom, "--dealer", worst["dealer_id"])

    assert told.code == 0
    assert worst["why_zh"] in told.out
    assert {step["day"] for step in worst["chart"]} >= {-10, 0, 10}
    assert len(worst["gone"]) == worst["gone_after"]
    assert all(0 <= each["days_after"] < 60 for each in worst["gone"])


def test_commission_at_stake_is_that_of_the_customers_listed(audited):
    for case in audited["cases"]:
        paid = sum(each["commission"] for each in case["gone"])
        assert case["at_stake"] == pytest.approx(paid)
        assert 0 <= case["at_stake_excess"] <= case["at_stake"]


def test_only_flagged_dealers_are_below_the_promised_rate(audited):
    assert audited["flagged"] == sum(case["flagged"] for case in audited["cases"])
    for case in audited["cases"]:
        assert case["flagged"] == (case["q_value"] <= 0.05)


def test_a_dealer_that_was_not_judged_is_told_with_the_nearest(telecom, liuke):
    told = liuke("dealers", "-w", telecom, "--dealer", "X999")

    assert told.code == 1
    assert "'X999'" in told.err
    assert "was not judged as of 2026-11-01" in told.err


@pytest.mark.parametrize(
    "command, missing",
    [
        ("reentry", "Nothing is known by which leavers could be recognised"),
        ("dealers", "the table 'dealers' with 'dealer_id'"),
    ],
)
def test_a_company_without_the_data_is_told_what_is_missing(shop, liuke, command, missing):
    assert liuke("ingest", "-w", shop).code == 0

    told = liuke(command, "-w", shop)

    assert told.code == 1
    assert missing in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("command", ["reentry", "dealers"])
def test_an_empty_warehouse_is_told(tmp_path, liuke, command):
    folder = tmp_path / "empty"
    assert liuke("init", "telecom", folder).code == 0

    told = liuke(command, "-w", folder)

    assert told.code == 1
    assert "is known" in told.err


@contextmanager
def work_at(folder, as_of):
    run = Run(open_workspace(folder), as_of=as_of, progress=lambda doing: None, desk=None)
    with run.warehouse.lock(doing="testing"):
        yield run


def test_the_cycle_finds_what_the_commands_tell_and_once_only(telecom, found, audited):
    with work_at(telecom, date(2026, 11, 1)) as run:
        parts_before = run.warehouse.manifest.parts("reentries")
        first = network(run)

        assert dict(first.figures) == {
            "re-entries": len(found["matches"]),
            "dealers flagged": audited["flagged"],
        }
        assert run.warehouse.manifest.parts("reentries") == parts_before  # those that the commands stored
        assert network(run).was_current


def test_a_company_without_the_tables_is_told_in_figures_and_cycles_on(shop, liuke):
    assert liuke("ingest", "-w", shop).code == 0
    with work_at(shop, date(1998, 7, 1)) as run:
        told = network(run)

        assert "circles, devices, customers.id_number" in told.figures["re-entries"]
        assert told.figures["dealers flagged"] == "not known (nothing to tell from in dealers)"
        assert network(run).was_current
    assert liuke("reentry", "-w", shop, "--as-of", "1998-07-01").code == 1  # who asks is refused as before


def test_matches_of_an_earlier_day_are_what_could_be_told_then(telecom, found):
    edge = datetime(2026, 9, 1)
    with work_at(telecom, date(2026, 11, 1)) as run:
        then = Matches(run)(date(2026, 9, 1))

        assert 0 < then.num_rows < len(found["matches"])
        assert all(row["opened_at"] < edge and row["left_at"] < edge for row in then.to_pylist())
        assert set(then["as_of"].to_pylist()) == {date(2026, 9, 1)}
        assert run.warehouse.manifest.parts("reentries", "2026-09-01")  # kept for the next time


def test_where_nobody_can_be_recognised_nobody_came_back(shop):
    with work_at(shop, date(1998, 7, 1)) as run:
        assert Matches(run)(date(1998, 4, 1)).num_rows == 0


def test_the_next_cycle_abides_by_what_people_said_and_earlier_days_do_not_see_it(telecom, found):
    workspace = open_workspace(telecom)
    refuted = found["matches"][0]
    said = {name: refuted[name] for name in ("customer_id", "former_id")}
    row = said | {"verdict": "rejected", "known_at": datetime(2026, 10, 31, 12)}
    rows = pa.Table.from_pylist([row], schema=TABLES["reentry_verdicts"].schema)
    with work_at(telecom, date(2026, 11, 1)) as run:
        earlier = Matches(run)(date(2026, 10, 31))

    ingest_canonical(workspace.warehouse, "reentry_verdicts", rows, source="workbench")

    with work_at(telecom, date(2026, 11, 1)) as run:
        assert not network(run).was_current
        assert refuted["former_id"] not in Matches(run)(date(2026, 11, 1))["former_id"].to_pylist()
        assert Matches(run)(date(2026, 10, 31)).equals(earlier)
