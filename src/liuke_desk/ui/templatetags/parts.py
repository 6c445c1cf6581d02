"""Small parts of pages: icons, tier tags, risk bars, sparklines, column heads, form fields."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuke_desk.ui.colours import name_colour
from liuke_desk.ui.icons import draw_icon
from liuke_desk.ui.templatetags.figures import UNKNOWN, percent

register = template.Library()

HIGH_RISK, MIDDLE_RISK = 0.5, 0.2  # where the bar changes its colour; the number stands beside it


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """{% icon "bell" %}: decoration; {% icon "bell" _("Reminders") %}: says its label."""
    return draw_icon(name, str(label))


@register.filter
def say(words: Any) -> str:
    """The text in the reader's language: of {zh, en}, {text_zh, text_en} or a unit."""
    language = "en" if get_language() == "en" else "zh"
    if not words:
        return ""
    if hasattr(words, "say"):
        return words.say(language)
    return words.get(language) or words.get(f"text_{language}") or words.get("zh") or ""


@register.simple_tag(takes_context=True)
def tier_tag(context: Context, tier: str, words: dict[str, Any] | None = None) -> SafeString:
    """A tier in its scheme's words and colour; those of the first scheme unless others are given."""
    if not tier:
        return format_html('<span class="faint">{}</span>', UNKNOWN)
    known = words or context.get("frame", {}).get("tiers", {}).get(tier) or {"zh": tier, "en": tier}
    return format_html('<span class="tag tag-{}">{}</span>', name_colour(known.get("colour")), say(known))


@register.simple_tag
def tag(text: str, colour: str = "grey") -> SafeString:
    return format_html('<span class="tag tag-{}">{}</span>', name_colour(colour), text)


@register.simple_tag
def risk(probability: float | None, css: str = "") -> SafeString:
    """A probability as a bar and its number; a dash when there is none. css "risk-big": one that leads."""
    if probability is None:
        return format_html('<span class="faint">{}</span>', UNKNOWN)
    return format_html(
        '<span class="risk risk-{} {}"><svg viewBox="0 0 44 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="44" height="6"/><rect class="bar" width="{}" height="6"/>'
        "</svg><b>{}</b></span>",
        grade_risk(probability),
        css,
        f"{max(44 * probability, 1.5):.1f}",
        percent(probability),
    )


def grade_risk(probability: float) -> str:
    if probability >= HIGH_RISK:
        return "high"
    return "middle" if probability >= MIDDLE_RISK else "low"


@register.simple_tag
def spark(values: Sequence[float | None]) -> SafeString:
    """A line through the values, without scale, for the eye; the figures stand elsewhere."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return format_html('<span class="faint">{}</span>', UNKNOWN)
    low, high = min(value for _, value in known), max(value for _, value in known)
    span = (high - low) or 1
    across = 70 / (len(values) - 1)
    points = " ".join(
        f"{1 + place * across:.1f},{20 - 18 * (value - low) / span:.1f}" for place, value in known
    )
    return format_html(
        '<svg class="spark" viewBox="0 0 72 22" aria-hidden="true"><polyline points="{}"/></svg>', points
    )


@register.simple_tag
def trend(change: float | None) -> SafeString:
    """A relative change with its direction in a sign, not in colour alone: ▲ 12.0%."""
    if change is None:
        return format_html('<span class="faint">{}</span>', UNKNOWN)
    if abs(change) < 0.0005:
        return format_html('<span class="trend">{}</span>', "0.0%")
    up = change > 0
    says = _("up") if up else _("down")
    return format_html(
        '<span class="trend trend-{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{} </span>{}</span>',
        "up" if up else "down",
        "▲" if up else "▼",
        says,
        percent(abs(change)),
    )


@register.inclusion_tag("ui/_sort_head.html", takes_context=True)
def sort_head(context: Context, name: str, label: str, css: str = "") -> dict[str, Any]:
    """A column head that sorts by `name`; the view puts the sort in force into the context as `sort`."""
    now = context.get("sort", "")
    return {
        "request": context["request"],
        "label": label,
        "css": css,
        "direction": {name: "ascending", f"-{name}": "descending"}.get(now, ""),
        # Figures are first wanted from the greatest down.
        "next_sort": name if now == f"-{name}" else f"-{name}",
    }


@register.inclusion_tag("ui/_pages.html", takes_context=True)
def page_links(context: Context, page: Any) -> dict[str, Any]:
    """Links to the other pages of a list."""
    links = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"request": context["request"], "page": page, "links": list(links)}


@register.inclusion_tag("ui/_field.html")
def field(bound: BoundField, css: str = "") -> dict[str, Any]:
    """A form field with its label, help and errors, tied together for screen readers."""
    attributes = {"aria-invalid": "true"} if bound.errors else {}
    is_check = getattr(bound.field.widget, "input_type", "") == "checkbox"
    return {"field": bound, "control": bound.as_widget(attrs=attributes), "css": css, "is_check": is_check}


@register.inclusion_tag("ui/_charts_script.html")
def charts_script() -> dict[str, Any]:
    """The scripts that draw [data-chart]; only pages with charts load them."""
    return {}
