"""Plan: which customers to keep with which offer, for every campaign file of the workspace."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.kernel.days import midnight
from liuke.pipeline.results import RESULTS
from liuke.pipeline.schemes import schemes_in_force
from liuke.pipeline.steps.run import Run, StepReport
from liuke.plan.candidates import LEAVE_KINDS
from liuke.predict.result_tables import YUAN

if TYPE_CHECKING:
    from liuke.plan.decisions import PeoplePlan, PlanSums
    from liuke.plan.people import Column, Mask, People, Text

_SETTINGS = ("liuke.toml", "policies", "campaigns", "churn.toml")
_EPOCH = date(1970, 1, 1).toordinal()
_CENT = pa.scalar(Decimal("0.01"), pa.decimal128(3, 2))
_OF_CARDS = ("customer_id", "unit_id", "plan", "open_complaints", "do_not_disturb")
_OF_WARNINGS = (
    *("customer_id", "p_1m", "p_2m", "p_3m", "value_at_stake"),
    *(f"p_{kind}" for kind in LEAVE_KINDS),
)


def plan(run: Run) -> StepReport:
    """Plan every campaign of campaigns/ over the customers of the early-warning list."""
    fingerprint = run.fingerprint(settings=_SETTINGS, tables=("warnings", "tiers"))
    if run.is_current("plan", fingerprint):
        return StepReport("plan", was_current=True)
    from liuke.plan.campaigns import load_campaign, plan_people
    from liuke.plan.policies import load_policies

    root = run.workspace.root
    policies = load_policies(root / "policies")
    people = find_people(run)
    tables, lines = [RESULTS["plan"].empty_table()], []
    for path in sorted((root / "campaigns").glob("*.toml")):
        terms = load_campaign(path)
        planned = plan_people(people, policies, terms, as_of=run.as_of, seed=run.config.seed)
        tables.append(plan_table(planned, campaign=terms.name, as_of=run.as_of))
        lines.append(plan_figures(terms.name, planned.sums))
    run.store("plan", fingerprint, {"plan": pa.concat_tables(tables)})
    return StepReport("plan", lines=tuple(lines))


def find_people(run: Run) -> "People":
    """Everybody on the early-warning list, with what policies ask about them."""
    from liuke.plan.people import People, Text, check_probability
    from liuke.predict.churn import load_churn

    kinds = load_churn(run.workspace.root / "churn.toml").kinds
    rows = run.workspace.engine.to_arrow(_candidate_rows(run)).combine_chunks()
    ids = rows["customer_id"].combine_chunks()
    by_kind: dict[str, Column] = {kind: _floats(rows[f"p_{kind}"]) for kind in LEAVE_KINDS}
    p_leave = _floats(pc.coalesce(rows["p_3m"], rows["p_2m"], rows["p_1m"]))  # the longest that has one
    for chances in (p_leave, *by_kind.values()):
        check_probability(ids, chances)
    is_by_kind = np.logical_or.reduce([~np.isnan(chances) for chances in by_kind.values()])
    return People(
        customer_id=ids,
        unit_id=Text.of(rows["unit_id"].combine_chunks()),
        tier=Text.of(rows["tier"].combine_chunks()),
        plan_name=Text.of(rows["plan"].combine_chunks()),
        p_leave=p_leave,
        leave_kind=_likeliest_kind(by_kind, kinds[0] if len(kinds) == 1 else None),
        by_kind=by_kind,
        is_by_kind=is_by_kind,
        value_fen=_floats(pc.multiply(rows["value_at_stake"], pa.scalar(Decimal(100)))),
        contact_on=_floats(rows["latest_contact_on"].cast(pa.int32())) + _EPOCH,
        has_open_complaint=_flags(pc.greater(rows["open_complaints"], 0)),
        do_not_disturb=_flags(rows["do_not_disturb"]),
        has_open_task=np.zeros(len(ids), np.bool_),
        offers=_latest_offers(run, ids),
    )


def _candidate_rows(run: Run) -> ibis.Table:
    edge = ibis.literal(midnight(run.as_of))
    tables = run.canonical()
    contacts = tables["contacts"]
    contacts = contacts.filter((contacts.happened_at < edge) & (contacts.known_at < edge))
    latest = contacts.group_by("customer_id").agg(latest_contact_on=contacts.happened_at.max().date())
    cards = run.warehouse.stored("cards", partition=run.partition).select(*_OF_CARDS)
    warnings = run.workspace.table("warnings", as_of=run.as_of).select(*_OF_WARNINGS)
    joined = warnings.left_join(cards, "customer_id", rname="card_{name}").left_join(
        latest, "customer_id", rname="contact_{name}"
    )
    tiers = run.workspace.table("tiers", as_of=run.as_of)
    if run.config.tiers:
        tiers = tiers.filter(tiers.scheme == schemes_in_force(run.workspace, as_of=run.as_of)[0].name)
    joined = joined.left_join(tiers.select("customer_id", "tier"), "customer_id", rname="tier_{name}")
    return joined.order_by("customer_id")


def _latest_offers(run: Run, customer_ids: pa.Array) -> dict[int, dict[str, date]]:
    """Row -> policy -> the day it was last offered, as far as known by the day."""
    edge = ibis.literal(midnight(run.as_of))
    offers = run.canonical()["offers"]
    offers = offers.filter((offers.happened_at < edge) & (offers.known_at < edge))
    latest = run.workspace.engine.to_arrow(
        offers.group_by(["customer_id", "policy"]).agg(latest=offers.happened_at.max().date())
    )
    rows = pc.index_in(latest["customer_id"], value_set=customer_ids).to_pylist()
    found: dict[int, dict[str, date]] = {}
    for row, policy, day in zip(
        rows, latest["policy"].to_pylist(), latest["latest"].to_pylist(), strict=True
    ):
        if row is not None:
            found.setdefault(row, {})[policy] = day
    return found


def plan_table(planned: "PeoplePlan", *, campaign: str, as_of: date) -> pa.Table:
    """A plan's decisions in the shape of the result table."""
    decisions, schema = planned.decisions, RESULTS["plan"]
    made = {name: decisions[name] for name in decisions.column_names} | {
        "as_of": pa.repeat(pa.scalar(as_of), len(decisions)),
        "campaign": pa.repeat(pa.scalar(campaign), len(decisions)),
        "expected_gain": _yuan(decisions["expected_gain_fen"]),
        "cost": _yuan(decisions["cost_fen"]),
    }
    return pa.table({name: made[name] for name in schema.names}, schema=schema)


