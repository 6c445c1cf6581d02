"""Rows that clash are found wherever they lie: in one piece of a load, in several, in the warehouse."""

from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.ingest import parts
from tests.unit.ingest.workspace import CUSTOMERS, PURCHASES, Workspace, counts

ROWS = st.lists(st.tuples(st.sampled_from(["02-01", "02-02", "03-01"]), st.integers(1, 3)), max_size=8)


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(parts, "ROWS_PER_FILE", 3)


@pytest.fixture(scope="module")
def places(tmp_path_factory, engine):
    def make():
        workspace = Workspace(tmp_path_factory.mktemp("place"), engine)
        workspace.load_customers("ann")
        return workspace

    return make


def purchases(rows):
    return "customer,on,amount\n" + "".join(f"ann,2026-{day},{amount}\n" for day, amount in rows)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(ROWS, min_size=1, max_size=3), is_one_load=st.booleans())
def test_equal_rows_are_as_many_as_the_file_with_most_of_them(small_pieces, places, files, is_one_load):
    workspace = places()
    mapping = workspace.mapping(PURCHASES)
    for place, rows in enumerate(files):
        workspace.write(f"purchases-{place}.csv", purchases(rows))
        if not is_one_load:
            workspace.load(mapping)
    report = workspace.load(mapping)

    most = Counter()
    for rows in files:
        most |= Counter(rows)
    found = Counter(
        (f"{at:%m-%d}", fen // 100) for at, fen in workspace.rows("events", "happened_at", "amount_fen")
    )
    assert found == most
    assert report.read == sum(map(len, files))
    keys = workspace.rows("events", "row_key")
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("is_one_load", [True, False])
def test_a_key_with_other_content_is_found_across_pieces(small_pieces, places, is_one_load):
    workspace = places()
    names = [f"c{number},{number}" for number in range(7)]
    workspace.write("customers-1.csv", "id,name\n" + "\n".join(names) + "\n")
    mapping = workspace.mapping(CUSTOMERS)
    if not is_one_load:
        workspace.load(mapping)
    workspace.write("customers-2.csv", "id,name\nc0,0\nc6,other\nc9,9\nann,\n")
    workspace.load(mapping)

    assert workspace.rows("customers", "customer_id", "name") == [
        ("ann", None),
        *((f"c{number}", str(number)) for number in range(7)),
        ("c9", "9"),
    ]
    assert workspace.quarantine("file", "row_number", "value", "reason") == [
        ("customers-2.csv", 3, "c6 / 2026-01-01 00:00:00", "duplicate_key")
    ]


def test_the_original_text_of_a_late_refusal_is_read_again(small_pieces, places):
    workspace = places()
    table = pa.table({"customer": ["ann", "zoe", "ann"], "on": ["2026-02-01"] * 3, "amount": [1.5, 2.0, 3.0]})
    pq.write_table(table, workspace.root / "purchases.parquet")

    report = workspace.load(workspace.mapping(PURCHASES))

    assert counts(report) == (3, 2, 1, 0)
    assert workspace.quarantine("row_number", "original", "reason") == [
        (2, '{"customer": "zoe", "on": "2026-02-01", "amount": "2"}', "unknown_customer")
    ]


def test_a_load_leaves_nothing_but_its_files(small_pieces, places):
    workspace = places()
    workspace.write("purchases.csv", purchases([("02-01", amount) for amount in range(1, 9)]))
    workspace.load(workspace.mapping(PURCHASES))

    left = {path for path in workspace.warehouse.root.glob("tables/**/*") if path.is_file()}
    assert {path.relative_to(workspace.warehouse.root).as_posix() for path in left} == (
        workspace.warehouse.manifest.files()
    )
    assert not [*workspace.warehouse.root.glob("tables/.*")]
