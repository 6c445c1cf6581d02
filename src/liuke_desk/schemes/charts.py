"""Figures for charts of schemes; the same stand in a table beside each one."""

from collections.abc import Mapping, Sequence
from math import log
from typing import Any

from django.utils.translation import gettext as _

from liuke_desk.ui.currencies import say_currency
from liuke_desk.ui.templatetags.parts import say

FEN_PER_YUAN = 100
# A forest chart's axis: ratios from a quarter to four, on a logarithmic scale of 240 units.
LOWEST, HIGHEST, WIDTH = 0.25, 4.0, 240


def draw_sizes(figures: Mapping[str, Any], tiers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Customers of each tier before and after, best first."""
    sizes = figures["sizes"]
    return _sides(
        title=_("Customers by tier, before and after"),
        unit=_("number of customers"),
        sizes=sizes,
        tiers=tiers,
        values=lambda row, side: row[f"customers_{side}"],
    )


def draw_values(
    figures: Mapping[str, Any], tiers: Mapping[str, Mapping[str, Any]], *, currency: str
) -> dict[str, Any] | None:
    """Value of each tier before and after; None where no value is known."""
    sizes = figures["sizes"]
    if all(row["value_fen_before"] is None and row["value_fen_after"] is None for row in sizes):
        return None
    return _sides(
        title=_("Value of a year by tier, before and after"),
        unit=say_currency(currency),
        sizes=sizes,
        tiers=tiers,
        values=lambda row, side: (row[f"value_fen_{side}"] or 0) / FEN_PER_YUAN,
    )


def place_interval(low: float | None, ratio: float | None, high: float | None) -> dict[str, Any] | None:
    """Where an interval of a ratio lies on the forest chart; an end beyond the axis is cut and marked."""
    if low is None or ratio is None or high is None:
        return None
    return {
        "low": place_ratio(low),
        "ratio": place_ratio(ratio),
        "high": place_ratio(high),
        "width": max(place_ratio(high) - place_ratio(low), 0.5),
        "cut_low": low < LOWEST,
        "cut_high": high > HIGHEST,
    }


def place_ratio(ratio: float) -> float:
    bounded = min(max(ratio, LOWEST), HIGHEST)
    return round(WIDTH * (log(bounded) - log(LOWEST)) / (log(HIGHEST) - log(LOWEST)), 1)


def _sides(
    *,
    title: str,
    unit: str,
    sizes: Sequence[Mapping[str, Any]],
    tiers: Mapping[str, Mapping[str, Any]],
    values: Any,
) -> dict[str, Any]:
    return {
        "title": title,
        "kind": "bar",
        "horizontal": True,
        "unit": unit,
        "categories": [say(tiers.get(row["tier"])) or row["tier"] for row in sizes],
        "series": [
            {"name": _("Before the change"), "values": [values(row, "before") for row in sizes]},
            {"name": _("After the change"), "values": [values(row, "after") for row in sizes]},
        ],
    }
