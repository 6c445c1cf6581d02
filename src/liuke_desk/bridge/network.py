"""What a cycle found of re-entries and dealers, in plain values; None where it could not tell."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis

from liuke.pipeline.workspace import Workspace
from liuke.predict.dealers.settings import DealerSettings
from liuke_desk.bridge.warehouse import open_anew

Row = dict[str, Any]

FOR_REENTRY = ("accounts", "statuses", "circles", "devices")
FOR_DEALERS = ("dealers", "accounts", "commissions")
ROWS_PER_BATCH = 2_000
MOST_MATCHES = 20_000


def describe_network(as_of: date) -> Row:
    """tells_reentry, tells_dealers, missing (tables without a row), false_discovery, window_days."""
    defaults = DealerSettings()
    with open_anew() as workspace:
        return {
            "tells_reentry": as_of in workspace.as_of_days("net_churn"),
            "tells_dealers": as_of in workspace.as_of_days("dealer_cases"),
            "missing": [
                name for name in dict.fromkeys((*FOR_REENTRY, *FOR_DEALERS)) if _is_empty(workspace, name)
            ],
            "false_discovery": defaults.false_discovery,
            "window_days": defaults.window_days,
        }


def iterate_matches(as_of: date) -> Iterator[Row]:
    """The likeliest first: customer_id, former_id, probability, kind, days, money in fen, evidence."""
    with open_anew() as workspace:
        rows = workspace.table("reentries", as_of=as_of)
        ordered = rows.order_by([ibis.desc("probability"), "customer_id", "former_id"]).limit(MOST_MATCHES)
        for row in _iterate(workspace, ordered):
            yield {
                **{name: row[name] for name in ("customer_id", "former_id", "probability", "gap_days")},
                "kind": row["kind"] or "",
                "left_on": row["left_at"].date(),
                "opened_on": row["opened_at"].date(),
                "spent_before_fen": _in_fen(row["spent_before"]),
                "spent_since_fen": _in_fen(row["spent_since"]),
                "evidence": row["evidence"] or [],
            }


def list_months(as_of: date) -> list[Row]:
    """Churn by month, split; all together is the row without a month."""
    with open_anew() as workspace:
        return list(_iterate(workspace, workspace.table("net_churn", as_of=as_of).drop("as_of")))


def iterate_cases(as_of: date) -> Iterator[Row]:
    """One row for each dealer, money in fen; `gone` holds the customers behind it."""
    with open_anew() as workspace:
        units = {row["dealer_id"]: row["unit_id"] for row in _iterate(workspace, _dealers(workspace))}
        for row in _iterate(workspace, workspace.table("dealer_cases", as_of=as_of).drop("as_of")):
            row["at_stake_fen"] = _in_fen(row.pop("at_stake"))
            row["at_stake_excess_fen"] = _in_fen(row.pop("at_stake_excess"))
            for each in row["gone"]:
                each["commission_fen"] = _in_fen(each.pop("commission"))
            yield row | {"unit_id": units.get(row["dealer_id"])}


def _dealers(workspace: Workspace) -> ibis.Table:
    """Each dealer's unit as it was told last."""
    rows = workspace.table("dealers")
    return rows.group_by("dealer_id").aggregate(unit_id=rows.unit_id.argmax(rows.known_at))


def _is_empty(workspace: Workspace, name: str) -> bool:
    return workspace.engine.to_arrow(workspace.table(name).limit(1)).num_rows == 0


def _iterate(workspace: Workspace, rows: ibis.Table) -> Iterator[Row]:
    for batch in workspace.engine.batches(rows, rows=ROWS_PER_BATCH):
        yield from batch.to_pylist()


def _in_fen(yuan: Any) -> int | None:
    return None if yuan is None else int(yuan * 100)
