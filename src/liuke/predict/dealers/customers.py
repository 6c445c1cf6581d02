"""The customers of every dealer, from canonical tables: who signed them up, when, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from liuke.kernel.days import add_months, midnight
from liuke.kernel.errors import TableMissing
from liuke.predict.account_spells import INSTANT, known
from liuke.predict.churn import ChurnDefinition
from liuke.predict.dealers.lives import Lives
from liuke.predict.dealers.matching import match_groups
from liuke.predict.dealers.settings import DealerSettings
from liuke.predict.leavings import find_leavings
from liuke.store import Engine

Tables = Mapping[str, ibis.Table]


@dataclass(frozen=True)
class Signed:
    """customers: customer_id, dealer_id, opened_at, gone_at and kind (missing if they stayed), paid_fen.

    dealers: the dealers of the codes in `lives`: dealer_id, name, assessment_days (0: no commission).
    lives: one row for each customer. has_commissions: whether it is known what was paid.
    """

    customers: pa.Table
    dealers: pa.Table
    lives: Lives
    has_commissions: bool


def find_signed(
    tables: Tables,
    definition: ChurnDefinition,
    engine: Engine,
    *,
    as_of: date,
    settings: DealerSettings,
    leavings: ibis.Table | None = None,
) -> Signed:
    """Customers who opened their first account in the last months, watched until silence can be known.

    Leaving is closing, or the last use before a silence that is complete. Both are only looked at until
    `silent_days` before the day, because a later silence cannot be told yet. Raises TableMissing naming
    what is missing.
    """
    dealers = engine.to_arrow(_dealers(tables, as_of=as_of))
    _refuse_without_terms(dealers)
    until = as_of - timedelta(days=definition.silent_days)
    found = find_leavings(tables, definition, known_by=as_of) if leavings is None else leavings
    goings = _goings(found, definition)
    rows = engine.to_arrow(_customers(tables, goings, as_of=as_of, until=until, settings=settings))
    if not len(rows):
        raise TableMissing(
            f"No account is known that a dealer opened from {add_months(as_of, -settings.months_back)} to "
            f"{until}. The audit needs 'dealer_id' and 'opened_at' of the table 'accounts'.",
            tables=("accounts.dealer_id", "accounts.opened_at"),
        )
    paid = engine.to_arrow(_commissions(tables, as_of=as_of))
    watched_from = _first_watched(tables, rows, engine, as_of=as_of)
    regions = _regions(tables, engine)
    lives = _lives(rows, dealers, regions, watched_from=watched_from, until=until)
    return Signed(_with_paid(rows, paid), dealers, lives, bool(len(paid)))


def _refuse_without_terms(dealers: pa.Table) -> None:
    if not len(dealers):
        raise TableMissing(
            "No dealer is known. The audit needs the table 'dealers' with 'dealer_id' and 'assessment_days', "
            "the days after opening on which commission is assessed; map a source onto it.",
            tables=("dealers",),
        )
    if not pc.any(pc.greater(dealers["assessment_days"], 0)).as_py():
        raise TableMissing(
            "No dealer has an assessment day. Fill 'assessment_days' of the table 'dealers': how many days "
            "after its opening an account must still be there for commission to be paid.",
            tables=("dealers.assessment_days",),
        )


def _dealers(tables: Tables, *, as_of: date) -> ibis.Table:
    rows = known(tables["dealers"], by=as_of).group_by("dealer_id")
    latest = rows.agg(name=_.name.argmax(_.known_at), assessment_days=_.assessment_days.argmax(_.known_at))
    filled = latest.mutate(assessment_days=_.assessment_days.fill_null(0), name=_.name.fill_null(_.dealer_id))
    return filled.order_by("dealer_id")


def _customers(
    tables: Tables, goings: ibis.Table, *, as_of: date, until: date, settings: DealerSettings
) -> ibis.Table:
    accounts = known(tables["accounts"], by=as_of).filter(_.opened_at.notnull())
    as_signed = accounts.group_by("account_id").agg(
        **{
            name: accounts[name].argmin(accounts.known_at)
            for name in ("customer_id", "dealer_id", "plan", "opened_at")
        }
    )
    place = ibis.row_number().over(group_by="customer_id", order_by=["opened_at", "account_id"])
    first = as_signed.mutate(_place=place).filter(_["_place"] == 0, _.dealer_id.notnull())
    since = add_months(as_of, -settings.months_back)
    opened = first.filter(_.opened_at >= midnight(since), _.opened_at < midnight(until))
    people = known(tables["customers"], by=as_of)
    units = people.group_by("customer_id").agg(unit_id=people.unit_id.argmax(people.known_at))
    held = opened.left_join(units, "customer_id").drop("customer_id_right")
    return (
        held.left_join(goings, "customer_id")
        .select(
            "customer_id",
            "dealer_id",
            "unit_id",
            "gone_at",
            "kind",
            plan=_.plan.fill_null(""),
            opened_at=_.opened_at.cast(INSTANT),
        )
        .order_by("customer_id")
    )


def _goings(found: ibis.Table, definition: ChurnDefinition) -> ibis.Table:
    """The first time that each customer was gone: customer_id, gone_at, kind."""
    silence = ibis.interval(timedelta(days=definition.silent_days))
    gone_at = ibis.ifelse(_.kind == "dormant", _.left_at - silence, _.left_at).cast(INSTANT)
    going = found.mutate(gone_at=gone_at).group_by("customer_id")
    return going.agg(kind=_.kind.argmin(_.gone_at), gone_at=_.gone_at.min())


def _commissions(tables: Tables, *, as_of: date) -> ibis.Table:
    rows = known(tables["commissions"], by=as_of).group_by("customer_id", "dealer_id")
    return rows.agg(paid_fen=_.amount_fen.sum())


def _with_paid(rows: pa.Table, paid: pa.Table) -> pa.Table:
    joined = rows.join(paid, ["customer_id", "dealer_id"], join_type="left outer").sort_by("customer_id")
    place = joined.column_names.index("paid_fen")
    return joined.set_column(place, "paid_fen", pc.fill_null(joined["paid_fen"], 0))


def _first_watched(tables: Tables, rows: pa.Table, engine: Engine, *, as_of: date) -> int:
    """The day from which leaving would have been seen: that of the first event, else of the first going."""
    heard = engine.to_arrow(known(tables["events"], by=as_of).agg(first=_.happened_at.min()))["first"][0]
    first = heard.as_py() or pc.min(rows["gone_at"]).as_py()
    return (first.date() - date(1970, 1, 1)).days if first else 0


def _regions(tables: Tables, engine: Engine) -> dict[str, str]:
    """Unit -> the topmost unit above it."""
    parents = {row["unit_id"]: row["parent_id"] for row in engine.to_arrow(tables["units"]).to_pylist()}

    def top(unit: str) -> str:
        seen = {unit}
        while (above := parents.get(unit)) and above not in seen:
            seen.add(above)
            unit = above
        return unit

    return {unit: top(unit) for unit in parents}


def _lives(
    rows: pa.Table, dealers: pa.Table, regions: dict[str, str], *, watched_from: int, until: date
) -> Lives:
    opened, gone = _days(rows["opened_at"]), _days(rows["gone_at"])
    end = (until - date(1970, 1, 1)).days
    is_gone = (gone >= 0) & (gone < end)
    # Whoever went on the very day of opening lived no day of an age, and counts at age 0.
    leaves = np.maximum(np.where(is_gone, gone, end) - opened, 0)
    code = pc.index_in(rows["dealer_id"], value_set=dealers["dealer_id"])
    dealer = np.asarray(pc.fill_null(code, len(dealers)).to_numpy(), np.int64)
    terms = np.append(dealers["assessment_days"].to_numpy().astype(np.int64), 0)
    region = np.array([regions.get(unit or "", unit or "") for unit in rows["unit_id"].to_pylist()])
    months = opened.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    plans = np.array(rows["plan"].to_pylist())
    return Lives(
        dealer=dealer,
        likes=match_groups(months, plans, region),
        enters=np.maximum(watched_from - opened, 0),
        leaves=leaves,
        is_gone=is_gone,
        assessed=terms[dealer],
    )


def _days(instants: pa.ChunkedArray) -> np.ndarray:
    """Days from 1970-01-01; -1 where missing."""
    days = pc.fill_null(instants.cast(pa.timestamp("us")).cast(pa.date32()).cast(pa.int32()), -1)
    return np.asarray(days.to_numpy(), np.int64)
