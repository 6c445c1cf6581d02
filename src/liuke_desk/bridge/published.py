"""The results of a cycle as the desk serves them: one finished row for each customer, in batches.

The engine builds the rows, and whatever is a list or a record in them as JSON text, so that no row of a
million passes through Python by itself.
"""

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
from ibis import _

from liuke.kernel.words import Words
from liuke.pipeline.schemes import schemes_in_force
from liuke.pipeline.workspace import Workspace
from liuke.predict.churn import KINDS
from liuke.predict.reasons import load_reasons
from liuke.predict.unknowns import UNKNOWNS
from liuke.store import Engine
from liuke.view.features import load_features
from liuke.view.known import known_rows
from liuke_desk.bridge.json_texts import as_json, by_columns, choose_json, join_json
from liuke_desk.bridge.reading_ahead import read_ahead

ROWS_PER_BATCH = 10_000
BATCHES_AHEAD = 5
ROWS_JOINED_AT_ONCE = 200_000
MEMORY_GIB = 1.0  # for joining; beyond it the engine goes to the disk

Within = Callable[[ibis.Table], ibis.Table]

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
_ENTERED = dt.Array(dt.Struct({"as_of": dt.date, "tier": dt.string, "held_by": dt.string}))
_STANDING = (
    *("scheme", "tier", "rank", "measure", "why", "why_zh", "next_tier", "missing"),
    *("base_credit_line_fen", "judged_tier", "held_by", "since"),
)

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("customer_id", "unit_id")),
        *((name, pa.float64()) for name in _PROBABILITIES),
        *((f"{name}_fen", pa.int64()) for name in (*_WARNING_MONEY, *_VALUE_MONEY)),
        *((name, pa.date32()) for name in ("opened_on", "latest_contact_on")),
        ("warning_rank", pa.int64()),
        *((name, pa.string()) for name in (*_TEXTS, "household_id", "tier")),
        ("tier_rank", pa.int32()),
        *((name, pa.bool_()) for name in ("do_not_disturb", "has_open_complaint")),
        *((name, pa.string()) for name in ("reasons", "offers", "tiers", "history", "card")),  # JSON
    ]
)


def read_batches(workspace: Workspace, *, as_of: date) -> Generator[pa.RecordBatch, None, None]:
    """One row of SCHEMA for each customer of the cards, in no order; some batches are read ahead.

    warning_rank: the place by expected loss, 1 the greatest; null where it is not known.
    """
    return read_ahead(_read_batches(workspace, as_of=as_of), most=BATCHES_AHEAD)


def _read_batches(workspace: Workspace, *, as_of: date) -> Generator[pa.RecordBatch, None, None]:
    opened = Workspace(workspace.root)
    opened.engine = Engine(memory_gib=MEMORY_GIB)  # let go of with the rows
    try:
        ranks = opened.engine.connection.create_table("ranks", rank_by_loss(opened, as_of=as_of), temp=True)
        words = _Words.of(opened, as_of=as_of)
        for within in _cut(opened, as_of=as_of):
            rows = _express_rows(opened, words, ranks, within, as_of=as_of)
            typed = rows.cast(ibis.Schema.from_pyarrow(SCHEMA)).select(*SCHEMA.names)
            for batch in opened.engine.batches(typed, rows=ROWS_PER_BATCH):
                yield batch.cast(SCHEMA)
    finally:
        opened.engine.close()


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


@dataclass(frozen=True)
class _Words:
    """What rows need beside the tables: schemes in force, what may not be said, why values are missing."""

    schemes: list[str]
    forbidden: Mapping[str, str]  # by the code of a reason, JSON
    unknowns: Mapping[str, str]  # by the code of why there is no value, JSON

    @classmethod
    def of(cls, workspace: Workspace, *, as_of: date) -> "_Words":
        book = load_reasons(workspace.root / "reasons")
        forbidden = book.forbid(load_features(workspace.root / "features"))
        codes = workspace.table("values", as_of=as_of).select("why_empty").distinct()
        found = workspace.engine.to_arrow(codes)["why_empty"].to_pylist()
        return cls(
            schemes=[scheme["scheme"] for scheme in read_schemes(workspace, as_of=as_of)],
            forbidden={code: _to_text(words) for code, words in forbidden.items()},
            unknowns={code: _to_text(UNKNOWNS[code]) for code in found if code},
        )


