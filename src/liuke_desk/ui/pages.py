"""Pages of long lists, counted up to a limit only: counting a million rows takes a page its whole time."""

from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

ROWS_PER_PAGE = 50
COUNTED_ROWS = 10_000


class CappedPaginator(Paginator):
    """Knows exactly how many rows there are up to the limit, and beyond only that there are more."""

    @cached_property
    def count(self) -> int:
        return min(self._seen, COUNTED_ROWS)

    @cached_property
    def has_more(self) -> bool:
        return self._seen > COUNTED_ROWS

    @cached_property
    def _seen(self) -> int:
        return self.object_list.order_by()[: COUNTED_ROWS + 1].count()


def paginate(rows: QuerySet, *, page: str | None, per_page: int = ROWS_PER_PAGE) -> Page:
    """The asked page of the rows; the nearest one when there is no such page."""
    return CappedPaginator(rows, per_page).get_page(page)
