"""The results of a cycle, row by row in plain values, as the desk serves them."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import ibis
from ibis import _

from liuke.pipeline.schemes import schemes_in_force
from liuke.pipeline.workspace import Workspace
from liuke.predict.churn import KINDS
from liuke.predict.reasons import ReasonsBook, load_reasons
from liuke.predict.unknowns import UNKNOWNS
from liuke.view.known import known_rows

ROWS_PER_BATCH = 10_000

_AS_IT_IS = frozenset({str, int, float, bool, type(None)})

_PROBABILITIES = ("p_1m", "p_2m", "p_3m", *(f"p_{kind}" for kind in KINDS))
_WARNING_MONEY = ("value_at_stake", "expected_loss")
_VALUE_MONEY = ("margin_12m", "clv", "clv_low", "clv_high")
_TEXTS = (
    "name",
    "phone",
    "id_number",
    "kind",
    "manager_id",
    "manager_name",
    "plan",
    "status",
    "special_care",
)
_ON_CARD = (
    *("sex", "birth_on", "email", "address", "product", "brand", "contract_end_on", "accounts"),
    *("status_on", "status_reason", "unpaid_fen", "points", "products", "usage"),
    *("contacts", "complaints", "offers", "surveys", "statuses"),
)
_STANDING = (
    *("scheme", "tier", "rank", "measure", "why", "why_zh", "next_tier", "missing"),
    *("base_credit_line_fen", "judged_tier", "held_by", "since"),
)


def read_rows(workspace: Workspace, *, as_of: date) -> Iterator[dict[str, Any]]:
    """One row for each customer of the cards, the greatest expected loss first, the unknown last."""
    schemes = [scheme["scheme"] for scheme in read_schemes(workspace, as_of=as_of)]
    book = load_reasons(workspace.root / "reasons")
    rows = _join_results(workspace, as_of=as_of)
    for batch in workspace.engine.batches(rows, rows=ROWS_PER_BATCH):
        for row in batch.to_pylist():
            yield _shape(row, schemes, book)


def read_units(workspace: Workspace) -> list[dict[str, Any]]:
    """The company's units; none where it told of none."""
    return workspace.engine.to_arrow(workspace.table("units")).to_pylist()


def read_schemes(workspace: Workspace, *, as_of: date) -> list[dict[str, Any]]:
    """The schemes in force, the main one first, with the words, order and colours of their tiers."""
    return [
        {
            "scheme": scheme.name,
            **scheme.words.model_dump(),
            **_describe_unit(getattr(scheme, "measure", None)),
            "tiers": [
                {"tier": level.name, **level.words.model_dump(), "colour": level.color}
                for level in scheme.levels
            ],
        }
        for scheme in schemes_in_force(workspace, as_of=as_of)
    ]


def _describe_unit(measure: Any) -> dict[str, Any]:
    """What the missing is counted in: money, or words; neither for schemes that measure no single thing."""
    is_money = measure is not None and measure.money
    return {"is_money": is_money, "unit": None if measure is None or is_money else measure.words.model_dump()}


def _join_results(workspace: Workspace, *, as_of: date) -> ibis.Table:
    cards = workspace.table("cards", as_of=as_of)
    standing = ibis.struct({name: _[name] for name in _STANDING})
    tiers = workspace.table("tiers", as_of=as_of).select("customer_id", standing=standing)
    entered = ibis.struct({name: _[name] for name in ("scheme", "as_of", "tier", "held_by")})
    changes = tier_changes(workspace, as_of=as_of).select("customer_id", entered=entered)
    households = workspace.table("households", as_of=as_of).drop("as_of").filter(_.household_id.notnull())
    parts = (
        workspace.table("warnings", as_of=as_of).drop("as_of"),
        workspace.table("values", as_of=as_of).drop("as_of").rename(value_why_empty="why_empty"),
        tiers.group_by("customer_id").aggregate(standings=_.standing.collect()),
        changes.group_by("customer_id").aggregate(tier_changes=_.entered.collect()),
        households,
        declared_relations(workspace, as_of=as_of),
    )
    for part in parts:
        cards = cards.left_join(part, "customer_id").drop("customer_id_right")
    return cards.order_by([ibis.desc("expected_loss", nulls_first=False), "customer_id"])


