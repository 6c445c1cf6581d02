"""Calendar arithmetic on days and months. Intervals are half open: [start, end)."""

from calendar import monthrange
from datetime import date, datetime, time


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day when it is shorter.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_start(day: date) -> date:
    """The first day of the month a day lies in."""
    return day.replace(day=1)


def midnight(day: date) -> datetime:
    """The first instant of a day, in the company's own time zone (naive)."""
    return datetime.combine(day, time.min)


def month_label(day: date) -> str:
    """Year and month, as partitions are named.

    >>> month_label(date(2026, 3, 31))
    '2026-03'
    """
    return f"{day.year:04d}-{day.month:02d}"
