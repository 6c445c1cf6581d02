"""Whatever the rows are: they are all accounted for, and how they are cut into files does not matter."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liuke.kernel.errors import LiukeError
from tests.unit.ingest.workspace import PURCHASES, Workspace

CUSTOMER = st.sampled_from(["ann", "bob", " ann ", "nobody", "", "Ａnn", "a\u200bnn"])
DAY = st.one_of(
    st.integers(0, 60).map(lambda days: str(date(2026, 2, 1) + timedelta(days=days))),
    st.sampled_from(["2026-02-29", "0000-00-00", "soon", "", "2026/3/1", "20260301"]),
)
AMOUNT = st.one_of(
    st.decimals(-1000, 1000, places=2).map(str),
    st.sampled_from(["1,234.50", "￥12", "(5)", "1e309", "NaN", "", "１２", "free", "=1+1"]),
)
# A row with nothing in any field is no row; readers pass it over.
ROW = st.tuples(CUSTOMER, DAY, AMOUNT).filter(any)
ROWS = st.lists(ROW, max_size=25)
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


def written(rows):
    return "customer,on,amount\n" + "".join(f'"{who}",{on},"{amount}"\n' for who, on, amount in rows)


@pytest.fixture(scope="module")
def place(tmp_path_factory, engine):
    """Makes a workspace with two customers for each example."""

    def make():
        workspace = Workspace(tmp_path_factory.mktemp("any"), engine)
        workspace.load_customers("ann", "bob")
        return workspace

    return make


@FEW
@given(rows=ROWS)
def test_every_row_is_accepted_quarantined_or_skipped_and_twice_changes_nothing(place, rows):
    workspace = place()
    workspace.write("purchases.csv", written(rows))
    mapping = workspace.mapping(PURCHASES)

    first = workspace.load(mapping)
    held = workspace.bytes_of_warehouse()
    again = workspace.load(mapping)

    assert first.read == again.read == len(rows)
    assert first.accepted == len(workspace.rows("events", "row_key"))
    assert first.quarantined == len(set(workspace.quarantine("file", "row_number")))
    assert (again.accepted, again.quarantined, again.skipped) == (0, 0, len(rows))
    assert workspace.bytes_of_warehouse() == held


@FEW
@given(rows=st.lists(ROW, max_size=25, unique=True), cut=st.integers(0, 25))
def test_a_file_cut_in_two_gives_the_same_tables(place, rows, cut):
    """Of unlike rows; equal rows in one file are several events, in two files they are one."""
    whole, halves = place(), place()
    whole.write("purchases.csv", written(rows))
    whole.load(whole.mapping(PURCHASES))
    unlike = set(whole.rows("events", "customer_id", "happened_at", "amount_fen"))

    halves.write("purchases-1.csv", written(rows[:cut]))
    halves.load(halves.mapping(PURCHASES))
    halves.write("purchases-2.csv", written(rows[cut:]))
    halves.load(halves.mapping(PURCHASES))

    assert set(halves.rows("events", "customer_id", "happened_at", "amount_fen")) == unlike
    assert sorted(halves.quarantine("original", "reason")) == sorted(whole.quarantine("original", "reason"))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_any_bytes_at_all_are_loaded_or_refused_in_a_sentence(place, content):
    workspace = _SHARED.setdefault("workspace", place())
    workspace.write("purchases.csv", b"customer,on,amount\n" + content)

    assert "purchases.csv" in load_or_refusal(workspace)


def load_or_refusal(workspace):
    """The sentence of a refusal, or the name of the file when it was loaded; anything else escapes."""
    try:
        workspace.load(workspace.mapping(PURCHASES), dry_run=True)
    except LiukeError as refused:
        return str(refused)
    return "purchases.csv"


_SHARED: dict[str, Workspace] = {}
