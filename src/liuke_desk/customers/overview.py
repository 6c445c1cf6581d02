"""The state of a user's units at a glance, from sums made when the cycle was published."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from liuke_desk.customers.models import Publication, Summary
from liuke_desk.customers.totals import Total
from liuke_desk.people.models import Unit


@dataclass
class UnitLine:
    """One unit with what it and all units below it add up to."""

    unit: Unit
    total: Total = field(default_factory=Total)


@dataclass
class TierLine:
    tier: str
    total: Total = field(default_factory=Total)


@dataclass(frozen=True)
class Overview:
    total: Total
    units: list[UnitLine]  # greatest expected loss first
    tiers: list[TierLine]  # best first


def read_overview(publication: Publication, *, top: Unit | None) -> Overview:
    """Sums of a unit, or of the whole company without one, by the units just below and by tier."""
    own = list_summaries(publication, Unit.objects.filter(pk=top.pk) if top else roots())
    below = list_summaries(publication, top.children.all() if top else roots())
    total = Total()
    for summary in own:
        add_up(total, summary)
    return Overview(total=total, units=gather_units(below), tiers=gather_tiers(own, publication))


def roots() -> QuerySet[Unit]:
    return Unit.objects.filter(parent=None)


def list_summaries(publication: Publication, units: QuerySet[Unit]) -> list[Summary]:
    found = Summary.objects.filter(publication=publication, unit__in=units)
    return list(found.select_related("unit"))


def gather_units(summaries: Iterable[Summary]) -> list[UnitLine]:
    lines: dict[str, UnitLine] = {}
    for summary in summaries:
        line = lines.setdefault(summary.unit_id, UnitLine(summary.unit))
        add_up(line.total, summary)
    return sorted(lines.values(), key=lambda line: (-line.total.expected_loss_fen, line.unit.pk))


def gather_tiers(summaries: Iterable[Summary], publication: Publication) -> list[TierLine]:
    lines: dict[str, TierLine] = {}
    for summary in summaries:
        add_up(lines.setdefault(summary.tier, TierLine(summary.tier)).total, summary)
    order = {each["tier"]: place for place, each in enumerate(publication.tiers)}
    return sorted(lines.values(), key=lambda line: (order.get(line.tier, len(order)), line.tier))


def add_up(total: Total, summary: Summary) -> None:
    total.customers += summary.customers
    total.warned += summary.warned
    total.expected_leavers += summary.expected_leavers
    total.value_at_stake_fen += summary.value_at_stake_fen
    total.expected_loss_fen += summary.expected_loss_fen
