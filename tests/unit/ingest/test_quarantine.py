"""Refused rows are listed with reasons, leave as a file to repair, and come back repaired."""

import csv

import pytest

from liuke.ingest.quarantine import list_quarantine
from liuke.ingest.replay import export_quarantine, replay_quarantine
from liuke.kernel.errors import ConfigRefused, DataRefused
from tests.unit.ingest.workspace import CUSTOMERS, LOADED_AT, PURCHASES, counts

NAMES = 'id,name\nann,Ann\n,=cmd|\' /C calc\'!A0\nbob\0,"Bob\nthe ""builder"""\ncid,Cid,of Bath\n'


@pytest.fixture
def refused(workspace):
    """Three of four customers are refused."""
    workspace.write("customers.csv", NAMES)
    workspace.load(workspace.mapping(CUSTOMERS))
    return workspace


def exported(workspace):
    file = workspace.root / "repair.csv"
    export_quarantine(workspace.warehouse, "crm", file)
    with file.open(encoding="utf-8-sig", newline="") as readable:
        return list(csv.DictReader(readable))


def replay(workspace, rows):
    """Replay rows as a person would have left them in the file."""
    file = workspace.root / "repair.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as writable:
        writer = csv.DictWriter(writable, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    mapping = workspace.mapping(CUSTOMERS)
    return replay_quarantine(workspace.warehouse, mapping, file, loaded_at=LOADED_AT)


def test_a_refused_row_is_listed_with_place_reason_and_original_text(refused):
    rows = list_quarantine(refused.warehouse, "crm").to_pylist()

    assert [(row["file"], row["row_number"], row["reason"]) for row in rows] == [
        ("customers.csv", 3, "missing"),
        ("customers.csv", 4, "control_character"),
        ("customers.csv", 5, "wrong_field_count"),
    ]
    assert rows[0]["why_en"] == "id is missing, and it is required"
    assert rows[0]["why_zh"] == "缺少必填的“id”"
    assert rows[0]["original"] == '{"id": "", "name": "=cmd|\' /C calc\'!A0"}'
    assert rows[1]["original"] == '{"id": "bob\\u0000", "name": "Bob\\nthe \\"builder\\""}'
    assert rows[2]["original"] == '"cid,Cid,of Bath"'


def test_the_exported_file_holds_no_formula(refused):
    rows = exported(refused)

    assert [row["name"] for row in rows] == ["'=cmd|' /C calc'!A0", 'Bob\nthe "builder"', ""]
    assert rows[2]["line"] == "cid,Cid,of Bath"
    assert rows[0]["why_en"] == "id: id is missing, and it is required"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1-1", "-cmd", "@sum", "\tx", "＝1", "'=1", "''@x", "plain", "-5", "+8613800000000"]
)
def test_the_guard_against_formulas_is_taken_away_again(workspace, text):
    workspace.write("customers.csv", f'id,name\n,"{text}"\n')
    workspace.load(workspace.mapping(CUSTOMERS, options='null_tokens = [""]'))
    (row,) = exported(workspace)

    replay(workspace, [{**row, "id": "ann"}])

    assert row["name"].startswith("'") or text in ("plain", "-5", "+8613800000000")
    assert workspace.rows("customers", "name") == [(text.strip(),)]


def test_repaired_rows_are_taken_in_and_leave_quarantine(refused):
    rows = exported(refused)
    rows[0]["id"], rows[1]["id"], rows[2]["id"], rows[2]["name"] = "ali", "bob", "cid", "Cid of Bath"

    report = replay(refused, rows)

    assert counts(report) == (3, 3, 0, 0)
    assert refused.rows("customers", "customer_id", "name") == [
        ("ali", "=cmd|' /C calc'!A0"),
        ("ann", "Ann"),
        ("bob", 'Bob\nthe "builder"'),
        ("cid", "Cid of Bath"),
    ]
    assert refused.quarantine("reason") == []


def test_a_row_that_is_still_wrong_stays_with_its_new_reason(refused):
    rows = exported(refused)
    rows[1]["id"] = "b\u0007b"

    report = replay(refused, rows[:2])

    assert counts(report) == (2, 0, 1, 1)  # the row that nobody touched is in quarantine as before
    assert sorted(refused.quarantine("file", "reason")) == [
        ("customers.csv", "wrong_field_count"),
        ("repair.csv", "control_character"),
        ("repair.csv", "missing"),
    ]


def test_replaying_the_same_file_twice_changes_nothing(refused):
    rows = exported(refused)
    rows[0]["id"] = "ali"
    replay(refused, rows[:1])
    before = refused.bytes_of_warehouse()

    report = replay(refused, rows[:1])

    assert counts(report) == (1, 0, 0, 1)
    assert refused.bytes_of_warehouse() == before


def test_a_file_without_the_keys_cannot_be_replayed(refused):
    with pytest.raises(DataRefused, match="no column 'quarantine_key'"):
        replay(refused, [{"id": "x", "name": "y"}])


def test_a_file_without_the_rows_own_columns_cannot_be_replayed(refused):
    with pytest.raises(ConfigRefused, match=r"has no column 'id' \(did you mean 'idd'\?\)"):
        replay(refused, [{"quarantine_key": "x", "idd": "x", "name": "y"}])


def test_sources_are_kept_apart(refused):
    refused.write("purchases.csv", "customer,on,amount\nzoe,2026-03-01,1\n")
    refused.load(refused.mapping(PURCHASES))

    assert list_quarantine(refused.warehouse, "shop").num_rows == 1
    assert list_quarantine(refused.warehouse, "crm").num_rows == 3
    assert list_quarantine(refused.warehouse).num_rows == 4


def test_the_same_repair_file_replayed_as_customers_arrive_gives_no_key_twice(workspace):
    workspace.load_customers("zoe")
    workspace.write("purchases.csv", "customer,on,amount\nann,2026-01-02,1\nbob,2026-01-03,2\n")
    workspace.load(workspace.mapping(PURCHASES))
    file = workspace.root / "repair.csv"
    export_quarantine(workspace.warehouse, "shop", file)

    for known in (["zoe", "ann"], ["zoe", "ann", "bob"]):
        workspace.load_customers(*known)
        mapping = workspace.mapping(PURCHASES)
        replay_quarantine(workspace.warehouse, mapping, file, loaded_at=LOADED_AT)

    rows = workspace.rows("events", "customer_id", "row_key")
    assert [customer for customer, _ in rows] == ["ann", "bob"]
    assert len({key for _, key in rows}) == 2
