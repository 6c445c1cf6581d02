"""Lists on the customer card: the latest happenings, latest first, and the products held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import ibis
from ibis import _

from liuke.view.known import Tables, known_rows


@dataclass(frozen=True)
class ListOnCard:
    """Which columns of a source stand in its list, what tells equal instants apart, and how many rows."""

    columns: tuple[str, ...]
    key: str
    most: int = 10


LISTS: Mapping[str, ListOnCard] = MappingProxyType(
    {
        "contacts": ListOnCard(
            ("happened_at", "purpose", "channel", "campaign", "policy", "outcome", "feedback"), "contact_id"
        ),
        "complaints": ListOnCard(
            ("complaint_id", "happened_at", "category", "status", "resolved_at"), "complaint_id"
        ),
        "offers": ListOnCard(("happened_at", "campaign", "policy", "outcome", "cost_fen"), "offer_id", 20),
        "surveys": ListOnCard(("happened_at", "kind", "score"), "survey_id"),
        "statuses": ListOnCard(("happened_at", "account_id", "status", "reason"), "account_id"),
    }
)


def recent(tables: Tables, name: str, *, as_of: date) -> ibis.Table:
    """One row per customer that has any: the list of the latest rows of a source."""
    rows = recent_rows(tables, name, as_of=as_of)
    item = ibis.struct({column: rows[column] for column in LISTS[name].columns})
    listed = rows.select("customer_id", "_place", _item=item)
    return listed.group_by("customer_id").aggregate(**{name: _["_item"].collect(order_by=_["_place"])})


def recent_rows(tables: Tables, name: str, *, as_of: date) -> ibis.Table:
    """The latest rows of a source, what is shown of them, and their place among their customer's."""
    shown = LISTS[name]
    rows = known_rows(tables, name, as_of=as_of)
    order = [ibis.desc("happened_at"), ibis.desc(shown.key)]
    rows = rows.mutate(_place=ibis.row_number().over(group_by="customer_id", order_by=order))
    return rows.filter(_["_place"] < shown.most).select("customer_id", "_place", *shown.columns)


def products_held(tables: Tables, *, as_of: date) -> ibis.Table:
    """One row per customer that holds any product: their names, sorted, each once."""
    held = known_rows(tables, "holdings", as_of=as_of).filter(_.held)
    once = held.select("customer_id", "product").distinct()
    return once.group_by("customer_id").aggregate(products=_.product.collect(order_by=_.product))
