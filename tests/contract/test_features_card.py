"""The customer card keeps the promises that features keep."""

from collections.abc import Mapping
from datetime import date

import ibis
import pyarrow as pa
import pytest

from liuke.view.card import compute_cards
from tests.contract.random_company import CUSTOMERS, SILENT, RandomCompany, cut_at, differing, shuffle

AS_OF = date(2024, 2, 29)


def cards_of(tables: Mapping[str, pa.Table]) -> pa.Table:
    held = {name: ibis.memtable(rows) for name, rows in tables.items()}
    return compute_cards(held, as_of=AS_OF).to_pyarrow()


@pytest.fixture(scope="module")
def tables():
    return RandomCompany((), as_of=AS_OF, seed=1).tables


@pytest.fixture(scope="module")
def cards(tables):
    return cards_of(tables)


def test_nothing_later_or_not_yet_known_changes_a_card(tables, cards):
    assert differing(cards, cards_of(cut_at(tables, AS_OF))) == []


def test_the_order_of_the_rows_does_not_change_a_card(tables, cards):
    assert differing(cards, cards_of(shuffle(tables))) == []


def test_who_has_no_history_has_a_card(cards):
    told = {row["customer_id"]: row for row in cards.to_pylist()}

    assert list(told) == CUSTOMERS
    assert {len(told[silent]["history"]) for silent in SILENT} == {12}
    assert [told[SILENT[0]][name] for name in ("contacts", "offers", "products", "unpaid_fen")] == [
        [],
        [],
        [],
        None,
    ]
