"""Who belongs to a tier, said in a sentence from its declaration."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from liuke_desk.schemes.comparison import say_number, say_percent
from liuke_desk.schemes.declarations import Declared, find_part
from liuke_desk.ui.templatetags.parts import say


def say_edges(declared: Declared) -> dict[str, str]:
    """Tier -> who belongs to it; tiers of which nothing is declared are absent."""
    kind = declared.get("kind")
    told: dict[str, str] = {}
    tiers = [tier for tier in declared.get("tiers") or () if isinstance(tier, Mapping)]
    for place, tier in enumerate(tiers):
        told[str(tier.get("name"))] = _say_tier(kind, declared, tiers, place)
    if isinstance(otherwise := declared.get("otherwise"), Mapping):
        told[str(otherwise.get("name"))] = _("all others of whom the number is known")
    for cluster in declared.get("clusters") or ():
        if isinstance(cluster, Mapping) and cluster.get("description"):
            told[str(cluster.get("name"))] = say(cluster["description"])
    for segment in declared.get("segments") or ():
        if isinstance(segment, Mapping) and segment.get("cells"):
            cells = ", ".join(map(str, segment["cells"]))
            action = f" · {say(segment['action'])}" if segment.get("action") else ""
            told[str(segment.get("name"))] = _("cells %(cells)s") % {"cells": cells} + action
    for cell in declared.get("cells") or ():
        if isinstance(cell, Mapping) and "row" in cell and "column" in cell:
            told[f"{cell['row']}-{cell['column']}"] = (
                say(cell.get("treatment")) if cell.get("treatment") else ""
            )
    return {tier: words for tier, words in told.items() if words}


def _say_tier(kind: Any, declared: Declared, tiers: list[Mapping[str, Any]], place: int) -> str:
    tier = tiers[place]
    if kind == "pyramid":
        return _("%(share)s of the customers, by value from the top") % {"share": say_percent(tier["share"])}
    if kind == "abc":
        start = tiers[place - 1]["up_to"] if place else 0
        whole = _("of the value") if declared.get("by") == "value" else _("of the customers")
        return _("from %(start)s to %(end)s %(whole)s, added up from the top") % {
            "start": say_percent(start),
            "end": say_percent(tier["up_to"]),
            "whole": whole,
        }
    if kind == "receivables":
        return _say_class(declared, place)
    if "routes" in tier:
        return _(" or ").join(_say_route(declared, route) for route in tier["routes"])
    return _say_band(tier, _name_measure(declared)) or (say(tier["action"]) if tier.get("action") else "")


def _say_band(band: Mapping[str, Any], measure: str) -> str:
    low = next(((key, band[key]) for key in ("at_least", "over") if key in band), None)
    high = next(((key, band[key]) for key in ("under", "up_to") if key in band), None)
    if low is None:
        return ""
    values = {"measure": measure, "low": say_number(low[1]), "high": say_number(high[1]) if high else ""}
    sentences = {
        ("at_least", None): _("%(measure)s %(low)s or more"),
        ("over", None): _("%(measure)s over %(low)s"),
        ("at_least", "under"): _("%(measure)s from %(low)s to under %(high)s"),
        ("at_least", "up_to"): _("%(measure)s from %(low)s to %(high)s"),
        ("over", "under"): _("%(measure)s over %(low)s and under %(high)s"),
        ("over", "up_to"): _("%(measure)s over %(low)s, up to %(high)s"),
    }
    return sentences[low[0], high[0] if high else None] % values


def _say_route(declared: Declared, route: Mapping[str, Any]) -> str:
    amounts = {amount.get("column"): amount for amount in declared.get("amounts") or ()}
    words = amounts.get(route.get("column"), {}).get("words")
    return _say_band(route, say(words) if words else str(route.get("column")))


def _name_measure(declared: Declared) -> str:
    if declared.get("kind") == "scorecard":
        return _("score")
    words = find_part(declared, ("measure", "words"))
    return say(words) if words else ""


def _say_class(declared: Declared, place: int) -> str:
    values = {
        "key": declared.get("key_places"),
        "high": say_percent(declared.get("high_rate", 0)),
        "line": say_percent(1 - float(declared.get("gross_margin", 0))),
    }
    sentences = (
        _("all repaid, and among the top %(key)s by sales"),
        _("all repaid; or %(high)s and more, and among the top %(key)s by sales"),
        _("%(line)s and more repaid"),
        _("less than %(line)s repaid, or new: no credit"),
    )
    return sentences[min(place, 3)] % values
