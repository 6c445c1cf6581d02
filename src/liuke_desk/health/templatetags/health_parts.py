"""Small parts of the page of health: measures as people read them, findings in words and colour."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liuke_desk.ui.templatetags.figures import UNKNOWN
from liuke_desk.ui.templatetags.parts import say, tag

register = template.Library()

_SHARES = {"mean_p", "rate", "targeted_share"}
_PLACES = {"auc": 3, "pr_auc": 3, "log_loss": 4, "ece": 4}
_COLOURS = {"as_promised": "green", "alike": "green", "watch": "orange", "alarm": "red", "drifted": "red"}
_SIGNS = {"as_promised": "✓", "alike": "✓", "watch": "!", "alarm": "‼", "drifted": "‼"}


@register.simple_tag
def figure(name: str, value: float | None) -> str:
    """A measure with the decimals it deserves; a dash where it is unknown."""
    if value is None:
        return UNKNOWN
    if name in _SHARES:
        return f"{value * 100:.1f}%"
    return f"{value:,.{_PLACES.get(name, 2)}f}"


@register.simple_tag
def span(name: str, low: float | None, high: float | None) -> str:
    """An interval or a band, both ends in the measure's own decimals."""
    if low is None or high is None:
        return UNKNOWN
    return _("%(low)s to %(high)s") % {"low": figure(name, low), "high": figure(name, high)}


@register.simple_tag(takes_context=True)
def finding(context: Context, row: Mapping[str, Any]) -> SafeString:
    """What was found, in words, colour and sign; else the reason why nothing was."""
    report = context["report"]
    name = row.get("finding")
    if not name:
        reason = report["reasons"].get(row.get("why_empty"))
        return format_html('<span class="muted">{}</span>', say(reason) or UNKNOWN)
    text = f"{_SIGNS[name]} {say(report['words'][name])}"
    if row.get("direction"):
        text += " · " + (_("below the band") if row["direction"] == "below" else _("above the band"))
    return tag(text, _COLOURS[name])


@register.simple_tag(takes_context=True)
def measure_name(context: Context, name: str) -> str:
    return say(context["report"]["words"].get(name)) or name


@register.simple_tag(takes_context=True)
def reason(context: Context, code: str | None) -> str:
    """A named reason in words; nothing where there is none."""
    return say(context["report"]["reasons"].get(code)) if code else ""


@register.filter
def horizon_name(horizon: str) -> str:
    """1m → 1 month."""
    months = int(horizon.removesuffix("m"))
    return _("%(n)d month") % {"n": months} if months == 1 else _("%(n)d months") % {"n": months}


@register.filter
def whom_name(whom: str) -> str:
    return _("left alone") if whom == "left_alone" else _("everybody")


@register.filter
def row_label(row: Mapping[str, Any]) -> str:
    """What a feature or score is called."""
    return say({"zh": row["label_zh"], "en": row["label_en"]})
