"""Figures as people read them. Always formatted here: the locale would group Chinese digits by four.

What is unknown is a dash, never a nought.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.translation import get_language

register = template.Library()

UNKNOWN = "–"
MINUS = "\u2212"
Number = int | float | Decimal


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan with two decimals: 1,234.50."""
    return UNKNOWN if fen is None else f"{Decimal(fen).scaleb(-2):,.2f}"


@register.filter
def whole_yuan(fen: int | None) -> str:
    """Fen as yuan without decimals, for columns read at a glance: 1,235."""
    return UNKNOWN if fen is None else f"{Decimal(fen).scaleb(-2):,.0f}"


@register.filter
def short_yuan(fen: int | None) -> str:
    """Fen as yuan in the units people speak in: 12.3 万, 1.20 亿; 12.3 K, 1.20 M in English."""
    return UNKNOWN if fen is None else shorten(float(Decimal(fen).scaleb(-2)))


@register.filter
def count(number: Number | None) -> str:
    """A number of things: 12,345."""
    return UNKNOWN if number is None else f"{number:,.0f}"


@register.filter
def short_count(number: Number | None) -> str:
    """A large number of things in the units people speak in."""
    return UNKNOWN if number is None else shorten(float(number), decimals_below=0)


@register.filter
def decimal(number: Number | None, places: int = 1) -> str:
    """A number with so many decimals: 1,234.5."""
    return UNKNOWN if number is None else f"{number:,.{places}f}"


@register.filter
def percent(share: float | None, places: int = 1) -> str:
    """A share of one as percent: 12.3%."""
    return UNKNOWN if share is None else f"{share * 100:.{places}f}%"


@register.filter
def day(value: date | str | None) -> str:
    """A day, of a date, an instant or its ISO text: 2026-03-31."""
    if value in (None, ""):
        return UNKNOWN
    return value[:10] if isinstance(value, str) else f"{value:%Y-%m-%d}"


@register.filter
def instant(value: datetime | str | None) -> str:
    """A day and the time on it, of an instant or its ISO text: 2026-03-31 14:05."""
    if value in (None, ""):
        return UNKNOWN
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{read:%Y-%m-%d %H:%M}"


@register.filter
def known(value: object) -> object:
    """A text as it is, a dash when there is none."""
    return UNKNOWN if value in (None, "") else value


CHINESE_UNITS = ((1e8, "亿"), (1e4, "万"))
ENGLISH_UNITS = ((1e9, "B"), (1e6, "M"), (1e3, "K"))


def shorten(number: float, *, decimals_below: int = 2) -> str:
    figures, unit = shorten_together([number], decimals_below=decimals_below)
    return f"{figures[0]} {unit}".rstrip()


def shorten_together(numbers: Sequence[float], *, decimals_below: int = 2) -> tuple[list[str], str]:
    """Figures that stand side by side in one unit, that of the greatest, and the unit's word."""
    units = ENGLISH_UNITS if get_language() == "en" else CHINESE_UNITS
    greatest = max(map(abs, numbers))
    for size, word in units:
        if greatest >= size:
            places = 2 if greatest < 10 * size else 1
            return [f"{number / size:,.{places}f}" for number in numbers], word
    return [f"{number:,.{decimals_below}f}" for number in numbers], ""
