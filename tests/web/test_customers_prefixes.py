"""On PostgreSQL the beginning of a number or a name is looked up, not read for in the whole table."""

import pytest
from django.db import connection
from django_scopes import scope

from liuke_desk.customers.models import Profile
from tests.web.company import draw_customer, publish

CUSTOMERS = 2_000

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compares from >= to <"),
]


@pytest.fixture
def published(db):
    rows = [draw_customer(f"c{number:05d}", loss_fen=10**6 - number) for number in range(CUSTOMERS)]
    publication = publish(rows=rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_profile")
        cursor.execute("SET LOCAL enable_seqscan = off")
    return publication


@pytest.mark.parametrize(
    "asked, index",
    [
        ({"customer_id__begins": "c0012"}, "number"),
        ({"name__begins": "C0012"}, "name"),
    ],
)
def test_beginnings_are_conditions_of_the_index(published, asked, index):
    with scope(unit=None):
        rows = Profile.objects.filter(publication=published, **asked)

        plan = rows.explain()

        assert rows.count() == 10
    assert f"profile_{published.pk}_{index}" in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "~>=~" in condition, plan  # without the class the beginning is only a filter on rows read


def test_the_order_of_numbers_still_comes_from_an_index(published):
    with scope(unit=None):
        plan = Profile.objects.filter(publication=published).order_by("customer_id")[:50].explain()

    assert "Sort" not in plan
