"""Figures for charts; the same stand in a table beside each one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuke_desk.customers.models import Publication
from liuke_desk.customers.overview import TierLine
from liuke_desk.ui.currencies import say_currency

FEN_PER_YUAN = 100


def draw_history(history: list[Mapping[str, Any]], *, title: str, currency: str) -> dict[str, Any] | None:
    """Months of money; only what was ever told of; None when nothing was."""
    words = {"billed_fen": _("Billed"), "paid_fen": _("Paid"), "spent_fen": _("Spent")}
    told = [name for name in words if any(month.get(name) is not None for month in history)]
    if not told:
        return None
    return {
        "title": title,
        "kind": "line",
        "unit": say_currency(currency),
        "categories": [month["month"] for month in history],
        "series": [
            {"name": words[name], "values": [_in_yuan(month.get(name)) for month in history]} for name in told
        ],
    }


def draw_tiers(lines: Iterable[TierLine], publication: Publication) -> dict[str, Any]:
    """Of each tier: its share of customers beside its share of the expected loss."""
    lines = list(lines)
    language = "en" if get_language() == "en" else "zh"
    words = {each["tier"]: each[language] for each in publication.tiers}
    customers = sum(line.total.customers for line in lines) or 1
    loss = sum(line.total.expected_loss_fen for line in lines) or 1
    return {
        "title": _("Share of customers and of expected loss by tier"),
        "kind": "bar",
        "unit": "%",
        "categories": [words.get(line.tier, line.tier) or _("none") for line in lines],
        "series": [
            {
                "name": _("Customers"),
                "values": [_percent(line.total.customers / customers) for line in lines],
            },
            {
                "name": _("Expected loss"),
                "values": [_percent(line.total.expected_loss_fen / loss) for line in lines],
            },
        ],
    }


def _in_yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / FEN_PER_YUAN


def _percent(share: float) -> float:
    return round(share * 100, 1)
