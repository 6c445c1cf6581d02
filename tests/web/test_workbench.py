"""What the library's cycle asks of the workbench, and what becomes of its results on the way."""

import json
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter

import pyarrow as pa
import pytest
from django_scopes import scope

from liuke.ingest.canonical import TABLES
from liuke.pipeline.ports import find_desk
from liuke.pipeline.results import RESULTS
from liuke.pipeline.workspace import open_workspace
from liuke_desk.bridge import published
from liuke_desk.bridge.facts import make_table, read_tables, write_tables
from liuke_desk.bridge.refusals import DeskRefused
from liuke_desk.bridge.workspace import VARIABLE
from liuke_desk.config.entering import enter
from liuke_desk.config.workbench import Workbench
from liuke_desk.customers.fields import unfold
from liuke_desk.customers.models import Profile
from liuke_desk.customers.rows import COLUMNS
from liuke_desk.customers.sheets import PARTS
from tests.web.batches import JSON
from tests.web.tier_company import LIUKE_TOML

AS_OF = date(2026, 3, 31)
YUAN = Decimal

CARD = {
    "customer_id": "ann",
    "as_of": AS_OF,
    "name": "安然",
    "kind": "personal",
    "sex": "female",
    "birth_on": date(1980, 2, 29),
    "id_number": None,
    "phone": "13800001234",
    "email": None,
    "address": None,
    "unit_id": "B1",
    "manager_id": "S1",
    "manager_name": "李",
    "special_care": None,
    "do_not_disturb": False,
    "opened_on": date(2020, 1, 2),
    "product": "mobile",
    "plan": "A99",
    "brand": None,
    "contract_end_on": date(2026, 12, 31),
    "accounts": 1,
    "status": "open",
    "status_on": date(2020, 1, 2),
    "status_reason": None,
    "has_open_complaint": True,
    "latest_contact_on": None,
    "unpaid_fen": 8600,
    "points": None,
    "products": ["TV"],
    "usage": [{"month": "2026-03", "kind": "voice", "times": 2, "quantity": 3.5, "amount_fen": None}],
    "contacts": [{"happened_at": datetime(2026, 3, 1, 10), "channel": "phone", "outcome": "reached"}],
    "complaints": [{"happened_at": datetime(2026, 3, 2), "status": "open", "resolved_at": None}],
    "offers": [
        {"happened_at": datetime(2026, 1, 1), "policy": "gift", "outcome": "accepted", "cost_fen": 100}
    ],
    "surveys": [{"happened_at": datetime(2026, 1, 1), "kind": "nps", "score": 9.0}],
    "statuses": [{"happened_at": datetime(2020, 1, 2), "status": "open", "reason": None}],
    "history": [{"month": "2026-03", "billed_fen": 9900, "paid_fen": None, "spent_fen": None}],
}
RISK = {
    "customer_id": "ann",
    "p_1m": 0.1,
    "p_2m": 0.2,
    "p_3m": 0.3,
    "p_voluntary": 0.2,
    "p_involuntary": 0.1,
    "p_dormant": None,
    "p_diverted": None,
    "value_at_stake": YUAN("1234.56"),
    "expected_loss": YUAN("370.37"),
    "reasons": [{"code": "x", "text_zh": "降", "text_en": "fell", "figures": json.dumps({"drop": 0.4})}],
}
WORTH = {"customer_id": "ann", "margin_12m": YUAN("617.28"), "clv": None, "why_empty": "no_full_bill"}
TIER = {
    "customer_id": "ann",
    "scheme": "pyramid",
    "version": 1,
    "tier": "major",
    "rank": 2,
    "measure": 617.28,
    "why": "why",
    "why_zh": "为何",
    "next_tier": "important",
    "missing": 10.5,
}
BANNED = """
[[reason]]
code = "x"
cause = "spend"
text = { zh = "降", en = "fell" }
never_say = { zh = "别说", en = "Do not say" }
[reason.figures]
now = { feature = "spend_1m_fen", show = "yuan" }
"""
UNKNOWN = {"customer_id": "bob", "why_empty": "too_new", "why_empty_zh": "太新", "why_empty_en": "Too new"}


