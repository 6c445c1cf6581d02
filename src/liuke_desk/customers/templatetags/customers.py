"""Codes and masked contact details on customer pages."""

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from liuke_desk.customers import masks
from liuke_desk.customers.models import Profile
from liuke_desk.customers.standings import Standing, list_standings
from liuke_desk.customers.usage import UsageTable, tabulate_usage
from liuke_desk.customers.words import GROUPS, OUTCOME_COLOURS, STATUS_COLOURS, say_code
from liuke_desk.ui.templatetags.figures import UNKNOWN
from liuke_desk.ui.templatetags.parts import tag

register = template.Library()


@register.filter
def code(value: str | None, group: str) -> str:
    """{{ complaint.status|code:"complaint_status" }}"""
    return say_code(value, group)


@register.simple_tag
def name_or_code(value: str | None, group: str = "") -> SafeString:
    """What a code is called; one without words looks like the code it is, and a name like a name."""
    if not value:
        return format_html("{}", UNKNOWN)
    if words := GROUPS.get(group, {}).get(value):
        return format_html("{}", words)
    return format_html("<code>{}</code>" if looks_like_a_code(value) else "{}", value)


@register.simple_tag
def product_tag(value: str) -> SafeString:
    return tag(name_or_code(value, "product"))


@register.simple_tag
def policy_name(name: str, titles: dict[str, str]) -> SafeString:
    """A policy by its title; one that this desk never knew by its name."""
    return format_html("{}", titles[name]) if name in titles else name_or_code(name)


def looks_like_a_code(value: str) -> bool:
    """CX59, data-gift: letters and figures without a blank are no words of a language."""
    return value.isascii() and not any(letter.isspace() for letter in value)


@register.simple_tag
def outcome_tag(value: str | None, group: str) -> SafeString:
    return tag(say_code(value, group), OUTCOME_COLOURS.get(value or "", "grey"))


@register.simple_tag
def horizon_words(months: int) -> str:
    """How far ahead a risk looks: 3 months."""
    return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}


@register.simple_tag
def status_tag(value: str) -> SafeString:
    return tag(say_code(value, "status"), STATUS_COLOURS.get(value, "grey"))


@register.filter
def masked_phone(profile: Profile) -> str:
    return masks.mask_phone(profile.phone) or "–"


@register.filter
def masked_id_number(profile: Profile) -> str:
    return masks.mask_id_number(profile.id_number) or "–"


@register.simple_tag(takes_context=True)
def standings(context: Context, profile: Profile) -> list[Standing]:
    """{% standings profile as lines %}: the tiers of a customer in every scheme in force."""
    return list(list_standings(profile, context["frame"]["publication"]))


@register.filter
def usage_table(rows: list[dict[str, Any]]) -> UsageTable:
    return tabulate_usage(rows)


@register.filter
def main_reason(profile: Profile) -> dict[str, Any] | None:
    """The first of the reasons, the one that raises the risk most."""
    return profile.reasons[0] if profile.reasons else None
