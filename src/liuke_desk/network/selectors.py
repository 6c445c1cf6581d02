"""Reads of the current publication's findings, with the last word of people beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django_scopes import scopes_disabled

from liuke_desk.customers.models import Publication
from liuke_desk.network.models import (
    ChurnMonth,
    DealerCase,
    DealerDecision,
    DealerLeaver,
    MatchVerdict,
    NetworkFrame,
    ReentryMatch,
)
from liuke_desk.network.states import CaseState, Verdict


@dataclass(frozen=True)
class Waste:
    """Money spent on offers to people who came back, of matches that nobody rejected."""

    matches: int
    before_fen: int
    since_fen: int


def find_frame(publication: Publication | None) -> NetworkFrame | None:
    """What the current cycle could tell; None where it was published before these pages were."""
    return NetworkFrame.objects.filter(publication=publication).first() if publication else None


def list_matches(publication: Publication) -> QuerySet[ReentryMatch]:
    """The matches of the scope, the likeliest first, each with `verdict`: the last word of a person."""
    said = MatchVerdict.objects.filter(
        customer_id=OuterRef("customer_id"), former_id=OuterRef("former_id")
    ).order_by("-pk")
    rows = ReentryMatch.objects.filter(publication=publication).select_related("unit")
    last = Coalesce(Subquery(said.values("verdict")[:1]), Value(Verdict.OPEN.value))
    return rows.annotate(verdict=last).order_by("-probability", "customer_id")


def find_match(publication: Publication | None, customer_id: str, former_id: str) -> ReentryMatch:
    """One match. Unknown and out of scope look the same: 404."""
    found = ReentryMatch.objects.filter(
        publication=publication, customer_id=customer_id, former_id=former_id
    ).first()
    if found is None:
        raise Http404(f"No match of {customer_id} with {former_id} in your units")
    return found


def find_verdict(match: ReentryMatch) -> str:
    said = MatchVerdict.objects.filter(customer_id=match.customer_id, former_id=match.former_id)
    return said.values_list("verdict", flat=True).first() or Verdict.OPEN.value


def map_verdicts(matches: Iterable[ReentryMatch]) -> dict[tuple[str, str], MatchVerdict]:
    """The last word on each of some matches, with who said it."""
    ids = [match.customer_id for match in matches]
    said = MatchVerdict.objects.filter(customer_id__in=ids).select_related("made_by").order_by("pk")
    return {(each.customer_id, each.former_id): each for each in said}


def facts() -> tuple[tuple[str, list[dict[str, Any]]], ...]:
    """Every word on a match as a canonical row, known from when it was said: the next cycle abides by it.

    A clock may go back (daylight saving, the day of a simulated company that does not end at midnight); the
    word said last stays the last one known.
    """
    names = ("customer_id", "former_id", "verdict")
    with scopes_disabled():
        rows = list(MatchVerdict.objects.order_by("pk").values(*names, known_at=F("made_at")))
    latest: datetime | None = None
    for row in rows:
        if latest is not None and row["known_at"] <= latest:
            row["known_at"] = latest + timedelta(microseconds=1)
        latest = row["known_at"]
    return (("reentry_verdicts", rows),)


def list_rejected(publication: Publication) -> list[ReentryMatch]:
    """Matches before people that somebody rejected: no later cycle finds them, and one may be wrong."""
    return list(list_matches(publication).filter(verdict=Verdict.REJECTED.value))


def sum_waste(rows: QuerySet[ReentryMatch]) -> Waste:
    kept = rows.exclude(verdict=Verdict.REJECTED.value).order_by()
    total = kept.aggregate(before=Sum("spent_before_fen"), since=Sum("spent_since_fen"))
    return Waste(kept.count(), total["before"] or 0, total["since"] or 0)


def list_months(publication: Publication) -> list[ChurnMonth]:
    """Churn of the whole company by month; the last row is all together."""
    return list(ChurnMonth.objects.filter(publication=publication))


def list_cases(publication: Publication) -> QuerySet[DealerCase]:
    """Dealers of the scope, the least likely to be chance first, each with `state`."""
    said = DealerDecision.objects.filter(dealer_id=OuterRef("dealer_id")).order_by("-pk")
    last = Coalesce(Subquery(said.values("state")[:1]), Value(CaseState.OPEN.value))
    rows = DealerCase.objects.filter(publication=publication).select_related("unit")
    return rows.annotate(state=last).order_by("-flagged", "q_value", "-at_stake_fen", "dealer_id")


def find_case(publication: Publication | None, dealer_id: str) -> DealerCase:
    """One dealer. Unknown and out of scope look the same: 404."""
    found = DealerCase.objects.filter(publication=publication, dealer_id=dealer_id)
    case = found.select_related("unit", "publication").first()
    if case is None:
        raise Http404(f"No dealer {dealer_id} in your units")
    return case


def find_state(dealer_id: str) -> str:
    said = DealerDecision.objects.filter(dealer_id=dealer_id)
    return said.values_list("state", flat=True).first() or CaseState.OPEN.value


def list_decisions(dealer_id: str) -> QuerySet[DealerDecision]:
    return DealerDecision.objects.filter(dealer_id=dealer_id).select_related("made_by")


def list_leavers(case: DealerCase) -> QuerySet[DealerLeaver]:
    """Of the customers behind a case, those of the scope."""
    return DealerLeaver.objects.filter(case=case).select_related("unit").order_by("gone_on", "customer_id")


def narrow_matches(rows: QuerySet[ReentryMatch], *, units: list[str] | None, verdict: str, min_p: int | None):
    if units is not None:
        rows = rows.filter(unit__in=units)
    if verdict:
        rows = rows.filter(verdict=verdict)
    return rows.filter(Q(probability__gte=min_p / 100)) if min_p else rows
