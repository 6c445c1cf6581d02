"""Small parts of tier pages: moves, changes of place, states of overrides, households."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liuke_desk.customers.models import Profile
from liuke_desk.tiers.models import TierOverride
from liuke_desk.tiers.structure import find_scheme, order_tiers
from liuke_desk.tiers.words import CHANGE_WORDS, EVIDENCE_WORDS, ROLE_WORDS, STATE_COLOURS, STATE_WORDS
from liuke_desk.ui.templatetags.figures import UNKNOWN
from liuke_desk.ui.templatetags.parts import tag

register = template.Library()

SIGNS = {"up": "▲", "down": "▼", "stay": "＝", "new": "＋", "lost": "－", "entered": "＋", "left": "－"}
RIVALS_SHOWN = 3


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """{{ counts|at:move }}: the value of a key that is itself a variable; None where there is none."""
    return mapping.get(key)


@register.simple_tag
def move_label(move: str, label: str) -> SafeString:
    """A kind of move with its sign, so that colour is not alone in telling it."""
    shape = '<span class="move move-{}"><span aria-hidden="true">{}</span> {}</span>'
    return format_html(shape, move, SIGNS[move], label)


@register.simple_tag
def change_label(change: str) -> SafeString:
    return move_label(change, str(CHANGE_WORDS[change]))


@register.simple_tag
def place_change(row: Mapping[str, Any]) -> SafeString:
    """How far a customer went in the list: ▲ 3, or that they came in or fell out."""
    change, up_by = row["change"], row["up_by"]
    if change in ("up", "down"):
        return move_label(change, str(abs(up_by)))
    return move_label(change, str(CHANGE_WORDS[change]))


@register.simple_tag
def rivals(customer_ids: Sequence[str], profiles: Mapping[str, Profile]) -> SafeString:
    """The first few customers of a list by name, and how many more."""
    known = [profiles[customer_id] for customer_id in customer_ids if customer_id in profiles]
    if not known:
        return format_html('<span class="faint">{}</span>', UNKNOWN)
    links = format_html_join(
        _(", "),
        '<a href="{}">{}</a>',
        (
            (reverse("customer-card", args=[each.customer_id]), each.name or each.customer_id)
            for each in known[:RIVALS_SHOWN]
        ),
    )
    more = len(known) - RIVALS_SHOWN
    if more <= 0:
        return links
    return format_html("{} {}", links, _("and %(n)s more") % {"n": f"{more:,}"})


@register.simple_tag
def override_state(override: TierOverride, today: date | None = None) -> SafeString:
    """The state, and of an approved one whether it is over."""
    if today is not None and override.state == "APPROVED" and override.ends_on <= today:
        return tag(_("Over"), "grey")
    return tag(str(STATE_WORDS[override.state]), STATE_COLOURS[override.state])


@register.simple_tag(takes_context=True)
def place_words(context: Context, override: TierOverride) -> dict[str, Any]:
    """The scheme and the tiers of an override in the words of the published scheme."""
    publication = context["frame"]["publication"]
    scheme = (publication and find_scheme(publication, override.scheme)) or {
        "zh": override.scheme,
        "en": override.scheme,
        "tiers": [],
    }
    words = order_tiers(scheme, (override.tier, override.tier_before))
    return {"scheme": scheme, "tier": words[override.tier], "before": words.get(override.tier_before)}


@register.simple_tag
def last_day(override: TierOverride) -> date:
    """People speak of the last day; what is stored ends before its end."""
    return override.ends_on - timedelta(days=1)


@register.filter
def role_words(role: str) -> str:
    return str(ROLE_WORDS.get(role, role))


@register.filter
def evidence_words(kind: str) -> str:
    return str(EVIDENCE_WORDS.get(kind, kind))