def _cut(workspace: Workspace, *, as_of: date) -> Iterator[Within]:
    """All customers, so many at a time that joining them needs no disk."""
    found = workspace.engine.to_arrow(workspace.table("cards", as_of=as_of).select("customer_id"))
    ids = found["customer_id"].combine_chunks().sort()
    edges = [*(ids[place].as_py() for place in range(0, len(ids), ROWS_JOINED_AT_ONCE)), None]
    for low, high in pairwise(edges):
        yield partial(_between, low, high)


def _between(low: str, high: str | None, rows: ibis.Table) -> ibis.Table:
    rows = rows.filter(_.customer_id >= low)
    return rows if high is None else rows.filter(_.customer_id < high)


def _express_rows(
    workspace: Workspace, words: _Words, ranks: ibis.Table, within: Within, *, as_of: date
) -> ibis.Table:
    names = ("cards", "warnings", "values", "tiers", "households")
    cards, warnings, values, tiers, households = (
        within(workspace.table(name, as_of=as_of)) for name in names
    )
    changes = tier_changes(workspace, as_of=as_of, within=within)
    parts = (
        _warnings(warnings, words.forbidden),
        _values(values, words.unknowns),
        *_standings(tiers, changes, words.schemes),
        households.filter(_.household_id.notnull()).select("customer_id", "household_id", "evidence"),
        within(declared_relations(workspace, as_of=as_of)),
        within(ranks),
    )
    for part in parts:
        cards = cards.left_join(part, "customer_id").drop("customer_id_right")
    return _finish(cards, len(words.schemes))


def rank_by_loss(workspace: Workspace, *, as_of: date) -> ibis.Table:
    """The place of each customer whose expected loss is known, the greatest first."""
    losses = workspace.table("warnings", as_of=as_of).filter(_.expected_loss.notnull())
    known = losses.semi_join(workspace.table("cards", as_of=as_of).select("customer_id"), "customer_id")
    order = [ibis.desc("expected_loss"), "customer_id"]
    return known.select("customer_id", warning_rank=ibis.row_number().over(order_by=order) + 1)


def tier_changes(workspace: Workspace, *, as_of: date, within: Within = lambda rows: rows) -> ibis.Table:
    """The cycles, up to a day, in which a customer's tier in a scheme became another; the first is one."""
    rows = within(workspace.table("tiers")).filter(_.as_of <= ibis.literal(as_of))
    before = _.tier.lag().over(group_by=("customer_id", "scheme"), order_by="as_of")
    told = rows.select("customer_id", "scheme", "as_of", "tier", "held_by", before=before)
    return told.filter(~_.before.identical_to(_.tier)).drop("before")


def declared_relations(workspace: Workspace, *, as_of: date) -> ibis.Table:
    """Each customer's relations as the customer last declared them by the day."""
    rows = known_rows({"relations": workspace.table("relations")}, "relations", as_of=as_of)
    rows = rows.filter(_.kind != "ended").select("customer_id", "relative_id", "kind")
    told = ibis.struct({name: _[name] for name in ("relative_id", "kind")})
    return rows.group_by("customer_id").aggregate(relations=told.collect())


def _standings(tiers: ibis.Table, changes: ibis.Table, schemes: list[str]) -> Iterator[ibis.Table]:
    """For each scheme: tier_<n>, tier_rank_<n>, and the standing with its history as JSON text."""
    entered = ibis.struct({name: _[name] for name in _ENTERED.value_type.names})
    for number, scheme in enumerate(schemes):
        history = changes.filter(_.scheme == scheme).group_by("customer_id")
        # Sorted once they are gathered: gathering in order takes twice as long.
        told = history.aggregate(history=entered.collect()).mutate(history=_latest_first(_.history))
        rows = tiers.filter(_.scheme == scheme).left_join(told, "customer_id")
        standing = as_json(ibis.struct({name: rows[name] for name in (*_STANDING, "history")}))
        yield rows.select(
            "customer_id",
            **{
                f"tier_{number}": rows.tier,
                f"tier_rank_{number}": rows["rank"],
                f"standing_{number}": standing,
            },
        )