def store(workspace, *, as_of=AS_OF):
    """Results of a cycle over two customers, one of them hardly known."""
    cards = [CARD, {"customer_id": "bob", "as_of": as_of, "products": []}]
    tables = {
        "cards": pa.Table.from_pylist(cards, schema=pa.Table.from_pylist([CARD]).schema),
        "warnings": make_result("warnings", [UNKNOWN, RISK], as_of),
        "values": make_result("values", [WORTH], as_of),
        "tiers": make_result("tiers", [TIER], as_of),
    }
    units = [{"unit_id": "B1", "name_zh": "一厅", "level": "branch"}]
    with workspace.warehouse.lock(doing="a test"):
        draft = workspace.warehouse.draft(source="a test")
        for name, rows in tables.items():
            draft.replace(name, rows, partition=as_of.isoformat())
        draft.replace("units", make_table("units", units))
        draft.commit()


def make_result(name, rows, as_of):
    schema = RESULTS[name]
    return pa.Table.from_pylist([{"as_of": as_of} | row for row in rows], schema=schema)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """The workspace that Django serves during one test; into that of the whole run nobody writes."""
    (tmp_path / "liuke.toml").write_text(LIUKE_TOML, encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    workspace = open_workspace(tmp_path)
    store(workspace)
    (workspace.var / "desk.sqlite3").touch()  # tests work on a database of another name
    return workspace


def read_rows(workspace, *, as_of=AS_OF):
    """What is handed to the desk, by customer number, JSON read."""
    batches = published.read_batches(workspace, as_of=as_of)
    rows = sorted((row for batch in batches for row in batch.to_pylist()), key=itemgetter("customer_id"))
    return [row | {name: unfold(json.loads(row[name])) for name in JSON} for row in rows]


def test_the_library_finds_this_workbench():
    assert isinstance(find_desk(), Workbench)


def test_results_become_rows_with_every_column_of_a_profile(workspace):
    ann, bob = read_rows(workspace)

    assert set(ann) == {*COLUMNS, *PARTS} == set(bob)
    assert (ann["value_at_stake_fen"], ann["expected_loss_fen"], ann["margin_12m_fen"]) == (
        123456,
        37037,
        61728,
    )
    assert (ann["tier"], ann["tier_rank"]) == ("major", 2)
    assert ann["reasons"] == [{"code": "x", "text_zh": "降", "text_en": "fell", "figures": {"drop": 0.4}}]
    assert ann["card"]["contacts"][0]["happened_at"] == "2026-03-01T10:00:00"
    assert ann["card"]["value_why_empty"]["en"].startswith("No recent bill")
    json.dumps([ann["card"], ann["tiers"], ann["history"]])


def test_what_may_not_be_said_of_a_reason_goes_with_it(tmp_path):
    """It comes from the workspace as it is now; a reason without a ban goes without."""
    (tmp_path / "liuke.toml").write_text(LIUKE_TOML, encoding="utf-8")
    (tmp_path / "reasons").mkdir()
    (tmp_path / "reasons" / "own.toml").write_text(BANNED, encoding="utf-8")
    workspace = open_workspace(tmp_path)
    store(workspace)

    ann, _ = read_rows(workspace)

    assert [reason["never_say"] for reason in ann["reasons"]] == [{"zh": "别说", "en": "Do not say"}]


def test_a_tier_tells_the_cycles_in_which_it_changed(tmp_path):
    """Of the days on which ann stayed where she was nothing is told, nor of what comes after."""
    (tmp_path / "liuke.toml").write_text(LIUKE_TOML, encoding="utf-8")
    workspace = open_workspace(tmp_path)
    days = {date(2026, month, 28): tier for month, tier in ((1, "small"), (2, "major"), (3, "major"))}
    with workspace.warehouse.lock(doing="a test"):
        draft = workspace.warehouse.draft(source="a test")
        for day, tier in (days | {date(2026, 4, 28): "small"}).items():
            rows = make_result("tiers", [TIER | {"tier": tier, "held_by": "override"}], day)
            draft.replace("tiers", rows, partition=day.isoformat())
        draft.commit()

    changes = published.tier_changes(workspace, as_of=date(2026, 3, 28))
    told = workspace.engine.to_arrow(changes.order_by("as_of")).to_pylist()

    assert [(row["as_of"].month, row["tier"], row["held_by"]) for row in told] == [
        (1, "small", "override"),
        (2, "major", "override"),
    ]


def test_households_and_what_was_declared_reach_the_card(tmp_path):
    """A relation that ended is no longer told, and one declared after the day is not known yet."""
    (tmp_path / "liuke.toml").write_text(LIUKE_TOML, encoding="utf-8")
    workspace = open_workspace(tmp_path)
    store(workspace)
    relation = {
        "customer_id": "ann",
        "relative_id": "bob",
        "kind": "spouse",
        "known_at": datetime(2026, 1, 1),
    }
    relations = [
        relation,
        relation | {"relative_id": "cid"},
        relation | {"relative_id": "cid", "kind": "ended", "known_at": datetime(2026, 2, 1)},
        relation | {"relative_id": "dee", "known_at": datetime(2026, 3, 31)},
    ]
    home = {"customer_id": "ann", "household_id": "household-ann", "evidence": ["relation:bob"]}
    with workspace.warehouse.lock(doing="a test"):
        draft = workspace.warehouse.draft(source="a test")
        draft.replace("households", make_result("households", [home], AS_OF), partition=AS_OF.isoformat())
        draft.replace("relations", make_table("relations", relations))
        draft.commit()

    ann, bob = read_rows(workspace)

    assert (ann["household_id"], bob["household_id"]) == ("household-ann", "")
    assert ann["card"]["household"] == {
        "evidence": ["relation:bob"],
        "relations": [{"relative_id": "bob", "kind": "spouse"}],
    }
    assert bob["card"]["household"] == {"evidence": [], "relations": []}


def test_customers_are_ranked_by_expected_loss_and_the_unknown_is_not_ranked(tmp_path):
    """The greatest first, equal ones by their number; somebody without a card takes nobody's place."""
    (tmp_path / "liuke.toml").write_text(LIUKE_TOML, encoding="utf-8")
    workspace = open_workspace(tmp_path)
    losses = {"ann": "5.00", "bob": "7.00", "cid": "5.00", "dee": None, "zoe": "9.00"}
    risks = [
        {"customer_id": name, "expected_loss": loss and YUAN(loss), "reasons": []}
        for name, loss in losses.items()
    ]
    cards = [CARD | {"customer_id": name} for name in losses if name != "zoe"]
    with workspace.warehouse.lock(doing="a test"):
        draft = workspace.warehouse.draft(source="a test")
        draft.replace("warnings", make_result("warnings", risks, AS_OF), partition=AS_OF.isoformat())
        draft.replace("cards", pa.Table.from_pylist(cards), partition=AS_OF.isoformat())
        draft.commit()

    ranks = {row["customer_id"]: row["warning_rank"] for row in read_rows(workspace)}

    assert ranks == {"ann": 2, "bob": 1, "cid": 3, "dee": None}


def test_what_is_not_known_stays_unknown(workspace):
    _, bob = read_rows(workspace)

    assert (bob["p_3m"], bob["expected_loss_fen"], bob["margin_12m_fen"]) == (None, None, None)
    assert (bob["tier"], bob["tiers"], bob["reasons"]) == ("", [], [])
    assert bob["card"]["risk_why_empty"] == {"code": "too_new", "zh": "太新", "en": "Too new"}


def test_schemes_come_with_words_order_and_colours(workspace):
    (scheme,) = published.read_schemes(workspace, as_of=AS_OF)

    assert (scheme["scheme"], scheme["zh"], scheme["is_money"]) == ("pyramid", "价值金字塔", True)
    assert [tier["tier"] for tier in scheme["tiers"]] == [
        "important",
        "major",
        "ordinary",
        "small",
        "unrated",
    ]
    assert all(tier["colour"].startswith("#") for tier in scheme["tiers"])


@pytest.mark.django_db
def test_publishing_puts_the_cycle_before_people(workspace, settings):
    settings.AFTER_PUBLISH = []
    bench = Workbench()
    assert not bench.has_published(workspace, as_of=AS_OF)

    assert bench.publish(workspace, as_of=AS_OF) == 2

    assert bench.has_published(workspace, as_of=AS_OF)
    assert not bench.has_published(workspace, as_of=date(2026, 4, 30))
    with scope(unit=None):
        ann = Profile.objects.get(customer_id="ann")
    assert (ann.unit_id, ann.leave_kind, ann.warning_rank, ann.plan) == ("B1", "voluntary", 1, "A99")


def after_publish(*, publication, at):
    CALLS.append((publication.as_of, publication.is_current, at > datetime(2020, 1, 1)))


CALLS = []


@pytest.mark.django_db
def test_upper_rooms_are_called_after_the_switch(workspace, settings):
    settings.AFTER_PUBLISH = [f"{__name__}.after_publish"]
    CALLS.clear()

    Workbench().publish(workspace, as_of=AS_OF)

    assert CALLS == [(AS_OF, True, True)]


def export_contacts():
    yield "contacts", [{"contact_id": "c1", "customer_id": "ann", "happened_at": NOON, "known_at": NOON}]


NOON = datetime(2026, 3, 31, 12)


@pytest.mark.django_db
def test_what_people_did_goes_back_as_canonical_rows(workspace, settings):
    settings.FACT_EXPORTERS = [f"{__name__}.export_contacts"]

    ((name, rows),) = Workbench().export_facts(workspace)

    assert name == "contacts"
    assert rows.schema == TABLES["contacts"].schema
    assert rows.to_pylist()[0]["contact_id"] == "c1"


def test_a_fact_with_a_column_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="contacts has no column colour"):
        make_table("contacts", [{"contact_id": "c1", "colour": "red"}])


