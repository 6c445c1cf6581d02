"""Small things that pages of schemes say: differences with their sign, a part of a table by its name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liuke_desk.schemes.comparison import say_number
from liuke_desk.schemes.models import SchemeDraft
from liuke_desk.schemes.words import language
from liuke_desk.ui.templatetags.figures import MINUS, UNKNOWN, percent, whole_yuan
from liuke_desk.ui.templatetags.parts import tag

register = template.Library()

STABLE, TRUSTED = 0.75, 0.6


@register.filter
def at(table: Mapping[str, Any] | None, name: str) -> Any:
    """What a table holds under a name; nothing where it does not."""
    return table.get(name) if table else None


@register.filter
def signed(number: int | None) -> str:
    """A difference with its sign: +1,234, −5, 0."""
    if number is None:
        return UNKNOWN
    return f"{number:+,d}".replace("-", MINUS) if number else "0"


@register.filter
def signed_yuan(fen: int | None) -> str:
    """A difference of money in whole yuan with its sign."""
    if fen is None:
        return UNKNOWN
    told = whole_yuan(abs(fen))
    if told == "0":
        return told
    return f"{MINUS if fen < 0 else '+'}{told}"


@register.filter
def less(number: Any, other: Any) -> Any:
    return None if number is None or other is None else number - other


@register.filter
def titled(draft: SchemeDraft) -> str:
    """A draft by the words of its scheme: Value pyramid v2."""
    return draft.title(language())


@register.filter
def share_of(part: int, whole: int) -> str:
    return percent(part / whole, 2) if whole else UNKNOWN


@register.filter
def plain(number: float) -> str:
    """A number as machines read it."""
    return f"{number:.1f}"


@register.simple_tag
def stability_tag(stability: float) -> SafeString:
    """What a cluster's stability is worth, after Hennig (2007)."""
    if stability >= STABLE:
        return tag(_("stable"), "green")
    return tag(_("doubtful"), "orange") if stability >= TRUSTED else tag(_("not to be trusted"), "red")


@register.filter
def number_text(value: Any) -> str:
    return str(value) if isinstance(value, str | date) else say_number(value)
