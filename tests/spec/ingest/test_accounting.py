"""Every row of a source is accepted, quarantined or skipped, and the three add up to what was read.

accepted     something that the row says stands in the tables only since this load
quarantined  something in the row breaks a contract: nothing of the row was taken
skipped      all that the row says stands already, or the mapping lets it feed nothing
"""

from tests.unit.ingest.workspace import CUSTOMERS, PURCHASES, counts

ANN = """customer,on,amount
ann,2026-03-01,12.50
"""


def test_a_good_row_is_accepted(workspace):
    workspace.load_customers("ann")
    workspace.write("purchases.csv", ANN)

    report = workspace.load(workspace.mapping(PURCHASES))

    assert counts(report) == (1, 1, 0, 0)
    assert workspace.rows("events", "customer_id", "amount_fen") == [("ann", 1250)]


def test_each_bad_row_is_quarantined_with_its_reason_and_nothing_of_it_is_taken(workspace):
    workspace.load_customers("ann")
    workspace.write(
        "purchases.csv",
        "customer,on,amount\n"
        "ann,2026-03-01,12.50\n"
        ",2026-03-01,1\n"
        "bob,2026-03-01,1\n"
        "ann,2026-02-29,1\n"
        "ann,2026-04-01,1\n"
        "ann,2026-03-01,1e309\n"
        "ann,2026-03-01\n",
    )

    report = workspace.load(workspace.mapping(PURCHASES))

    assert counts(report) == (7, 1, 6, 0)
    assert workspace.quarantine("row_number", "column", "value", "reason") == [
        (3, "customer", None, "missing"),
        (4, "customer", "bob", "unknown_customer"),
        (5, "on", "2026-02-29", "no_such_day"),
        (6, "on", "2026-04-01", "future"),
        (7, "amount", "1e309", "too_big"),
        (8, "", "2 ≠ 3", "wrong_field_count"),
    ]
    assert workspace.rows("events", "customer_id", "amount_fen") == [("ann", 1250)]


def test_the_same_file_twice_changes_nothing(workspace):
    workspace.load_customers("ann")
    workspace.write("purchases.csv", ANN)
    workspace.load(workspace.mapping(PURCHASES))
    before = workspace.bytes_of_warehouse()

    report = workspace.load(workspace.mapping(PURCHASES))

    assert counts(report) == (1, 0, 0, 1)
    assert workspace.bytes_of_warehouse() == before


def test_the_same_rows_in_another_file_are_skipped(workspace):
    """Another delimiter, other line ends, one row more: only the row more is new."""
    workspace.load_customers("ann")
    workspace.write("purchases-1.csv", ANN)
    workspace.load(workspace.mapping(PURCHASES))
    workspace.write("purchases-2.csv", "amount;customer;on\r\n12.5;ann;2026/03/01\r\n9;ann;2026-03-02\r\n")

    report = workspace.load(workspace.mapping(PURCHASES))

    assert counts(report) == (3, 1, 0, 2)
    assert workspace.rows("events", "amount_fen") == [(1250,), (900,)]


def test_equal_rows_of_one_file_are_so_many_events(workspace):
    """Two purchases of the same customer on the same day for the same amount are two purchases."""
    workspace.load_customers("ann")
    workspace.write("purchases-1.csv", ANN + "ann,2026-03-01,12.50\n")
    workspace.load(workspace.mapping(PURCHASES))
    workspace.write("purchases-2.csv", ANN + "ann,2026-03-01,12.50\nann,2026-03-01,12.50\n")

    report = workspace.load(workspace.mapping(PURCHASES))

    assert counts(report) == (5, 1, 0, 4)
    assert workspace.rows("events", "amount_fen") == [(1250,), (1250,), (1250,)]


def test_a_bad_row_is_quarantined_once_however_often_it_comes(workspace):
    workspace.load_customers("ann")
    workspace.write("purchases-1.csv", ANN + "bob,2026-03-01,1\n")
    first = workspace.load(workspace.mapping(PURCHASES))
    before = workspace.bytes_of_warehouse()

    again = workspace.load(workspace.mapping(PURCHASES))

    assert counts(first) == (2, 1, 1, 0)
    assert counts(again) == (2, 0, 0, 2)
    assert workspace.bytes_of_warehouse() == before


def test_a_row_leaves_quarantine_when_its_customer_has_come(workspace):
    workspace.load_customers("ann")
    workspace.write("purchases.csv", ANN + "bob,2026-03-01,1\n")
    workspace.load(workspace.mapping(PURCHASES))
    workspace.load_customers("ann", "bob")

    report = workspace.load(workspace.mapping(PURCHASES))

    assert counts(report) == (2, 1, 0, 1)
    assert workspace.rows("events", "customer_id") == [("ann",), ("bob",)]
    assert workspace.quarantine("value") == []


def test_the_same_key_with_other_content_is_quarantined_and_the_first_stays(workspace):
    workspace.write("customers-1.csv", "id,name\nann,Ann\nann,Anna\nbob,Bob\nbob,Bob\n")
    first = workspace.load(workspace.mapping(CUSTOMERS))
    workspace.write("customers-2.csv", "id,name\nann,Ann\nbob,Rob\ncid,Cid\n")

    second = workspace.load(workspace.mapping(CUSTOMERS))

    assert counts(first) == (4, 2, 1, 1)
    assert counts(second) == (7, 1, 1, 5)
    assert workspace.rows("customers", "customer_id", "name") == [
        ("ann", "Ann"),
        ("bob", "Bob"),
        ("cid", "Cid"),
    ]
    assert workspace.quarantine("file", "row_number", "value", "reason") == [
        ("customers-1.csv", 3, "ann / 2026-01-01 00:00:00", "duplicate_key"),
        ("customers-2.csv", 3, "bob / 2026-01-01 00:00:00", "duplicate_key"),
    ]


def test_a_source_row_is_taken_whole_or_not_at_all(workspace):
    """One row feeds a customer and a purchase; the amount is wrong, so the customer is not taken either."""
    both = CUSTOMERS.replace("customers*", "purchases*") + PURCHASES.partition("{options}")[2]
    both = both.replace('"id"', '"customer"').replace('name = "name"', "")
    workspace.write("purchases.csv", "customer,on,amount\nann,2026-03-01,1\nbob,2026-03-01,x\n")

    report = workspace.load(workspace.mapping(both))

    assert counts(report) == (2, 1, 1, 0)
    assert workspace.rows("customers", "customer_id") == [("ann",)]


def test_rows_that_the_mapping_lets_feed_nothing_are_skipped(workspace):
    workspace.load_customers("ann")
    workspace.write("purchases.csv", ANN + "ann,2026-03-02,0\nann,2026-03-03,7\n")
    paid = PURCHASES.replace("[into.fields]", 'when = {{ column = "amount", at_least = 1 }}\n[into.fields]')

    report = workspace.load(workspace.mapping(paid))

    assert counts(report) == (3, 2, 0, 1)


def test_a_dry_run_counts_and_changes_nothing(workspace):
    workspace.load_customers("ann")
    workspace.write("purchases.csv", ANN + "bob,2026-03-01,1\n")
    before = workspace.bytes_of_warehouse()

    report = workspace.load(workspace.mapping(PURCHASES), dry_run=True)

    assert counts(report) == (2, 1, 1, 0)
    assert workspace.bytes_of_warehouse() == before
