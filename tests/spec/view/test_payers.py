"""A bill is paid by whoever paid it, whichever run of customers payer and owner are in."""

from datetime import date, datetime
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest

from liuke.ingest.canonical import TABLES
from liuke.store import Engine, Warehouse
from liuke.view.fast import code_for, compute_views
from tests.spec.view.viewing import measured

DAY = date(2026, 3, 1)
UNPAID = measured("dues", "sum", of="unpaid_fen")
ISSUED = datetime(2026, 1, 5)
PEOPLE = ("ann", "bob", "cai")


def bill(number: str, owner: str) -> dict:
    period = {"period_start": date(2025, 12, 1), "period_end": date(2026, 1, 1)}
    clocks = {"happened_at": ISSUED, "known_at": ISSUED}
    return {"bill_id": number, "customer_id": owner, "billed_fen": 100, **period, **clocks}


def payment(payer: str, number: str | None) -> dict:
    clocks = {"happened_at": ISSUED, "known_at": ISSUED}
    return {
        "payment_id": f"{payer} {number}",
        "customer_id": payer,
        "bill_id": number,
        "amount_fen": 60,
        **clocks,
    }


def tables(payments, people=PEOPLE) -> dict[str, pa.Table]:
    rows = {
        "customers": [{"customer_id": name, "known_at": datetime(2025, 1, 1)} for name in people],
        "bills": [bill(f"b{name}", name) for name in people],
        "payments": [payment(*one) for one in payments],
    }
    return {name: pa.Table.from_pylist(held, schema=TABLES[name].schema) for name, held in rows.items()}


@pytest.mark.parametrize("customers", [1, 2, 3])
@pytest.mark.parametrize(
    "payments, unpaid",
    [
        ([("ann", "bann")], [40, 100, 100]),
        ([("cai", "bann")], [40, 100, 100]),  # another pays
        ([("ann", "bcai"), ("cai", "bcai")], [100, 100, 0]),
        ([("unknown", "bbob")], [100, 40, 100]),  # somebody of whom nothing else is known
        ([("ann", None), ("ann", "bill of nobody")], [100, 100, 100]),
        ([("ann", None)], [None, None, None]),  # of no bill it is told that it was paid
    ],
)
@pytest.mark.parametrize("coded", [True, False])
def test_what_is_unpaid(tmp_path, payments, unpaid, customers, coded):
    warehouse = Warehouse(tmp_path, Engine(memory_gib=0.5))
    with warehouse.lock(doing="a test"):
        draft = warehouse.draft(source="test")
        for name, rows in tables(payments).items():
            draft.append(name, rows)
        draft.commit()
        if coded:
            code_for(warehouse, [UNPAID])

    with patch("liuke.view.fast.evaluate.customers_at_once", return_value=customers):
        view = compute_views(warehouse, [UNPAID], as_of_days=[DAY])[DAY]

    assert view["customer_id"].to_pylist() == list(PEOPLE)
    assert view["it"].to_pylist() == unpaid


@pytest.mark.parametrize("customers", [1, 2, 3, 100])
def test_somebody_who_is_not_drawn_may_pay_for_who_is(customers):
    rows = tables([("dan", "bcai")], people=(*PEOPLE, "dan"))

    with patch("liuke.view.fast.evaluate.customers_at_once", return_value=customers):
        view = compute_views(rows, [UNPAID], as_of_days=[DAY], draw=all_but_dan)[DAY]

    assert dict(zip(view["customer_id"].to_pylist(), view["it"].to_pylist(), strict=True)) == {
        "ann": 100,
        "bob": 100,
        "cai": 40,
    }


def all_but_dan(customer_ids: pa.Array) -> np.ndarray:
    return np.array([name != "dan" for name in customer_ids.to_pylist()])
