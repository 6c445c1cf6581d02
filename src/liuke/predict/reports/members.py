"""The members of every dimension that a customer belonged to at an instant: unit, plan, brand, dealer, bands.

A row of a slowly changing table stands from the instant it was known until the next one of its customer is.
Before the first one that first one stands: openings are told a little late, and history may be loaded whole.
With several accounts it is the one opened last, of those known by then, that counts, as on the card.
"""

from collections.abc import Mapping
from datetime import date

import ibis
from ibis import _

from liuke.predict.account_spells import DAWN, INSTANT, known
from liuke.predict.reports.terms import UNKNOWN, ReportTerms, TenureBand, ValueBand

Tables = Mapping[str, ibis.Table]

OF_ACCOUNT = ("brand", "plan", "dealer_id")
FEN = 100


def with_members(
    rows: ibis.Table,
    units: ibis.Table,
    accounts: ibis.Table,
    arrivals: ibis.Table,
    values: ibis.Table,
    terms: ReportTerms,
) -> ibis.Table:
    """Rows (customer_id, month, at, …) with unit_id, brand, plan, dealer_id, tenure, value_band, value_fen.

    units, accounts: as unit_spells and account_spells tell. arrivals: customer_id, came_at, is_known.
    values: customer_id, month, value_fen. The unknown is "".
    """
    found = _standing(rows, units, ("unit_id",))
    found = _standing(found, accounts, OF_ACCOUNT)
    found = found.left_join(arrivals, "customer_id").drop("customer_id_right")
    found = found.left_join(values, ["customer_id", "month"]).drop("customer_id_right", "month_right")
    return found.mutate(
        tenure=ibis.ifelse(_.is_known, _band(_whole_months(_.came_at, _.at), terms.tenure), UNKNOWN),
        value_band=_band(_.value_fen, terms.value),
    ).drop("came_at", "is_known")


def unit_spells(tables: Tables, *, known_by: date) -> ibis.Table:
    """customer_id, unit_id, stands_from, stands_until (missing: still)."""
    customers = known(tables["customers"], by=known_by).select("customer_id", "unit_id", "known_at")
    return _in_turn(customers, ("unit_id",))


def account_spells(tables: Tables, *, known_by: date) -> ibis.Table:
    """customer_id, brand, plan, dealer_id of the leading account, stands_from, stands_until."""
    accounts = known(tables["accounts"], by=known_by).mutate(opened_at=ibis.coalesce(_.opened_at, _.known_at))
    per_account = ibis.window(group_by=["customer_id", "account_id"], order_by=_.known_at)
    versions = accounts.mutate(next_at=_.known_at.lead().over(per_account)).select(
        "customer_id", "account_id", "opened_at", "next_at", *OF_ACCOUNT, told_at=_.known_at
    )
    changes = accounts.select(whose=_.customer_id, known_at=_.known_at).distinct()
    valid = changes.inner_join(
        versions,
        (changes.whose == versions.customer_id)
        & (versions.told_at <= changes.known_at)
        & (versions.next_at.isnull() | (versions.next_at > changes.known_at)),
    )
    newest = ibis.row_number().over(
        group_by=["customer_id", "known_at"], order_by=[ibis.desc("opened_at"), ibis.desc("account_id")]
    )
    leading = valid.mutate(place=newest).filter(_.place == 0)
    return _in_turn(leading.select("customer_id", "known_at", *OF_ACCOUNT), OF_ACCOUNT)


def _in_turn(versions: ibis.Table, names: tuple[str, ...]) -> ibis.Table:
    in_order = ibis.window(group_by="customer_id", order_by=_.known_at)
    placed = versions.mutate(
        is_first=_.known_at.lag().over(in_order).isnull(),
        stands_until=_.known_at.lead().over(in_order).cast(INSTANT),
    )
    from_dawn = ibis.ifelse(_.is_first, ibis.literal(DAWN).cast(INSTANT), _.known_at.cast(INSTANT))
    texts = {name: placed[name].fill_null(UNKNOWN) for name in names}
    return placed.select("customer_id", "stands_until", stands_from=from_dawn, **texts)


def _standing(rows: ibis.Table, spells: ibis.Table, names: tuple[str, ...]) -> ibis.Table:
    """The rows with what stood at their instant; "" where nothing is told of the customer at all.

    What becomes known at the very instant was not known before it.
    """
    spells = spells.rename(whose="customer_id")
    met = rows.left_join(
        spells,
        (rows.customer_id == spells.whose)
        & (spells.stands_from < rows["at"])
        & (spells.stands_until.isnull() | (spells.stands_until >= rows["at"])),
    )
    texts = {name: met[name].fill_null(UNKNOWN) for name in names}
    return met.drop("whose", "stands_from", "stands_until").mutate(**texts)


def _whole_months(came_at: ibis.Value, at: ibis.Value) -> ibis.Value:
    """Whole calendar months between two instants: 12 from the anniversary on."""
    months = (at.year() - came_at.year()) * 12 + at.month() - came_at.month()
    return months - (at.day() < came_at.day()).cast("int64")


def _band(value: ibis.Value, bands: tuple[TenureBand | ValueBand, ...]) -> ibis.Value:
    """The name of the last band whose edge is reached; "" where the value is not known."""
    edges = [
        (band.from_yuan * FEN if isinstance(band, ValueBand) else band.from_months, band.name)
        for band in bands
    ]
    lowest = edges[0][1]  # also of what should not be: a margin or a tenure below nought
    reached = [(value >= edge, name) for edge, name in reversed(edges[1:])]
    known_band = ibis.cases(*reached, else_=lowest) if reached else ibis.literal(lowest)
    return ibis.ifelse(value.isnull(), UNKNOWN, known_band)
