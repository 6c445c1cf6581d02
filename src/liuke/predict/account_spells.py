"""When customers had no open account: from an account's closing to the next opening, if any.

A customer with several accounts is closed only while none of them is open. An account whose
opening is not known counts as open from the beginning; one without any status is open still.
"""

from collections.abc import Mapping
from datetime import date, datetime

import ibis
from ibis import _

from liuke.kernel.days import midnight
from liuke.predict.churn import ChurnDefinition

DAWN = datetime(1, 1, 2)  # before anything a company remembers
INSTANT = "timestamp(6)"
_LEAST_TELLING_FIRST = ("involuntary", "voluntary", "diverted")


def known(table: ibis.Table, *, by: date) -> ibis.Table:
    """The rows that happened, if that is recorded, and were known before a day's midnight."""
    table = table.filter(_.known_at < midnight(by))
    return table.filter(_.happened_at < midnight(by)) if "happened_at" in table.columns else table


def closed_spells(
    tables: Mapping[str, ibis.Table], definition: ChurnDefinition, *, known_by: date
) -> ibis.Table:
    """Spells without an open account: [closed_at, reopened_at), with the kind of the last closing.

    Of closings at the same instant the most telling counts: that to a competitor before the customer's
    own, that before the operator's.
    returns: one row per spell: customer_id, account_id (the last to close), closed_at, kind, reopened_at
    (missing while it lasts).
    """
    moves = _moves(tables, definition, known_by=known_by)
    order = [_.moved_at, _.step.desc(), _how_telling(_.kind), _.account_id]
    in_order = ibis.window(group_by="customer_id", order_by=order, preceding=None, following=0)
    counted = moves.mutate(open_accounts=_.step.sum().over(in_order))
    following = ibis.window(group_by="customer_id", order_by=order)
    counted = counted.mutate(next_at=_.moved_at.lead().over(following))
    ended = counted.filter(_.step < 0, _.open_accounts == 0)
    return ended.select("customer_id", "account_id", "kind", closed_at=_.moved_at, reopened_at=_.next_at)


def reopenings(
    tables: Mapping[str, ibis.Table], definition: ChurnDefinition, *, known_by: date
) -> ibis.Table:
    """Instants at which a closed account was opened again: customer_id, moved_at."""
    turns = _turns(tables, definition, known_by=known_by)
    return turns.filter(_.kind.isnull()).select("customer_id", "moved_at")


def _moves(tables: Mapping[str, ibis.Table], definition: ChurnDefinition, *, known_by: date) -> ibis.Table:
    """Openings (+1) and closings (-1) of accounts: customer_id, account_id, moved_at, kind, step."""
    opened = _openings(tables, definition, known_by=known_by).mutate(kind=ibis.null("string"))
    turned = _turns(tables, definition, known_by=known_by)
    columns = ["customer_id", "account_id", "moved_at", "kind"]
    moves = opened.select(columns).union(turned.select(columns))
    return moves.mutate(step=ibis.ifelse(_.kind.isnull(), 1, -1))


def _turns(tables: Mapping[str, ibis.Table], definition: ChurnDefinition, *, known_by: date) -> ibis.Table:
    """Changes between open and closed, first openings left out; kind is missing where it opened."""
    changes = _with_kind(known(tables["statuses"], by=known_by), definition)
    before = ibis.window(group_by="account_id", order_by=_.happened_at)
    changes = changes.mutate(closed_before=_.kind.notnull().lag().over(before).fill_null(False))
    turned = changes.filter(_.kind.notnull() != _.closed_before)
    return turned.select("customer_id", "account_id", "kind", moved_at=_.happened_at.cast(INSTANT))


def _openings(tables: Mapping[str, ibis.Table], definition: ChurnDefinition, *, known_by: date) -> ibis.Table:
    """The first opening of every account ever heard of: customer_id, account_id, moved_at."""
    accounts = known(tables["accounts"], by=known_by)
    latest = accounts.group_by("account_id").agg(
        customer_id=_.customer_id.argmax(_.known_at), opened_at=_.opened_at.argmax(_.known_at)
    )
    declared = latest.select(
        "customer_id",
        "account_id",
        opened_at=_.opened_at.cast(INSTANT),
        first_at=_instant(),
        open_first=_flag(),
    )
    statuses = _with_kind(known(tables["statuses"], by=known_by), definition)
    seen = statuses.group_by("customer_id", "account_id").agg(
        opened_at=_instant(),
        first_at=_.happened_at.min(),
        open_first=_.kind.isnull().argmin(_.happened_at),
    )
    every = declared.union(seen).group_by("customer_id", "account_id")
    first = every.agg(opened_at=_.opened_at.min(), first_at=_.first_at.min(), open_first=_.open_first.any())
    guessed = ibis.ifelse(_.open_first.fill_null(False), _.first_at, ibis.literal(DAWN))
    declared_or_before = ibis.least(_.opened_at, _.first_at.fill_null(_.opened_at))
    # Told apart because DuckDB's least passes over what is missing.
    moved_at = ibis.ifelse(_.opened_at.notnull(), declared_or_before, guessed)
    opened = first.mutate(moved_at=moved_at.cast(INSTANT))
    return opened.filter(_.moved_at < midnight(known_by)).select("customer_id", "account_id", "moved_at")


def _with_kind(statuses: ibis.Table, definition: ChurnDefinition) -> ibis.Table:
    """Statuses with the kind of leaving each means; missing where the account stays open."""
    cases = [
        (statuses.status.isin(definition.statuses_of(kind)), kind)
        for kind in definition.kinds
        if definition.statuses_of(kind)
    ]
    kind = ibis.cases(*cases) if cases else ibis.null("string")
    return statuses.mutate(kind=kind)


def _how_telling(kind: ibis.Deferred) -> ibis.Value:
    """The place of a kind among closings of one instant; openings, which have none, come before them."""
    cases = [(kind == name, place) for place, name in enumerate(_LEAST_TELLING_FIRST, start=1)]
    return ibis.cases(*cases, else_=0)


def _instant() -> ibis.Value:
    return ibis.null(INSTANT)


def _flag() -> ibis.Value:
    return ibis.null("boolean")
