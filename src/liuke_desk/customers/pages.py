"""Pages of lists of customers that take as long for few customers as for a million.

Few are found by what narrows them, then sorted. Of many, an index is walked in the order asked for,
past those who do not fit: it tells what they are narrowed by, so that no other row is read. Only
the customers of the page are read whole, by their keys, which leaves no choice to the database.
"""

from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from liuke_desk.customers.models import Profile
from liuke_desk.customers.plans import find_by, find_narrowest
from liuke_desk.customers.selectors import list_ways
from liuke_desk.ui.pages import COUNTED_ROWS, ROWS_PER_PAGE, CappedPaginator

Rows = QuerySet[Profile]


def paginate_customers(rows: Rows, *, page: str | None, text: str = "") -> Page:
    """The asked page of rows of one publication in their order, of those that a search finds if any."""
    return ListPaginator(rows, text=text).get_page(page)


class ListPaginator(CappedPaginator):
    """Reads one page of customers, knowing by then whether they are many."""

    def __init__(self, rows: Rows, *, text: str = "", per_page: int = ROWS_PER_PAGE):
        super().__init__(rows, per_page)
        self._ways = list_ways(text) if text else {}

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = self.list_keys(first, min(first + self.per_page, self.count))
        found = Profile.objects.select_related("unit").in_bulk(keys)
        return self._get_page([found[key] for key in keys if key in found], number, self)

    def list_keys(self, first: int, last: int) -> list[int]:
        """Keys of the rows from the first to before the last of the list."""
        if not self.has_more:
            return list(self.sort_few()[first:last])
        known, unknown = self.walk_many()
        keys = list(known[first:last])
        if unknown is not None and len(keys) < last - first:
            before = max(first - known.order_by()[:last].count(), 0)
            keys += unknown[before : before + last - first - len(keys)]
        return keys

    def find_few(self) -> QuerySet[Any]:
        """Keys of all rows, or of more than are counted, in no order."""
        if not self._ways:
            return find_narrowest(self.object_list).values("pk")[: COUNTED_ROWS + 1]
        first, *others = (self._find_way(column, way) for column, way in self._ways.items())
        return first.union(*others)[: COUNTED_ROWS + 1]

    def sort_few(self) -> QuerySet[Any]:
        # Without naming the publication, whose indexes then answer nothing but which rows they are.
        found = Profile.objects.filter(pk__in=self.find_few())
        return found.order_by(*self.object_list.query.order_by).values_list("pk", flat=True)

    def walk_many(self) -> tuple[QuerySet[Any], QuerySet[Any] | None]:
        """Keys in the order of the list; where an index has the unknown first, those apart."""
        rows = self.object_list
        if self._ways:
            rows = rows.filter(Q(*self._ways.values(), _connector=Q.OR))
        order, *further = rows.query.order_by
        column = order.expression.name if isinstance(order, OrderBy) else order.removeprefix("-")
        walked = find_by(rows, column, *(["tier"] if column == "warning_rank" else []))
        keys = walked.values_list("pk", flat=True)
        if not isinstance(order, OrderBy) or order.descending:
            return keys, None
        known = keys.filter(**{f"{column}__isnull": False}).order_by(
            F(column).asc(nulls_first=True), *further
        )
        return known, keys.filter(**{f"{column}__isnull": True}).order_by(*further)

    @cached_property
    def _seen(self) -> int:
        return self.find_few().count()

    def _find_way(self, column: str, way: Q) -> QuerySet[Any]:
        found = find_by(self.object_list.order_by().filter(way), column)
        # A part of a union must not end early by itself, on SQLite.
        return Profile.objects.filter(pk__in=found.values("pk")[: COUNTED_ROWS + 1]).values("pk")
