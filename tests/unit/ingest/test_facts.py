"""Canonical rows from the workbench are judged like any others."""

import pyarrow as pa
import pytest

from liuke.ingest.load import ingest_canonical
from liuke.kernel.errors import LiukeError, MissingColumn
from tests.tables import rows_of
from tests.unit.ingest.workspace import counts

CONTACTS = """
    contact_id | customer_id | happened_at      | outcome
    c1         | ann         | 2026-03-01 10:00 | reached_kept
    c2         | bob         | 2026-03-01 11:00 | unreachable
"""


def load(workspace, rows, table="contacts"):
    return ingest_canonical(workspace.warehouse, table, rows, source="workbench")


def test_facts_are_taken_once(workspace):
    workspace.load_customers("ann", "bob")

    assert counts(load(workspace, rows_of("contacts", CONTACTS))) == (2, 2, 0, 0)
    assert counts(load(workspace, rows_of("contacts", CONTACTS))) == (2, 0, 0, 2)
    assert workspace.rows("contacts", "contact_id", "outcome") == [
        ("c1", "reached_kept"),
        ("c2", "unreachable"),
    ]


def test_facts_that_break_a_contract_are_quarantined_whatever_their_share(workspace):
    workspace.load_customers("ann")

    report = load(workspace, rows_of("contacts", CONTACTS.replace("reached_kept", "kept")))

    assert counts(report) == (2, 0, 2, 0)
    assert report.reasons == {"unknown_choice": 1, "unknown_customer": 1}
    assert workspace.quarantine("source", "file", "row_number") == [
        ("workbench", "workbench/contacts", 1),
        ("workbench", "workbench/contacts", 2),
    ]


def test_no_facts_at_all(workspace):
    assert counts(load(workspace, rows_of("contacts"))) == (0, 0, 0, 0)


def test_facts_without_a_natural_key_get_one(workspace):
    workspace.load_customers("ann")
    events = rows_of(
        "events", "customer_id | happened_at | kind\nann | 2026-03-01 | call\nann | 2026-03-01 | call"
    )

    assert counts(load(workspace, events.drop(["row_key"]), "events")) == (2, 2, 0, 0)
    assert len(set(workspace.rows("events", "row_key"))) == 2


def test_a_table_or_a_column_that_does_not_exist(workspace):
    with pytest.raises(LiukeError, match=r"no table 'contact' \(did you mean 'contacts'\?\)"):
        load(workspace, rows_of("contacts"), "contact")
    with pytest.raises(LiukeError, match=r"contacts has no column 'outcom'"):
        load(workspace, pa.table({"outcom": ["x"]}))
    with pytest.raises(MissingColumn, match="contacts needs the column 'contact_id'"):
        load(workspace, rows_of("contacts").drop(["contact_id"]))
