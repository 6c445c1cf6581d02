"""Figures for the two pyramids; the same stand in the table beside them."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liuke_desk.tiers.structure import Structure, Words
from liuke_desk.ui.colours import name_colour


def draw_pyramids(structure: Structure, scheme: Words) -> dict[str, Any]:
    """Of each rated tier, best on top: its share of customers to the left, of value to the right."""
    language = "en" if get_language() == "en" else "zh"
    lines = structure.rated
    return {
        "title": _("Share of customers beside share of value by tier: %(scheme)s")
        % {"scheme": scheme[language]},
        "kind": "pyramids",
        "unit": "%",
        "categories": [line.words[language] for line in lines],
        "colours": [name_colour(line.words.get("colour")) for line in lines],
        "series": [
            {"name": _("Customers"), "values": [_percent(line.share) for line in lines]},
            {"name": _("Value"), "values": [_percent(line.value_share) for line in lines]},
        ],
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
