"""Where a customer stands in each scheme, in the words of the scheme."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from liuke_desk.customers.models import Profile, Publication

Words = dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """One scheme's tier of a customer, why, and what is missing for the next better one."""

    scheme: Words
    tier: str
    tier_words: Words
    why: Words
    next_words: Words | None
    missing: float | None
    is_money: bool
    unit: Words | None


def list_standings(profile: Profile, publication: Publication) -> Iterator[Standing]:
    schemes = {scheme["scheme"]: scheme for scheme in publication.schemes}
    for each in profile.tiers:
        scheme = schemes.get(each["scheme"]) or {"zh": each["scheme"], "en": each["scheme"], "tiers": []}
        tiers = {tier["tier"]: tier for tier in scheme["tiers"]}
        following = each["next_tier"]
        yield Standing(
            scheme=scheme,
            tier=each["tier"],
            tier_words=tiers.get(each["tier"], {"zh": each["tier"], "en": each["tier"]}),
            why={"zh": each["why_zh"], "en": each["why"]},
            next_words=tiers.get(following, {"zh": following, "en": following}) if following else None,
            missing=each["missing"],
            is_money=scheme.get("is_money", False),
            unit=scheme.get("unit"),
        )
