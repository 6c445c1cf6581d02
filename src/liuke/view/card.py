"""The customer card: all that a person at the desk needs to see of one customer, as of a day."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis
from ibis import _

from liuke.ingest.canonical import TABLES
from liuke.view.card_lists import LISTS, products_held, recent
from liuke.view.card_months import monthly_dues, monthly_history, monthly_spending, monthly_usage
from liuke.view.known import Tables, empty_of, known_rows

BASICS = (
    "name",
    "kind",
    "sex",
    "birth_on",
    "id_number",
    "phone",
    "email",
    "address",
    "unit_id",
    "manager_id",
    "special_care",
)
ACCOUNT = ("account_id", "product", "plan", "brand", "contract_end_on", "dealer_id")


def compute_cards(tables: Tables, *, as_of: date) -> ibis.Table:
    """One row per customer known by the as-of day, sorted by customer_id.

    tables: canonical tables by name; one that is absent counts as empty.
    returns: customer_id, as_of; name, kind, sex, birth_on, id_number, phone, email, address,
        special_care, do_not_disturb (false when not told), unit_id with unit_name_zh and
        unit_name_en, manager_id with manager_name; opened_on, account_id, product, plan, brand,
        contract_end_on and dealer_id of the account opened last, accounts (how many);
        status, status_on, status_reason; open_complaints, has_open_complaint,
        latest_contact_on, unpaid_fen, points (missing when nothing was told);
        products (sorted); history: the 12 full calendar months before the day, earliest first,
        each with month, billed_fen and paid_fen of the bills for that month and spent_fen of
        events in it, missing where there is none; usage: month, kind, times, quantity,
        amount_fen of the last 6 of them, earliest first; contacts, complaints, offers, surveys,
        statuses: latest first, at most 10 (offers 20). A list of nothing is empty, not missing.
    """
    tables = {name: tables[name] if name in tables else empty_of(name) for name in TABLES}
    cards = basics(tables, as_of=as_of)
    lists = (recent(tables, name, as_of=as_of) for name in LISTS)
    parts = (*quiet_parts(tables, as_of=as_of), *lists, *_event_parts(tables, as_of=as_of))
    for number, part in enumerate(parts):
        cards = cards.left_join(part, "customer_id", rname=f"_{number}_{{name}}")
    return _tidied(cards, as_of=as_of).order_by("customer_id")


def quiet_parts(tables: Tables, *, as_of: date) -> Iterator[ibis.Table]:
    """What stands on the card beside the basics and lists of rows: a row per customer that has any."""
    yield monthly_dues(tables, as_of=as_of)  # the first: it takes most memory, when there is nothing yet
    yield _account(tables, as_of=as_of)
    yield _standing(tables, as_of=as_of)
    yield from _figures(tables, as_of=as_of)
    yield products_held(tables, as_of=as_of)


def _event_parts(tables: Tables, *, as_of: date) -> Iterator[ibis.Table]:
    yield monthly_usage(tables, as_of=as_of)
    yield monthly_spending(tables, as_of=as_of)


def basics(tables: Tables, *, as_of: date) -> ibis.Table:
    """Who the customer is, and who looks after them."""
    known = known_rows(tables, "customers", as_of=as_of)
    people = known.select("customer_id", *BASICS, "do_not_disturb", customer_opened_on=known.opened_at.date())
    units = tables["units"].select("unit_id", unit_name_zh=_.name_zh, unit_name_en=_.name_en)
    staff = tables["staff"].select(manager_id=_.staff_id, manager_name=_.name)
    return (
        people.left_join(units, "unit_id")
        .drop("unit_id_right")
        .left_join(staff, "manager_id")
        .drop("manager_id_right")
    )


def _account(tables: Tables, *, as_of: date) -> ibis.Table:
    """The account opened last, and when the first one was opened."""
    rows = known_rows(tables, "accounts", as_of=as_of)
    place = ibis.row_number().over(
        group_by="customer_id",
        order_by=[ibis.desc(ibis.coalesce(rows.opened_at, rows.known_at)), ibis.desc(rows.account_id)],
    )
    newest = rows.mutate(_place=place).filter(_["_place"] == 0)
    newest = newest.select("customer_id", *ACCOUNT)
    counted = rows.group_by("customer_id").aggregate(
        accounts=_.count(), account_opened_on=_.opened_at.min().date()
    )
    return newest.join(counted, "customer_id")


def _standing(tables: Tables, *, as_of: date) -> ibis.Table:
    rows = known_rows(tables, "statuses", as_of=as_of)
    place = ibis.row_number().over(
        group_by="customer_id",
        order_by=[ibis.desc(name) for name in ("happened_at", "known_at", "account_id")],
    )
    latest = rows.mutate(_place=place).filter(_["_place"] == 0)
    return latest.select(
        "customer_id", "status", status_on=latest.happened_at.date(), status_reason=latest.reason
    )


def _figures(tables: Tables, *, as_of: date) -> Iterator[ibis.Table]:
    def rows_of(name: str) -> Any:
        return known_rows(tables, name, as_of=as_of).group_by("customer_id")

    yield rows_of("complaints").aggregate(open_complaints=_.count(where=_.status == "open"))
    yield rows_of("contacts").aggregate(latest_contact_on=_.happened_at.max().date())
    yield rows_of("points").aggregate(points=_.points.sum())


def _tidied(cards: ibis.Table, *, as_of: date) -> ibis.Table:
    """Nothing told of complaints is no complaint; nothing told of disturbing is leave to call."""
    complaints = cards.open_complaints.fill_null(0)
    return cards.select(
        "customer_id",
        *BASICS,
        "unit_name_zh",
        "unit_name_en",
        "manager_name",
        *ACCOUNT,
        "status",
        "status_on",
        "status_reason",
        "latest_contact_on",
        "unpaid_fen",
        "points",
        as_of=ibis.literal(as_of),
        opened_on=ibis.coalesce(cards.customer_opened_on, cards.account_opened_on),
        do_not_disturb=cards.do_not_disturb.fill_null(False),
        accounts=cards.accounts.fill_null(0),
        open_complaints=complaints,
        has_open_complaint=complaints > 0,
        history=monthly_history(cards, as_of=as_of),
        **{name: _empty_for_missing(cards[name]) for name in (*LISTS, "products", "usage")},
    ).relocate("customer_id", "as_of")


def _empty_for_missing(values: ibis.Value) -> ibis.Value:
    return values.fill_null(ibis.literal([], type=values.type()))
