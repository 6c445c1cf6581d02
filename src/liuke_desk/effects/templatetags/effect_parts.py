"""Figures of effects: differences with their sign, rates of an arm."""

from django import template
from django.utils.translation import gettext as _

from liuke_desk.effects.verdicts import Reading
from liuke_desk.ui.templatetags.figures import MINUS, UNKNOWN, percent

register = template.Library()


@register.filter
def points(difference: float | None) -> str:
    """A difference of rates in percentage points, with its sign and unit: −3.2 pp."""
    return UNKNOWN if difference is None else _("%(points)s pp") % {"points": bare_points(difference)}


@register.filter
def bare_points(difference: float | None) -> str:
    """The same without its unit, for the first of two."""
    return UNKNOWN if difference is None else _signed(100 * difference, ".1f")


@register.filter
def plain(number: float | None) -> str:
    """A number as machines read it."""
    return "" if number is None else f"{number:.6f}"


@register.filter
def signed_count(number: float | None) -> str:
    """A number of customers with its sign when it is negative: 12, −3."""
    return UNKNOWN if number is None else _signed(number, ",.0f", plus="")


@register.filter
def left_rate(reading: Reading, arm: str) -> str:
    """Share of an arm that left."""
    customers = reading.figures[arm]
    return percent(reading.figures[f"{arm}_left"] / customers) if customers else UNKNOWN


def _signed(number: float, shape: str, *, plus: str = "+") -> str:
    text = format(abs(number), shape)
    if not any(digit in text for digit in "123456789"):
        return text
    return (MINUS if number < 0 else plus) + text
