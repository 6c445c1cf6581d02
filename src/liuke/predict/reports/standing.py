"""Who stands behind every figure of every report: one row for each customer, month and measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
from ibis import _

from liuke.kernel.days import midnight, month_start
from liuke.predict.account_spells import INSTANT
from liuke.predict.churn import ChurnDefinition
from liuke.predict.reports.members import account_spells, unit_spells, with_members
from liuke.predict.reports.months import Month, calendar
from liuke.predict.reports.presence import find_moves, first_arrivals, stay_spells
from liuke.predict.reports.suspension import find_forwarding, find_suspensions
from liuke.predict.reports.tables import REPORT_CUSTOMERS
from liuke.predict.reports.terms import UNKNOWN, ReportTerms
from liuke.predict.reports.worth import value_months

Tables = Mapping[str, ibis.Table]

PREDICTED = ("p_1m", "p_2m", "p_3m")
DIVERTED = "diverted"
OPENING = "opening"  # the measure of nearly all rows: everybody, every month

ORDER = ("measure", "month", "customer_id", "at", "kind")
_COLUMNS = ["customer_id", "month", "measure", "kind", "at", "weight", "of_opening"]


@dataclass(frozen=True)
class ReportInputs:
    """What reports are made of.

    leavings: of the as-of day: customer_id, left_at, kind, and competitor where it is told.
    warnings: of the as-of day: customer_id, p_1m, p_2m, p_3m. reentries: former_id, left_at, probability;
    searched_from: the day from which leavers were looked for among newcomers. Both None where nobody looked.
    """

    tables: Tables
    leavings: ibis.Table
    warnings: ibis.Table
    reentries: ibis.Table | None
    searched_from: date | None
    definition: ChurnDefinition
    terms: ReportTerms
    months: tuple[Month, ...]
    margin_rate: float
    has_bills: bool
    as_of: date


def stand_behind(inputs: ReportInputs) -> ibis.Table:
    """The rows of REPORT_CUSTOMERS, by measure, month and customer; `stand_in_parts` is as good."""
    arrivals = first_arrivals(inputs.tables, inputs.definition, known_by=inputs.as_of)
    moves = list_moves(inputs, arrivals)
    told = with_members(
        _opening(stay_spells(moves), _months(inputs)).union(rows_besides_opening(inputs, moves)),
        unit_spells(inputs.tables, known_by=inputs.as_of),
        account_spells(inputs.tables, known_by=inputs.as_of),
        arrivals,
        list_values(inputs),
        inputs.terms,
    )
    placed = told.mutate(as_of=ibis.literal(inputs.as_of))
    return placed.select(*REPORT_CUSTOMERS.names).order_by(*ORDER)


def rows_besides_opening(inputs: ReportInputs, moves: ibis.Table) -> ibis.Table:
    """Everybody behind a figure but those who were there when a month began; no members yet."""
    months = _months(inputs)
    return ibis.union(
        _moved(moves, months),
        _plain(find_suspensions(inputs.tables, months, known_by=inputs.as_of)),
        _plain(find_forwarding(inputs.tables, months, known_by=inputs.as_of)),
        _predicted(inputs),
        _split(inputs, moves, months),
    )


def list_values(inputs: ReportInputs) -> ibis.Table:
    """What customers were worth in every month told of, and in that of the as-of day (see value_months)."""
    valued = calendar(with_ahead(inputs.months, inputs.as_of), value_months=inputs.terms.value_months)
    return value_months(
        inputs.tables,
        valued,
        inputs.definition,
        months_behind=inputs.terms.value_months,
        margin_rate=inputs.margin_rate,
        has_bills=inputs.has_bills,
        known_by=inputs.as_of,
    )


def list_moves(inputs: ReportInputs, arrivals: ibis.Table) -> ibis.Table:
    """Every move of every customer. arrivals: as first_arrivals finds them by the as-of day."""
    leavings = inputs.leavings
    if "competitor" not in leavings.columns:
        leavings = leavings.mutate(competitor=ibis.null("string"))
    return find_moves(inputs.tables, leavings, inputs.definition, known_by=inputs.as_of, arrivals=arrivals)


def _months(inputs: ReportInputs) -> ibis.Table:
    return calendar(inputs.months, value_months=inputs.terms.value_months)


def _opening(stays: ibis.Table, months: ibis.Table) -> ibis.Table:
    """Who was there when each month began."""
    stays = stays.cross_join(months.select("month", "starts_at"))
    there = stays.filter(_.since < _.starts_at, _.until.isnull() | (_.until >= _.starts_at))
    opening = there.select(
        "customer_id", "month", measure=ibis.literal(OPENING), kind=ibis.literal(""), at=_.starts_at
    )
    return opening.mutate(weight=ibis.literal(1.0), of_opening=ibis.literal(True)).select(_COLUMNS)


def _moved(moves: ibis.Table, months: ibis.Table) -> ibis.Table:
    """Who came, came back and left in each month."""
    within = moves.cross_join(months.select("month", "starts_at", "ends_at"))
    within = within.filter(_.at >= _.starts_at, _.at < _.ends_at)
    moved = within.mutate(measure=_.what, of_opening=(_.since < _.starts_at).fill_null(False))
    diverted = moved.filter(_.what == "lost", _.kind == DIVERTED).mutate(
        measure=ibis.literal(DIVERTED), kind=_.competitor.fill_null(UNKNOWN)
    )
    return ibis.union(
        moved.mutate(weight=ibis.literal(1.0)).select(_COLUMNS),
        diverted.mutate(weight=ibis.literal(1.0)).select(_COLUMNS),
    )


def _plain(rows: ibis.Table) -> ibis.Table:
    return rows.mutate(weight=ibis.literal(1.0), of_opening=ibis.literal(False)).select(_COLUMNS)


def _predicted(inputs: ReportInputs) -> ibis.Table:
    """Everybody at risk, weighed by the probability of leaving within 1, 2, 3 months of the as-of day."""
    parts = []
    for name in PREDICTED:
        known_p = inputs.warnings.filter(_[name].notnull(), _[name] > 0)
        parts.append(
            known_p.select(
                "customer_id",
                month=ibis.literal(month_start(inputs.as_of)),
                measure=ibis.literal("predicted"),
                kind=ibis.literal(name.removeprefix("p_")),
                at=ibis.literal(midnight(inputs.as_of)).cast(INSTANT),
                weight=_[name],
                of_opening=ibis.literal(False),
            )
        )
    return ibis.union(*parts).select(_COLUMNS)


def _split(inputs: ReportInputs, moves: ibis.Table, months: ibis.Table) -> ibis.Table:
    """Everybody lost as real loss, re-entry and dormancy, weighed by how likely each is.

    The weights of one loss add up to 1. One whom nobody matched has not come back; months before the first
    day searched are left out, because there nobody looked.
    """
    lost = moves.filter(_.what == "lost").select("customer_id", "kind", "at")
    if inputs.reentries is None or inputs.searched_from is None:
        lost = lost.filter(ibis.literal(False)).mutate(p=ibis.literal(0.0))
    else:
        lost = _with_chance(lost, inputs.reentries).filter(_.at >= midnight(inputs.searched_from))
        months = months.filter(_.month >= ibis.literal(inputs.searched_from))
    within = lost.cross_join(months.select("month", "starts_at", "ends_at")).filter(
        _.at >= _.starts_at, _.at < _.ends_at
    )
    stayed_away = ibis.ifelse(_.kind == "dormant", "dormant", "real_loss")
    parts = (
        within.mutate(kind=stayed_away, weight=1.0 - _.p),
        within.mutate(kind=ibis.literal("reentry"), weight=_.p),
    )
    rows = ibis.union(*parts).filter(_.weight > 0)
    return rows.mutate(measure=ibis.literal("split"), of_opening=ibis.literal(False)).select(_COLUMNS)


def _with_chance(lost: ibis.Table, reentries: ibis.Table) -> ibis.Table:
    """The chance p that the customer of each loss came back: a match goes to the last loss before it."""
    matched = reentries.select(whose=_.former_id, gone_at=_.left_at.cast(INSTANT), chance=_.probability)
    met = lost.inner_join(matched, (lost.customer_id == matched.whose) & (lost["at"] <= matched.gone_at))
    last = ibis.row_number().over(group_by=["whose", "gone_at"], order_by=ibis.desc("at"))
    latest = met.mutate(place=last).filter(_.place == 0)
    back = latest.group_by("whose", "at").agg(p=ibis.least(_.chance.sum(), 1.0)).rename(when="at")
    found = lost.left_join(back, (lost.customer_id == back.whose) & (lost["at"] == back.when))
    return found.mutate(p=_.p.fill_null(0.0)).drop("whose", "when")


def with_ahead(months: tuple[Month, ...], as_of: date) -> tuple[Month, ...]:
    """The months and that of the as-of day, whose value weighs what is expected after it."""
    ahead = Month(month_start(as_of), as_of, is_over=False)
    return months if ahead.starts_on in {month.starts_on for month in months} else (*months, ahead)
