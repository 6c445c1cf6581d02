"""A source is read anew when its mapping has changed, so that no row of the old one stays beside the new."""

import pytest

from liuke.kernel.errors import DataRefused
from tests.unit.ingest.workspace import PURCHASES, counts

IN_FEN = PURCHASES.replace('amount_fen = "amount"', 'amount_fen = {{ column = "amount", unit = "fen" }}')
ROWS = "customer,on,amount\nann,2026-03-01,1250\nann,2026-03-02,700\n"


@pytest.fixture
def loaded(workspace):
    workspace.load_customers("ann")
    workspace.write("purchases-1.csv", ROWS)
    assert counts(workspace.load(workspace.mapping(PURCHASES))) == (2, 2, 0, 0)
    return workspace


def test_rows_of_the_old_mapping_go(loaded):
    report = loaded.load(loaded.mapping(IN_FEN))

    assert counts(report) == (2, 2, 0, 0)
    assert loaded.rows("events", "amount_fen") == [(1250,), (700,)]
    assert loaded.rows("customers", "customer_id") == [("ann",)]  # of another source


def test_a_changed_threshold_or_comment_is_no_change(loaded):
    before = loaded.bytes_of_warehouse()

    report = loaded.load(loaded.mapping("# a comment\n" + PURCHASES, max_bad_share=0.5))

    assert counts(report) == (2, 0, 0, 2)
    assert loaded.bytes_of_warehouse() == before


def test_it_is_refused_when_a_file_that_was_loaded_is_gone(loaded):
    before = loaded.bytes_of_warehouse()
    (loaded.root / "purchases-1.csv").rename(loaded.root / "archived.csv")
    loaded.write("purchases-2.csv", ROWS.replace("700", "800"))

    with pytest.raises(DataRefused, match=r"1 of them are gone or have changed: purchases-1\.csv"):
        loaded.load(loaded.mapping(IN_FEN))

    assert loaded.bytes_of_warehouse() == before


def test_a_dry_run_of_the_new_mapping_leaves_the_old_rows(loaded):
    report = loaded.load(loaded.mapping(IN_FEN), dry_run=True)

    assert counts(report) == (2, 2, 0, 0)
    assert loaded.rows("events", "amount_fen") == [(125000,), (70000,)]


def test_a_new_mapping_with_too_many_bad_rows_leaves_the_old_rows(loaded):
    with pytest.raises(DataRefused, match="2 of 2 rows are bad"):
        loaded.load(loaded.mapping(IN_FEN.replace('"on"', '"amount"'), max_bad_share=0.1))

    assert loaded.rows("events", "amount_fen") == [(125000,), (70000,)]