def tier_changes(workspace: Workspace, *, as_of: date) -> ibis.Table:
    """The cycles, up to a day, in which a customer's tier in a scheme became another; the first is one."""
    rows = workspace.table("tiers").filter(_.as_of <= ibis.literal(as_of))
    before = _.tier.lag().over(group_by=("customer_id", "scheme"), order_by="as_of")
    told = rows.select("customer_id", "scheme", "as_of", "tier", "held_by", before=before)
    return told.filter(~_.before.identical_to(_.tier)).drop("before")


def declared_relations(workspace: Workspace, *, as_of: date) -> ibis.Table:
    """Each customer's relations as the customer last declared them by the day."""
    rows = known_rows({"relations": workspace.table("relations")}, "relations", as_of=as_of)
    rows = rows.filter(_.kind != "ended").select("customer_id", "relative_id", "kind")
    told = ibis.struct({name: _[name] for name in ("relative_id", "kind")})
    return rows.group_by("customer_id").aggregate(relations=told.collect())


def _shape(row: Mapping[str, Any], schemes: list[str], book: ReasonsBook) -> dict[str, Any]:
    standings = sorted(row["standings"] or (), key=lambda each: schemes.index(each["scheme"]))
    main = standings[0] if standings else {"tier": "", "rank": None}
    return {
        "customer_id": row["customer_id"],
        "unit_id": row["unit_id"],
        **{name: row[name] or "" for name in _TEXTS},
        **{name: row[name] for name in _PROBABILITIES},
        **{f"{name}_fen": _in_fen(row[name]) for name in (*_WARNING_MONEY, *_VALUE_MONEY)},
        "opened_on": row["opened_on"],
        "latest_contact_on": row["latest_contact_on"],
        "do_not_disturb": bool(row["do_not_disturb"]),
        "has_open_complaint": bool(row["has_open_complaint"]),
        "tier": main["tier"],
        "tier_rank": main["rank"],
        "reasons": [_read_reason(reason, book) for reason in row["reasons"] or ()],
        "tiers": [_plain(each | {"history": _history_of(row, each["scheme"])}) for each in standings],
        "household_id": row["household_id"] or "",
        "history": _plain(row["history"] or []),
        "card": {
            **{name: _plain(row[name]) for name in _ON_CARD},
            "household": {"evidence": row["evidence"] or [], "relations": row["relations"] or []},
            "risk_why_empty": _say_why_empty(row),
            "value_why_empty": UNKNOWNS[code].model_dump() if (code := row["value_why_empty"]) else None,
        },
    }


def _history_of(row: Mapping[str, Any], scheme: str) -> list[dict[str, Any]]:
    """The days on which the tier changed, the latest first."""
    changes = [each for each in row["tier_changes"] or () if each["scheme"] == scheme]
    changes.sort(key=lambda each: each["as_of"], reverse=True)
    return [{name: each[name] for name in ("as_of", "tier", "held_by")} for each in changes]


def _read_reason(reason: Mapping[str, Any], book: ReasonsBook) -> dict[str, Any]:
    """A reason with its figures, and with what an agent may not say of it, where that is laid down."""
    forbidden = book.never_say(reason["code"])
    never = {"never_say": forbidden.model_dump()} if forbidden else {}
    return {**reason, "figures": json.loads(reason["figures"] or "{}"), **never}


def _say_why_empty(row: Mapping[str, Any]) -> dict[str, str] | None:
    if not row["why_empty"]:
        return None
    return {"code": row["why_empty"], "zh": row["why_empty_zh"], "en": row["why_empty_en"]}


def _in_fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * 100)


def _plain(value: Any) -> Any:
    """The value as JSON has it: instants and days as ISO texts, at every depth."""
    kind = type(value)
    if kind in _AS_IT_IS:  # first, and by identity: a card has two hundred of them
        return value
    if kind is dict:
        return {name: _plain(each) for name, each in value.items()}
    if kind in (list, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
