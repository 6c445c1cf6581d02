"""What a group of people who came back, or of a dealer's leavers, was chosen by."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, override

from liuke_desk.customers.models import Publication
from liuke_desk.network.models import DealerCase
from liuke_desk.network.words import VERDICT_WORDS


def describe_matches(publication: Publication, asked: Mapping[str, Any]) -> dict[str, Any]:
    wanted = {name: value for name, value in asked.items() if value}
    day = publication.as_of.isoformat()
    return {
        "list": "reentries",
        "as_of": day,
        "wanted": wanted,
        "zh": _say_matches("zh-hans", day, wanted),
        "en": _say_matches("en", day, wanted),
    }


def describe_case(case: DealerCase) -> dict[str, Any]:
    day = case.publication.as_of.isoformat()
    return {
        "list": "dealer-case",
        "as_of": day,
        "wanted": {"dealer": case.dealer_id},
        "zh": _say_case("zh-hans", case, day),
        "en": _say_case("en", case, day),
    }


def _say_matches(language: str, day: str, wanted: Mapping[str, Any]) -> str:
    with override(language):
        told = [gettext("Came back under a new number, as of %(day)s") % {"day": day}]
        if verdict := wanted.get("verdict"):
            told.append(str(VERDICT_WORDS[verdict]))
        if wanted.get("unit"):
            told.append(wanted["unit"])
        if wanted.get("min_p"):
            told.append(f"≥ {wanted['min_p']} %")
        return ("; " if language == "en" else "；").join(told)


def _say_case(language: str, case: DealerCase, day: str) -> str:
    with override(language):
        named = {"dealer": case.name or case.dealer_id, "day": day}
        return gettext("Gone after the assessment of dealer %(dealer)s, as of %(day)s") % named
