"""Who shares a home with a customer, as far as the viewer may see them: names half hidden, never figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Q

from liuke_desk.customers.masks import mask_name
from liuke_desk.customers.models import Profile
from liuke_desk.customers.selectors import read_part
from liuke_desk.tiers.models import HouseholdEdit

LATEST_EDITS = 5

# What the other is when only the other has declared what this one is.
_SEEN_FROM_HERE: Mapping[str, str] = MappingProxyType({"parent": "child", "child": "parent"})


@dataclass(frozen=True)
class Member:
    """Another member: what they are to this customer if declared, and by what they belong together."""

    customer_id: str
    name: str
    role: str
    evidence: tuple[str, ...]


def list_members(profile: Profile) -> list[Member]:
    """The other members in the open scope; whoever lives outside of it is not told of."""
    if not profile.household_id:
        return []
    rows = Profile.objects.filter(
        ~Q(household_id=""),  # SQLite looks into the index of those who live together only if told so
        publication=profile.publication_id,
        household_id=profile.household_id,
    ).exclude(customer_id=profile.customer_id)
    cards = read_part(rows, "card")
    own = profile.card.get("household") or {}
    return [
        Member(
            customer_id=customer_id,
            name=mask_name(name),
            role=_find_role(own, _household_on(cards.get(customer_id)), profile.customer_id, customer_id),
            evidence=_find_evidence(own, customer_id),
        )
        for customer_id, name in rows.order_by("customer_id").values_list("customer_id", "name")
    ]


def list_edits(profile: Profile) -> list[HouseholdEdit]:
    """What was last decided about the customer by hand, newest first."""
    told = Q(customer_id=profile.customer_id) | Q(other_id=profile.customer_id)
    return list(HouseholdEdit.objects.filter(told).select_related("made_by")[:LATEST_EDITS])


def _household_on(card: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return (card or {}).get("household") or {}


def _find_role(own: Mapping[str, Any], theirs: Mapping[str, Any], own_id: str, their_id: str) -> str:
    for each in own.get("relations") or ():
        if each["relative_id"] == their_id:
            return str(each["kind"])
    for each in theirs.get("relations") or ():
        if each["relative_id"] == own_id:
            return _SEEN_FROM_HERE.get(each["kind"], each["kind"])
    return ""


def _find_evidence(own: Mapping[str, Any], their_id: str) -> tuple[str, ...]:
    """Kinds of links between the two; none where others link them."""
    told = (each.partition(":") for each in own.get("evidence") or ())
    return tuple(kind for kind, _colon, customer_id in told if customer_id == their_id)
