"""Money with the name of its currency: 3.63 万元; 36.3 K yuan in English."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuke_desk.ui.currencies import say_currency
from liuke_desk.ui.templatetags.figures import MINUS, UNKNOWN, shorten_together

register = template.Library()

Fen = int | float


@register.simple_tag(takes_context=True)
def money_unit(context: Context) -> str:
    """What the company's money is called, to stand beside figures: yuan."""
    return say_currency(context["frame"]["currency"])


@register.simple_tag(takes_context=True)
def money(context: Context, fen: Fen | None) -> str:
    """A sum inside a sentence."""
    if fen is None:
        return UNKNOWN
    (figure,), unit = _shorten(context, fen)
    return f"{figure} {unit}"


@register.simple_tag(takes_context=True)
def money_figure(context: Context, fen: Fen | None, *beside: Fen) -> SafeString:
    """A sum that leads a card: the figure large, its unit small; in the unit of the sums told beside it."""
    if fen is None:
        return format_html("{}", UNKNOWN)
    (figure, *_others), unit = _shorten(context, fen, *beside)
    return format_html("{} <small>{}</small>", figure, unit)


@register.simple_tag(takes_context=True)
def money_range(context: Context, low: Fen, high: Fen) -> str:
    """An interval of sums, both ends in the same unit: −0.70 to 3.63 K yuan."""
    (first, last), unit = _shorten(context, low, high)
    return _("%(low)s to %(high)s %(unit)s") % {"low": first, "high": last, "unit": unit}


def _shorten(context: Context, *sums_fen: Fen) -> tuple[list[str], str]:
    figures, size = shorten_together([fen / 100 for fen in sums_fen])
    return [figure.replace("-", MINUS) for figure in figures], _join(size, money_unit(context))


def _join(size: str, currency: str) -> str:
    """万 and 元 make one word, 万 and CHF do not."""
    if not size:
        return currency
    between = "" if get_language() != "en" and not currency.isascii() else " "
    return size + between + currency
