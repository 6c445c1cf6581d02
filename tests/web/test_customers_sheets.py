"""What customers are told of at length: put on sheets, read from them, and carried by migrations."""

import json

import pyarrow as pa
import pytest
from django.db import connection
from django_scopes import scope, scopes_disabled

from liuke_desk.customers.models import Profile, Sheet
from liuke_desk.customers.selectors import read_part
from liuke_desk.customers.sheets import PARTS, ROWS_PER_SHEET, pack_sheets, read_sheet
from tests.web.company import CARD, MONTHS, TIER, draw_customer, publish
from tests.web.versions import earlier_version

FOLDED = {"columns": {"month": ["2026-02", "2026-03"], "billed_fen": [1, None]}}
UNFOLDED = [{"month": "2026-02", "billed_fen": 1}, {"month": "2026-03", "billed_fen": None}]


def texts_of(numbers):
    told = [
        {"tiers": [], "history": FOLDED, "card": {"address": f"东城 {number}", "usage": FOLDED}}
        for number in numbers
    ]
    return {
        name: pa.array([json.dumps(each[name], ensure_ascii=False) for each in told], pa.string())
        for name in PARTS
    }


@pytest.mark.parametrize("customers, sheets", [(0, 0), (1, 1), (ROWS_PER_SHEET, 1), (ROWS_PER_SHEET + 1, 2)])
def test_so_many_customers_take_so_many_sheets(customers, sheets):
    assert len(pack_sheets(texts_of(range(customers)))) == sheets


def test_each_customer_is_read_from_their_place():
    first, second = pack_sheets(texts_of(range(ROWS_PER_SHEET + 2)))

    assert read_sheet(first, [0, 63], "card") == {
        0: {"card": {"address": "东城 0", "usage": UNFOLDED}},
        63: {"card": {"address": "东城 63", "usage": UNFOLDED}},
    }
    assert read_sheet(second, [1], *PARTS) == {
        1: {"tiers": [], "history": UNFOLDED, "card": {"address": "东城 65", "usage": UNFOLDED}}
    }


def test_a_piece_of_longer_columns_is_packed_as_if_it_stood_alone():
    longer = texts_of(range(10))
    piece = {name: texts.slice(4, 3) for name, texts in longer.items()}

    assert pack_sheets(piece) == pack_sheets(texts_of(range(4, 7)))


CUSTOMERS = [f"c{number:03d}" for number in range(ROWS_PER_SHEET * 2 + 3)]


def draw_many():
    return [draw_customer(each, loss_fen=9, card=CARD | {"address": f"home of {each}"}) for each in CUSTOMERS]


@pytest.mark.django_db
def test_a_profile_asks_once_for_all_that_is_told_at_length_and_only_then(django_assert_num_queries):
    publish(rows=draw_many(), size=ROWS_PER_SHEET + 10)  # a batch ends amid a sheet

    with scope(unit=None):
        with django_assert_num_queries(1):
            told = {each.customer_id: each for each in Profile.objects.all()}
        with django_assert_num_queries(1):
            last = told["c130"]
            assert (last.card["address"], last.tiers, len(last.history)) == (
                "home of c130",
                [TIER],
                len(MONTHS),
            )
        assert {name: each.card["address"] for name, each in told.items()} == {
            name: f"home of {name}" for name in CUSTOMERS
        }


@pytest.mark.django_db
def test_parts_of_many_take_two_questions(django_assert_num_queries):
    publish(rows=draw_many(), size=50)

    with scope(unit=None), django_assert_num_queries(2):
        found = read_part(Profile.objects.filter(customer_id__in=CUSTOMERS[::7]), "card")
    assert {name: each["address"] for name, each in found.items()} == {
        name: f"home of {name}" for name in CUSTOMERS[::7]
    }


@pytest.mark.django_db
def test_sheets_go_with_their_publication():
    for _ in range(3):
        latest = publish(rows=draw_many())

    kept = set(Sheet.objects.values_list("publication", flat=True))
    assert kept == {latest.pk, latest.pk - 1}


def read_texts():
    """What a version that knew no sheets finds in the rows of customers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id, tiers, history, card FROM customers_profile ORDER BY customer_id")
        rows = cursor.fetchall()
    return {
        name: [text if isinstance(text, list | dict) else json.loads(text) for text in texts]
        for name, *texts in rows
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("target", ["0005_diverted", "0006_json_as_text"])
def test_going_back_a_version_and_forth_again_leaves_every_card_as_it_was(target):
    customers = [
        draw_customer(each, loss_fen=9, history=FOLDED, card=CARD | {"address": each, "usage": FOLDED})
        for each in CUSTOMERS
    ]
    publish(rows=customers)
    whole = CARD | {"address": "c100", "usage": UNFOLDED, "risk_why_empty": None}
    whole = {name: value for name, value in whole.items() if name in customers[0]["card"]}

    with earlier_version(("customers", target)):
        earlier = read_texts()

    assert set(earlier) == set(CUSTOMERS)
    assert earlier["c100"] == [[TIER], UNFOLDED, whole]
    with scopes_disabled():
        found = {each.customer_id: each for each in Profile.objects.all()}
        assert (found["c100"].tiers, found["c100"].history, found["c100"].card) == ([TIER], UNFOLDED, whole)
        assert found["c000"].card["address"] == "c000"
        assert found["c000"].offers == []
