"""A source with too many bad rows is refused whole, and the data stay as they were."""

import pytest

from liuke.kernel.errors import DataRefused
from tests.unit.ingest.workspace import CUSTOMERS, counts


def customers(*, good, bad):
    rows = [f"g{number},Good" for number in range(good)] + [",Nobody"] * bad
    return "id,name\n" + "\n".join(rows) + "\n"


def test_up_to_the_threshold_bad_rows_are_quarantined(workspace):
    workspace.write("customers.csv", customers(good=19, bad=1))

    report = workspace.load(workspace.mapping(CUSTOMERS, max_bad_share=0.05))

    assert counts(report) == (20, 19, 1, 0)


def test_beyond_it_nothing_is_loaded(workspace):
    workspace.load_customers("ann")
    before = workspace.bytes_of_warehouse()
    workspace.write("customers.csv", customers(good=18, bad=2))

    with pytest.raises(DataRefused) as refused:
        workspace.load(workspace.mapping(CUSTOMERS, max_bad_share=0.05))

    assert refused.value.exit_code == 3
    assert "2 of 20 rows are bad, more than the 5.0%" in str(refused.value)
    assert "customers.csv row 20: id is missing, and it is required" in str(refused.value)
    assert workspace.bytes_of_warehouse() == before


def test_a_source_that_may_have_no_bad_row(workspace):
    workspace.write("customers.csv", customers(good=999, bad=1))

    with pytest.raises(DataRefused, match="1 of 1000"):
        workspace.load(workspace.mapping(CUSTOMERS, max_bad_share=0))
