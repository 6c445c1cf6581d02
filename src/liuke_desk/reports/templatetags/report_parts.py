"""Small parts of report pages: figures that open their customers, and how they changed."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuke_desk.bridge.reports import say_figure
from liuke_desk.reports.tables import Cell
from liuke_desk.ui.templatetags.figures import MINUS, UNKNOWN, count, decimal, whole_yuan
from liuke_desk.ui.templatetags.parts import trend

register = template.Library()


@register.simple_tag
def figure_text(figure: Mapping[str, Any], show: str, is_expected: bool = False) -> str:
    """A figure as customers, with a decimal where it is expected, or as money."""
    if show == "value":
        return whole_yuan(figure["value_fen"]).replace("-", MINUS)
    return (decimal if is_expected else count)(figure["count"]).replace("-", MINUS)


@register.simple_tag
def open_figure(cell: Cell, show: str) -> SafeString:
    """The figure as a link to its customers; plain where there is none."""
    text = figure_text(cell.figure, show, cell.is_expected)
    if not cell.address:
        return format_html('<span class="faint">{}</span>', text)
    return format_html('<a href="{}">{}</a>', cell.address, text)


@register.simple_tag
def range_text(figure: Mapping[str, Any]) -> str:
    """The interval of what is expected: 23 to 42."""
    return _("%(low)s to %(high)s") % {"low": count(figure["low"]), "high": count(figure["high"])}


@register.simple_tag
def shift(figure: Mapping[str, Any], since: str, show: str) -> SafeString:
    """The change since "before" (a month ago) or "year_before": +7 ▲ 12.0%; a dash where it is not told."""
    now, then = (
        (figure["value_fen"], figure[f"value_{since}_fen"])
        if show == "value"
        else (figure["count"], figure[since])
    )
    if now is None or then is None:
        return format_html('<span class="faint">{}</span>', UNKNOWN)
    change = (now - then) / (100 if show == "value" else 1)
    text = f"{change:+,.0f}".replace("-", MINUS)
    if not then or then < 0:
        return format_html("{}", text)
    return format_html("{} {}", text, trend(change * (100 if show == "value" else 1) / then))


@register.simple_tag
def figure_words(report: str, row: Mapping[str, Any]) -> str:
    """What one customer counts for: "lost: dormant"."""
    language = "en" if get_language() == "en" else "zh"
    return say_figure(report, row["measure"], row["kind"] or None)[language]
