"""Where a customer stands in each scheme, in the words of the scheme."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from liuke_desk.customers.models import Profile, Publication

Words = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """A cycle in which the tier became another one, and what held it then."""

    as_of: str
    tier: str
    tier_words: Words
    held_by: str


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
    credit_line_fen: int | None  # what customers of the tier may owe without a closer look
    since: str  # the day on which the tier was entered; empty if it is not known
    held_by: str  # what holds the tier against the numbers; empty where they decide
    judged_words: Words | None  # what the numbers alone would give
    changes: list[Change]  # latest first


def list_standings(profile: Profile, publication: Publication) -> Iterator[Standing]:
    schemes = {scheme["scheme"]: scheme for scheme in publication.schemes}
    for each in profile.tiers:
        scheme = schemes.get(each["scheme"]) or {"zh": each["scheme"], "en": each["scheme"], "tiers": []}
        tiers = {tier["tier"]: tier for tier in scheme["tiers"]}
        following = each["next_tier"]
        yield Standing(
            scheme=scheme,
            tier=each["tier"],
            tier_words=_words_of(each["tier"], tiers) or {},
            why={"zh": each["why_zh"], "en": each["why"]},
            next_words=_words_of(following, tiers),
            missing=each["missing"],
            is_money=scheme.get("is_money", False),
            unit=scheme.get("unit"),
            credit_line_fen=each.get("base_credit_line_fen"),
            since=each.get("since") or "",
            held_by=each.get("held_by") or "",
            judged_words=_words_of(each.get("judged_tier"), tiers),
            changes=[
                Change(
                    as_of=change["as_of"],
                    tier=change["tier"],
                    tier_words=_words_of(change["tier"], tiers) or {},
                    held_by=change["held_by"] or "",
                )
                for change in each.get("history") or ()
            ],
        )


def _words_of(tier: str | None, tiers: dict[str, Words]) -> Words | None:
    """A tier that the scheme in force has no more is called by its code."""
    return tiers.get(tier, {"zh": tier, "en": tier}) if tier else None