@ibis.udf.scalar.builtin(name="list_reverse_sort", signature=((_ENTERED,), _ENTERED))
def _latest_first(entered: ibis.Value) -> ibis.Value:  # type: ignore[empty-body]
    """The engine's own function: records by their first field, which is a day."""


def _warnings(rows: ibis.Table, forbidden: Mapping[str, str]) -> ibis.Table:
    why = ibis.struct({"code": rows.why_empty, "zh": rows.why_empty_zh, "en": rows.why_empty_en})
    return rows.select(
        "customer_id",
        *_PROBABILITIES,
        **{f"{name}_fen": _in_fen(rows[name]) for name in _WARNING_MONEY},
        reasons=_tell_reasons(rows.reasons, forbidden),
        risk_why_empty=ibis.ifelse(rows.why_empty.fill_null("") != "", why, ibis.null(why.type())),
    )


def _tell_reasons(reasons: ibis.Value, forbidden: Mapping[str, str]) -> ibis.Value:
    """Reasons with their figures, and with what an agent may not say of each, where that is laid down."""

    def tell(reason: ibis.Value) -> ibis.Value:
        fields = {name: reason[name] for name in ("code", "text_zh", "text_en")}
        fields["figures"] = reason.figures.nullif("").fill_null("{}").cast("json")
        plain = ibis.struct(fields).cast("json")
        if not forbidden:
            return plain
        banned = ibis.struct({**fields, "never_say": choose_json(reason.code, forbidden)}).cast("json")
        return ibis.ifelse(reason.code.isin(list(forbidden)), banned, plain)

    return reasons.map(tell).cast("json").cast("string")


def _values(rows: ibis.Table, unknowns: Mapping[str, str]) -> ibis.Table:
    return rows.select(
        "customer_id",
        **{f"{name}_fen": _in_fen(rows[name]) for name in _VALUE_MONEY},
        value_why_empty=choose_json(rows.why_empty, unknowns),
    )


def _finish(rows: ibis.Table, schemes: int) -> ibis.Table:
    """The columns of a profile out of everything joined."""
    standings = [rows[f"standing_{number}"] for number in range(schemes)]
    none = ibis.literal("[]")
    made = {
        **{name: rows[name].cast("string").fill_null("") for name in (*_TEXTS, "household_id")},
        **{name: rows[name].fill_null(False) for name in ("do_not_disturb", "has_open_complaint")},
        **_main_tier(rows, schemes),
        "reasons": rows.reasons.fill_null(none),
        "offers": ibis.ifelse(rows.offers.length() > 0, as_json(rows.offers), none).fill_null(none),
        "tiers": join_json(standings),
        "history": as_json(by_columns(rows.history)).fill_null(none),
        "card": as_json(_card(rows)),
    }
    return rows.select(
        *(name for name in SCHEMA.names if name in rows.columns and name not in made),
        **made,
    )


def _main_tier(rows: ibis.Table, schemes: int) -> dict[str, ibis.Value]:
    """Tier and rank of the first scheme in force that knows the customer."""
    known = [(rows[f"tier_{number}"].notnull(), number) for number in range(schemes)]
    if not known:
        return {"tier": ibis.literal(""), "tier_rank": ibis.null("int64")}
    return {
        "tier": ibis.cases(*((holds, rows[f"tier_{number}"]) for holds, number in known), else_=""),
        "tier_rank": ibis.cases(*((holds, rows[f"tier_rank_{number}"]) for holds, number in known)),
    }


def _card(rows: ibis.Table) -> ibis.Value:
    household = ibis.struct({name: _empty_for_missing(rows[name]) for name in ("evidence", "relations")})
    return ibis.struct(
        {
            **{name: rows[name] for name in _ON_CARD},
            "usage": by_columns(rows.usage),
            "household": household,
            "risk_why_empty": rows.risk_why_empty,
            "value_why_empty": rows.value_why_empty,
        }
    )


def _empty_for_missing(values: ibis.Value) -> ibis.Value:
    return values.fill_null(ibis.literal([], type=values.type()))


def _in_fen(yuan: ibis.Value) -> ibis.Value:
    return (yuan * 100).cast("int64")


def _to_text(words: Words) -> str:
    return json.dumps(words.model_dump(), ensure_ascii=False)