def test_facts_travel_between_processes_in_order(tmp_path):
    rows = [make_table("contacts", [{"contact_id": each}]) for each in ("a", "b")]

    write_tables(
        [("contacts", rows[0]), ("offers", make_table("offers", [])), ("contacts", rows[1])], tmp_path
    )

    assert [name for name, _ in read_tables(tmp_path)] == ["contacts", "offers", "contacts"]
    assert next(iter(read_tables(tmp_path)))[1].equals(rows[0])


def test_a_process_serves_one_workspace(tmp_path):
    with pytest.raises(DeskRefused, match="already works in"):
        enter(tmp_path)


@pytest.mark.slow
@pytest.mark.own_database
def test_another_workspace_is_answered_by_a_process_of_its_own(tmp_path):
    (tmp_path / "liuke.toml").write_text(
        'pack = "telecom"\nmargin_rate = 0.5\n[[tiers]]\nscheme = "pyramid"\ncolumns = { value = "v" }\n',
        encoding="utf-8",
    )
    (tmp_path / "policies").mkdir()
    other = open_workspace(tmp_path)
    store(other)
    bench = Workbench()

    assert list(bench.export_facts(other)) == []  # nobody ever worked there
    assert not (tmp_path / "var" / "desk.sqlite3").exists()
    assert bench.publish(other, as_of=AS_OF) == 2
    assert bench.has_published(other, as_of=AS_OF)


@pytest.mark.slow
@pytest.mark.own_database
def test_what_the_other_process_refuses_is_refused_here_with_its_sentence(tmp_path):
    (tmp_path / "liuke.toml").write_text('pack = "telecom"\nmargin_rate = 0.5\n', encoding="utf-8")
    other = open_workspace(tmp_path)

    with pytest.raises(DeskRefused, match="There is no table 'cards'"):
        Workbench().publish(other, as_of=AS_OF)


@pytest.mark.django_db
def test_the_named_hooks_all_exist(settings):
    from django.utils.module_loading import import_string

    for name in (*settings.AFTER_PUBLISH, *settings.FACT_EXPORTERS, *settings.CUSTOMER_PANELS):
        assert callable(import_string(name))
