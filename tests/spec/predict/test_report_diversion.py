"""Diversion by competitor, and leavings split into real loss, re-entry and dormancy by how likely each is."""

from datetime import date, datetime

import ibis
import pyarrow as pa
import pytest

from liuke.predict.network_tables import REENTRIES
from tests.spec.predict.reporting import stand, who
from tests.tables import company, table

CUSTOMERS = "customer_id\nann\nbob\ncai\ndai\n"
ACCOUNTS = """
    customer_id | account_id | opened_at
    ann         | a1         | 2025-01-01
    bob         | b1         | 2025-01-01
    cai         | c1         | 2025-01-01
    dai         | d1         | 2025-01-01
"""
LEAVINGS = """
    customer_id | left_at          | kind      | competitor
    ann         | 2026-01-10 10:00 | diverted  | Rival
    bob         | 2026-01-31 23:59 | diverted  |
    cai         | 2026-02-01       | voluntary |
    dai         | 2026-02-03       | dormant   |
"""


def leavings(*, with_competitor: bool = True):
    drawn = table(LEAVINGS)
    names = [name for name in drawn if with_competitor or name != "competitor"]
    return ibis.memtable(pa.Table.from_pandas(drawn[names], preserve_index=False))


def reentries() -> pa.Table:
    told = [
        {"former_id": "cai", "left_at": datetime(2026, 2, 1), "probability": 0.75},
        {"former_id": "ann", "left_at": datetime(2026, 1, 10, 10), "probability": 0.4},
    ]
    return pa.Table.from_pylist(told, schema=REENTRIES)


def test_diverted_customers_are_lost_and_told_by_competitor():
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS)
    rows = stand(tables, as_of=date(2026, 3, 1), leavings=leavings())

    assert who(rows, "diverted", "2026-01", "Rival") == {"ann"}
    assert who(rows, "diverted", "2026-01", "") == {"bob"}  # nobody told where to
    assert who(rows, "lost", "2026-01", "diverted") == {"ann", "bob"}


def test_leavings_that_name_no_competitor_are_diverted_to_nobody_known():
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS)
    rows = stand(tables, as_of=date(2026, 3, 1), leavings=leavings(with_competitor=False))

    assert who(rows, "diverted", "2026-01", "") == {"ann", "bob"}


def test_a_leaving_is_shared_out_by_how_likely_its_customer_came_back():
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS)
    rows = stand(tables, as_of=date(2026, 3, 1), leavings=leavings(), reentries=reentries())
    split = rows[rows.measure == "split"].set_index(["customer_id", "kind"]).weight

    assert split.to_dict() == pytest.approx(
        {
            ("ann", "real_loss"): 0.6,
            ("ann", "reentry"): 0.4,
            ("bob", "real_loss"): 1.0,
            ("cai", "real_loss"): 0.25,
            ("cai", "reentry"): 0.75,
            ("dai", "dormant"): 1.0,
        }
    )


def test_a_customer_silent_before_closing_is_one_loss_and_may_have_come_back():
    gone = table("""
        customer_id | left_at    | kind      | competitor
        ann         | 2026-01-10 | dormant   |
        ann         | 2026-02-05 | voluntary |
    """)
    told = [{"former_id": "ann", "left_at": datetime(2026, 2, 5), "probability": 0.9}]
    rows = stand(
        company(customers=CUSTOMERS, accounts=ACCOUNTS),
        as_of=date(2026, 3, 1),
        leavings=ibis.memtable(pa.Table.from_pandas(gone, preserve_index=False)),
        reentries=pa.Table.from_pylist(told, schema=REENTRIES),
    )
    split = rows[rows.measure == "split"].set_index("kind")

    assert split.weight.to_dict() == pytest.approx({"dormant": 0.1, "reentry": 0.9})
    assert set(split.month.astype(str)) == {"2026-01-01"}  # when she was lost


def test_months_in_which_nobody_looked_are_left_out():
    rows = stand(
        company(customers=CUSTOMERS, accounts=ACCOUNTS),
        as_of=date(2026, 3, 1),
        leavings=leavings(),
        reentries=reentries(),
        searched_from=date(2026, 2, 1),
    )

    assert who(rows, "split", "2026-01") == set()
    assert who(rows, "split", "2026-02") == {"cai", "dai"}


def test_without_a_search_for_re_entries_nothing_is_split():
    tables = company(customers=CUSTOMERS, accounts=ACCOUNTS)
    rows = stand(tables, as_of=date(2026, 3, 1), leavings=leavings())

    assert who(rows, "lost", "2026-02") == {"cai", "dai"}
    assert not (rows.measure == "split").any()  # not "all of it real loss"
