"""The words of a move, kept with a group of those who made it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, override

from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Unit
from liuke_desk.tiers.structure import find_scheme, order_tiers


def describe_move(publication: Publication, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Where the customers were chosen: plain values, and a sentence in each language."""
    wanted = {name: asked[name] for name in ("scheme", "unit", "before", "after")}
    days = {name: asked[name].isoformat() for name in ("since", "until")}
    return {
        "list": "tier-moves",
        "as_of": publication.as_of.isoformat(),
        "wanted": wanted | days,
        "zh": _say("zh-hans", publication, asked),
        "en": _say("en", publication, asked),
    }


def _say(language: str, publication: Publication, asked: Mapping[str, Any]) -> str:
    short = "en" if language == "en" else "zh"
    scheme = find_scheme(publication, asked["scheme"]) or {"zh": "", "en": "", "tiers": []}
    words = order_tiers(scheme, (asked["before"], asked["after"]))
    unit = Unit.objects.filter(pk=asked["unit"]).first() if asked["unit"] else None
    with override(language):
        nowhere = gettext("not there")
        told = gettext("%(scheme)s: %(before)s → %(after)s, %(since)s to %(until)s") % {
            "scheme": scheme[short],
            "before": words[asked["before"]][short] if asked["before"] else nowhere,
            "after": words[asked["after"]][short] if asked["after"] else nowhere,
            "since": asked["since"].isoformat(),
            "until": asked["until"].isoformat(),
        }
        return f"{told} · {unit.say(language)}" if unit else told
