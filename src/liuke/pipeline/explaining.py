"""Everything a cycle says of one customer, in plain values."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis

from liuke.kernel.errors import LiukeError
from liuke.pipeline.workspace import Workspace


def explain(workspace: Workspace, customer_id: str, *, as_of: date) -> dict[str, Any]:
    """Card, tiers, warning, value and plan of one customer as of the last cycle on or before a day.

    Raises LiukeError when no cycle has run by then, or when it knew no such customer.
    """
    day = last_cycle(workspace, as_of=as_of)
    card = _rows(workspace, "cards", day, customer_id)
    if not card:
        raise LiukeError(_unknown(workspace, customer_id, day))
    warning = _first(_rows(workspace, "warnings", day, customer_id))
    return {
        "customer_id": customer_id,
        "as_of": day,
        "card": card[0],
        "tiers": _rows(workspace, "tiers", day, customer_id),
        "warning": warning,
        "never_say": _forbidden(workspace, warning),
        "value": _first(_rows(workspace, "values", day, customer_id)),
        "leavings": _rows(workspace, "leavings", day, customer_id),
        "plan": _rows(workspace, "plan", day, customer_id),
    }


def _forbidden(workspace: Workspace, warning: Mapping[str, Any] | None) -> dict[str, dict[str, str]]:
    """What may not be said to the customer, by the code of the reason it goes with."""
    from liuke.predict.reasons import load_reasons
    from liuke.view.features import load_features

    book = load_reasons(workspace.root / "reasons")
    forbidden = book.forbid(load_features(workspace.root / "features"))
    codes = [reason["code"] for reason in (warning or {}).get("reasons") or ()]
    return {code: words.model_dump() for code in codes if (words := forbidden.get(code))}


def last_cycle(workspace: Workspace, *, as_of: date) -> date:
    """The latest as-of day with results on or before a day."""
    days = [day for day in workspace.as_of_days("cards") if day <= as_of]
    if not days:
        raise LiukeError(
            f"No cycle has run as of {as_of} or earlier; run 'liuke cycle -w {workspace.root}' first."
        )
    return days[-1]


def _rows(workspace: Workspace, table: str, day: date, customer_id: str) -> list[dict[str, Any]]:
    if day.isoformat() not in workspace.warehouse.manifest.partitions(table):
        return []
    rows = workspace.table(table, as_of=day)
    found: list[dict[str, Any]] = workspace.engine.to_arrow(
        rows.filter(rows.customer_id == customer_id)
    ).to_pylist()
    return found


def _first(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    return rows[0] if rows else None


def _unknown(workspace: Workspace, customer_id: str, day: date) -> str:
    cards = workspace.table("cards", as_of=day)
    nearest = workspace.engine.to_arrow(
        cards.mutate(distance=cards.customer_id.levenshtein(ibis.literal(customer_id)))
        .order_by(["distance", "customer_id"])
        .limit(1)
        .select("customer_id")
    ).to_pylist()
    hint = f" The nearest number known is {nearest[0]['customer_id']!r}." if nearest else ""
    return f"No customer {customer_id!r} was known as of {day}.{hint}"
