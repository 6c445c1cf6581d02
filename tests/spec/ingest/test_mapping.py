"""What a mapping can say: where each value comes from, and what becomes of it on the way."""

from datetime import date, datetime

import pyarrow as pa
import pytest

from liuke.ingest.columns import Columns
from liuke.ingest.readers import RowBatch
from liuke.ingest.rows import Feeding
from liuke.ingest.values.zones import Zones
from tests.unit.ingest.workspace import LOADED_AT, counts

SOURCE = '[source]\nname = "s"\npath = "s.csv"\nmax_bad_share = 1\n'
CUSTOMER = SOURCE + '[[into]]\ntable = "customers"\nknown_at = {{ value = "2026-01-01" }}\n[into.fields]\n'
CUSTOMER = CUSTOMER.replace("{{", "{").replace("}}", "}")


DAY_2000 = datetime(2000, 1, 1)


def load(workspace, mapping, rows):
    workspace.write("s.csv", rows)
    return workspace.load(workspace.mapping(mapping.replace("{", "{{").replace("}", "}}")))


def feed(workspace, fields, cell):
    """What one source row, `id` a and `x` the cell, feeds into customers."""
    mapping = workspace.mapping((CUSTOMER + fields).replace("{", "{{").replace("}", "}}"))
    (into,) = mapping.into
    batch = RowBatch(pa.array([2]), {"id": pa.array(["a"]), "x": pa.array([cell])})
    columns = Columns(batch, null_tokens=mapping.source.null_tokens)
    return Feeding(into, 0, LOADED_AT, Zones()).feed(columns, pa.array([0]))


@pytest.mark.parametrize(
    "field, column, cell, value",
    [
        ('name = "x"', "name", " Ann ", "Ann"),
        ('name = "x"', "name", "NULL", None),
        ('name = { value = "Ann" }', "name", "-", "Ann"),
        ('name = { template = "{id}-{x}" }', "name", "b", "a-b"),
        ('name = { template = "{id}-{x}" }', "name", "", None),
        ('name = { column = "x", default = "unnamed" }', "name", "", "unnamed"),
        ('name = { column = "x", strip = "*# " }', "name", "** Ann #", "Ann"),
        ('name = { column = "x", codes = { "" = "?" } }', "name", "", None),  # nothing has no code
        ('sex = { column = "x", codes = { 1 = "male", 2 = "female" } }', "sex", "2", "female"),
        ('sex = { column = "x", codes = { 1 = "male", 9 = "" } }', "sex", "9", None),
        ('sex = { column = "x", codes = { 1 = "male" }, otherwise = "" }', "sex", "7", None),
        ('do_not_disturb = "x"', "do_not_disturb", "是", True),
        ('do_not_disturb = { column = "x", codes = { A = "no" } }', "do_not_disturb", "A", False),
        ('birth_on = "x"', "birth_on", "1988-02-29", date(1988, 2, 29)),
        ('birth_on = { column = "x", format = "%d%m%y" }', "birth_on", "010288", date(1988, 2, 1)),
        ('opened_at = { column = "x", months_before = 2026-03-31 }', "opened_at", "1", datetime(2026, 2, 28)),
        ('opened_at = { column = "x", months_before = 2026-03-01 }', "opened_at", "14", datetime(2025, 1, 1)),
        (
            'opened_at = { column = "x", months_before = 2026-03-31, at_latest = 2026-03-30 }',
            "opened_at",
            "0",
            datetime(2026, 3, 30),
        ),
        ('opened_at = { column = "x", at_earliest = 2000-01-01 }', "opened_at", "1999-01-01", DAY_2000),
        ('phone = { column = "x", pattern = "1\\\\d{10}" }', "phone", "１3800000000", "13800000000"),
    ],
)  # fmt: skip
def test_a_value_on_its_way(workspace, field, column, cell, value):
    fed = feed(workspace, f'customer_id = "id"\n{field}\n', cell)

    assert fed.refusals.num_rows == 0
    assert fed.rows[column].to_pylist() == [value]


@pytest.mark.parametrize(
    "field, cell, reason",
    [
        ('sex = "x"', "M", "unknown_choice"),
        ('sex = { column = "x", codes = { M = "male" } }', "F", "unknown_code"),
        ('phone = { column = "x", pattern = "1\\\\d{10}" }', "010-1234", "bad_pattern"),
        ('phone = "x"', "1.38E+10", "precision_lost"),
        ('birth_on = "x"', "2026-04-01", "future"),
        ('birth_on = "x"', "1899-12-31", "out_of_range"),
        ('birth_on = "x"', "88-02-01", "bad_date"),
        ('opened_at = { column = "x", months_before = 2026-03-01 }', "-1", "out_of_range"),
        ('opened_at = { column = "x", months_before = 2026-03-01 }', "1.5", "not_whole"),
        ('name = { column = "x", required = true }', "", "missing"),
        ('do_not_disturb = "x"', "perhaps", "bad_flag"),
    ],
)
def test_a_value_that_is_refused(workspace, field, cell, reason):
    fed = feed(workspace, f'customer_id = "id"\n{field}\n', cell)

    assert fed.refusals["reason"].to_pylist() == [reason]
    assert fed.refusals["value"].to_pylist() == [cell or None]


