"""Windows of time behind an as-of day; half open, the as-of day itself is never seen."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta

from liuke.kernel.days import add_months, month_start


@dataclass(frozen=True, kw_only=True)
class Window:
    """The last `days` days, or `months` full calendar months after leaving out the latest `skip` of them.

    Neither given: everything before the as-of day. A calendar month is seen when it is over, so
    on the 15th the running month is in no window of months.
    """

    days: int | None = None
    months: int | None = None
    skip: int = 0

    def bounds(self, *, as_of: date) -> tuple[date | None, date]:
        """First day seen (None: from the beginning) and the first day not seen any more.

        >>> Window(days=30).bounds(as_of=date(2024, 3, 1))
        (datetime.date(2024, 1, 31), datetime.date(2024, 3, 1))
        >>> Window(months=3, skip=1).bounds(as_of=date(2024, 3, 15))
        (datetime.date(2023, 11, 1), datetime.date(2024, 2, 1))
        """
        if self.days is not None:
            return as_of - timedelta(days=self.days), as_of
        if self.months is not None:
            end = add_months(month_start(as_of), -self.skip)
            return add_months(end, -self.months), end
        return None, as_of

    def by_month(self, *, as_of: date) -> list[tuple[date, date]]:
        """The window's calendar months, oldest first."""
        start, end = self.bounds(as_of=as_of)
        if self.months is None or start is None:
            raise ValueError("Only a window of calendar months can be taken by month")
        edges = [add_months(start, step) for step in range(self.months + 1)]
        assert edges[-1] == end
        return list(itertools.pairwise(edges))