def plan_figures(name: str, planned: "PlanSums") -> dict[str, Any]:
    """A plan's sums for people: who was chosen, what it costs, how far it may be from the best."""
    return {
        "campaign": name,
        "chosen": planned.chosen,
        "treated": planned.treated,
        "held out": planned.held_out,
        "cost": round(planned.spent_fen / 100, 2),
        "budget": round(planned.budget_fen / 100, 2),
        "gain": round(planned.gain_fen / 100, 2),
        "bound": round(planned.bound_fen / 100, 2),
        "gap": planned.gap,
    }


def _likeliest_kind(by_kind: Mapping[str, "Column"], otherwise: str | None) -> "Text":
    """The way of leaving with the greatest chance, of equals the first; otherwise where none has one."""
    from liuke.plan.people import Text

    chances = np.column_stack([np.where(np.isnan(chance), -1.0, chance) for chance in by_kind.values()])
    likeliest = np.where((chances >= 0).any(axis=1), chances.argmax(axis=1), -1)
    if otherwise is None:
        return Text(likeliest, list(by_kind))
    return Text(np.where(likeliest < 0, len(by_kind), likeliest), [*by_kind, otherwise])


def _floats(column: pa.ChunkedArray) -> "Column":
    return column.cast(pa.float64()).fill_null(np.nan).to_numpy()


def _flags(column: pa.ChunkedArray) -> "Mask":
    return column.fill_null(False).to_numpy()


def _yuan(fen: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.multiply(fen.cast(pa.decimal128(19)), _CENT).cast(YUAN)