@pytest.mark.parametrize(
    "known_at, cell, instant",
    [
        ('"x"', "2026-03-02 10:00", datetime(2026, 3, 2, 10)),
        ('{ column = "x", format = "%d.%m.%Y" }', "02.03.2026", datetime(2026, 3, 2)),
        ('{ value = "2026-03-05" }', "-", datetime(2026, 3, 5)),
        ('{ value = "2027-01-01" }', "-", datetime(2027, 1, 1)),  # declared, so it may lie ahead
        ('"same as happened"', "-", datetime(2026, 3, 1)),
        ('"load"', "-", LOADED_AT),
    ],
)
def test_when_a_row_became_known(workspace, known_at, cell, instant):
    workspace.load_customers("ann")
    mapping = (
        SOURCE + f'[[into]]\ntable = "events"\nknown_at = {known_at}\n[into.fields]\n'
        'customer_id = "id"\nhappened_at = "on"\nkind = { value = "call" }\n'
    )

    load(workspace, mapping, f"id,on,x\nann,2026-03-01,{cell}\n")

    assert workspace.rows("events", "known_at") == [(instant,)]


def test_what_a_column_says_became_known_cannot_lie_ahead_of_the_load(workspace):
    report = load(
        workspace,
        CUSTOMER.replace('{ value = "2026-01-01" }', '"x"') + 'customer_id = "id"\n',
        "id,x\na,2027-01-01\n",
    )

    assert report.reasons == {"future": 1}


def test_several_columns_become_several_rows(workspace):
    """Silence makes no row; a code that is not known refuses the whole source row."""
    workspace.load_customers("ann", "bob", "cid")
    mapping = (
        SOURCE + '[[into]]\ntable = "holdings"\nknown_at = { value = "2026-01-01" }\n[into.fields]\n'
        'account_id = "id"\ncustomer_id = "id"\n'
        '[into.unpivot]\nname_into = "product"\nvalue_into = "held"\n'
        'codes = { Y = "yes", N = "no" }\ncolumns = { mobile = "m", fibre = "f" }\n'
    )

    report = load(workspace, mapping, "id,m,f\nann,Y,N\nbob,Y,\ncid,Y,?\n")

    assert counts(report) == (3, 2, 1, 0)
    assert workspace.rows("holdings", "customer_id", "product", "held") == [
        ("ann", "fibre", False),
        ("ann", "mobile", True),
        ("bob", "mobile", True),
    ]


def test_one_file_of_purchases_is_the_list_of_customers_too(workspace):
    """`once`: a customer is what the first row of hers says, in this load or an earlier one."""
    mapping = (
        SOURCE + '[[into]]\ntable = "customers"\nonce = true\nknown_at = "on"\n[into.fields]\n'
        'customer_id = "id"\nopened_at = "on"\n'
        '[[into]]\ntable = "events"\nknown_at = "same as happened"\n[into.fields]\n'
        'customer_id = "id"\nhappened_at = "on"\nkind = { value = "purchase" }\n'
    )
    first = load(workspace, mapping, "id,on\nann,2026-03-01\nbob,soon\nann,2026-03-02\n")
    second = load(workspace, mapping, "id,on\nann,2026-03-03\nbob,2026-03-04\n")

    assert (counts(first), counts(second)) == ((3, 2, 1, 0), (2, 2, 0, 0))
    assert workspace.rows("customers", "customer_id", "opened_at") == [
        ("ann", datetime(2026, 3, 1)),
        ("bob", datetime(2026, 3, 4)),  # the first row of his that was right
    ]
    assert len(workspace.rows("events", "customer_id")) == 4


def test_a_list_without_dates_tells_what_changed_since_the_last_load(workspace):
    """`known_at = "load"`: an unchanged row is skipped, a changed one is a new version from this load on."""
    mapping = CUSTOMER.replace('{ value = "2026-01-01" }', '"load"') + 'customer_id = "id"\nname = "x"\n'
    load(workspace, mapping, "id,x\nann,Ann\nbob,Bob\n")
    workspace.write("s.csv", "id,x\nann,Ann\nbob,Rob\ncid,Cid\n")
    later = datetime(2026, 4, 30, 6)

    report = workspace.load(workspace.mapping(mapping), loaded_at=later)

    assert counts(report) == (3, 2, 0, 1)
    assert workspace.rows("customers", "customer_id", "name", "known_at") == [
        ("ann", "Ann", LOADED_AT),
        ("bob", "Bob", LOADED_AT),
        ("bob", "Rob", later),
        ("cid", "Cid", later),
    ]


def test_what_one_column_is_more_than_another(workspace):
    workspace.load_customers("ann")
    mapping = SOURCE + (
        '[[into]]\ntable = "bills"\nknown_at = "same as happened"\nwhen = { column = "t", present = true }\n'
        '[into.fields]\nbill_id = "id"\ncustomer_id = "id"\nperiod_start = "a"\nperiod_end = "b"\n'
        'billed_fen = { column = "t", minus = "m" }\nhappened_at = "b"\n'
    )

    report = load(
        workspace, mapping, "id,a,b,t,m\nann,2026-01-01,2026-02-01,100.10,0.2\nann,2026-02-01,2026-03-01,,1\n"
    )

    assert counts(report) == (2, 1, 0, 1)
    assert workspace.rows("bills", "billed_fen") == [(9990,)]


@pytest.mark.parametrize("end, taken", [("2026-01-02", True), ("2026-01-01", False), ("2025-12-31", False)])
def test_a_period_ends_after_it_starts(workspace, end, taken):
    workspace.load_customers("ann")
    mapping = SOURCE + (
        '[[into]]\ntable = "bills"\nknown_at = "same as happened"\n[into.fields]\nbill_id = "id"\n'
        'customer_id = "id"\nperiod_start = "a"\nperiod_end = "b"\nbilled_fen = "m"\nhappened_at = "a"\n'
    )

    report = load(workspace, mapping, f"id,a,b,m\nann,2026-01-01,{end},-1\n")

    assert (report.accepted, dict(report.reasons)) == ((1, {}) if taken else (0, {"impossible_period": 1}))
