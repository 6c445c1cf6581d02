"""How many customers and how much value stand in each tier, from sums made when the cycle was published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Unit, User
from liuke_desk.tiers.models import TierSummary

UNRATED = "unrated"

Words = Mapping[str, Any]


@dataclass(frozen=True)
class TierLine:
    """One tier: customers and the value known of them, with their shares of all of the unit's."""

    tier: str
    words: Words
    customers: int
    valued: int
    value_fen: int
    share: float
    value_share: float | None  # None where no value is known, or it does not add up to a gain

    @property
    def value_each_fen(self) -> int | None:
        return round(self.value_fen / self.valued) if self.valued else None


@dataclass(frozen=True)
class Structure:
    rated: list[TierLine]  # best first
    unrated: TierLine | None
    customers: int
    valued: int
    value_fen: int


def find_scheme(publication: Publication, name: str) -> Words | None:
    """A scheme as it was published."""
    return next((each for each in publication.schemes if each["scheme"] == name), None)


def top_units(user: User) -> list[str]:
    """The units that add up to all a person may see: their own, or all that have none above."""
    if user.unit_id is not None:
        return [user.unit_id]
    return list(Unit.objects.filter(parent=None).values_list("pk", flat=True))


def read_structure(publication: Publication, scheme: Words, units: Iterable[str]) -> Structure:
    """The tiers of units that do not lie within each other, best first, the unrated apart."""
    sums: dict[str, list[int]] = {}
    rows = TierSummary.objects.filter(publication=publication, scheme=scheme["scheme"], unit__in=list(units))
    for row in rows.values_list("tier", "customers", "valued", "value_fen"):
        total = sums.setdefault(row[0], [0, 0, 0])
        for place, number in enumerate(row[1:]):
            total[place] += number
    customers, valued, value_fen = (sum(total[place] for total in sums.values()) for place in range(3))
    lines = {
        tier: TierLine(
            tier=tier,
            words=words,
            customers=total[0],
            valued=total[1],
            value_fen=total[2],
            share=total[0] / customers if customers else 0.0,
            value_share=total[2] / value_fen if value_fen > 0 else None,
        )
        for tier, words in order_tiers(scheme, sums).items()
        if (total := sums.get(tier, [0, 0, 0])) is not None
    }
    unrated = lines.pop(UNRATED, None)
    return Structure(list(lines.values()), unrated, customers, valued, value_fen)


def order_tiers(scheme: Words, found: Iterable[str]) -> dict[str, Words]:
    """The scheme's tiers with their words, best first; then those that only an earlier version had."""
    known = {each["tier"]: each for each in scheme["tiers"]}
    return known | {tier: {"zh": tier, "en": tier} for tier in sorted(found) if tier and tier not in known}
