"""Plan: which customers to keep with which offer, for every campaign file of the workspace."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from liuke.kernel.days import midnight
from liuke.pipeline.results import RESULTS
from liuke.pipeline.schemes import schemes_in_force
from liuke.pipeline.steps.run import Run, StepReport
from liuke.plan.candidates import LEAVE_KINDS

if TYPE_CHECKING:
    from liuke.plan.campaigns import CampaignPlan
    from liuke.plan.candidates import Candidate

_SETTINGS = ("liuke.toml", "policies", "campaigns", "churn.toml")
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
    from liuke.plan.campaigns import load_campaign, plan_campaign
    from liuke.plan.policies import load_policies

    root = run.workspace.root
    policies = load_policies(root / "policies")
    candidates = find_candidates(run)
    tables, lines = [RESULTS["plan"].empty_table()], []
    for path in sorted((root / "campaigns").glob("*.toml")):
        terms = load_campaign(path)
        planned = plan_campaign(candidates, policies, terms, as_of=run.as_of, seed=run.config.seed)
        tables.append(plan_table(planned, campaign=terms.name, as_of=run.as_of))
        lines.append(plan_figures(terms.name, planned))
    run.store("plan", fingerprint, {"plan": pa.concat_tables(tables)})
    return StepReport("plan", lines=tuple(lines))


def find_candidates(run: Run) -> list["Candidate"]:
    """Everybody on the early-warning list, with what policies ask about them."""
    from liuke.plan.candidates import Candidate
    from liuke.predict.churn import load_churn

    kinds = load_churn(run.workspace.root / "churn.toml").kinds
    only_kind = kinds[0] if len(kinds) == 1 else None  # nobody can leave in another way
    rows = run.workspace.engine.to_arrow(_candidate_rows(run)).to_pylist()
    offers = _latest_offers(run)
    return [
        Candidate(
            customer_id=row["customer_id"],
            unit_id=row["unit_id"],
            tier=row["tier"],
            plan_name=row["plan"],
            p_leave=_longest(row),
            leave_kind=_likeliest_kind(row) or only_kind,
            p_by_kind=_by_kind(row),
            value_at_stake_fen=_fen(row["value_at_stake"]),
            latest_contact_on=_day(row["latest_contact_at"]),
            has_open_complaint=bool(row["open_complaints"]),
            do_not_disturb=bool(row["do_not_disturb"]),
            offers=offers.get(row["customer_id"], {}),
        )
        for row in rows
    ]


def _candidate_rows(run: Run) -> ibis.Table:
    edge = ibis.literal(midnight(run.as_of))
    tables = run.canonical()
    contacts = tables["contacts"]
    contacts = contacts.filter((contacts.happened_at < edge) & (contacts.known_at < edge))
    latest = contacts.group_by("customer_id").agg(latest_contact_at=contacts.happened_at.max())
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


def _latest_offers(run: Run) -> dict[str, dict[str, date]]:
    """Customer -> policy -> the day it was last offered, as far as known by the day."""
    edge = ibis.literal(midnight(run.as_of))
    offers = run.canonical()["offers"]
    offers = offers.filter((offers.happened_at < edge) & (offers.known_at < edge))
    rows = run.workspace.engine.to_arrow(
        offers.group_by(["customer_id", "policy"]).agg(latest=offers.happened_at.max())
    ).to_pylist()
    found: dict[str, dict[str, date]] = {}
    for row in rows:
        found.setdefault(row["customer_id"], {})[row["policy"]] = row["latest"].date()
    return found


def plan_table(planned: "CampaignPlan", *, campaign: str, as_of: date) -> pa.Table:
    """A plan's decisions in the shape of the result table."""
    rows = [
        {
            "customer_id": decision.customer_id,
            "as_of": as_of,
            "campaign": campaign,
            "arm": decision.arm,
            "policy": decision.policy,
            "expected_gain": _yuan(decision.expected_gain_fen),
            "cost": _yuan(decision.cost_fen),
            "why": decision.why,
            "why_zh": decision.why_zh,
            "probability": decision.probability,
        }
        for decision in planned.decisions
    ]
    return pa.Table.from_pylist(rows, schema=RESULTS["plan"])


def plan_figures(name: str, planned: "CampaignPlan") -> dict[str, Any]:
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


def _longest(row: dict[str, Any]) -> float | None:
    """The chance of leaving over the longest horizon that has one."""
    known: Sequence[float | None] = [row["p_3m"], row["p_2m"], row["p_1m"]]
    return next((chance for chance in known if chance is not None), None)


def _by_kind(row: dict[str, Any]) -> dict[str, float]:
    return {kind: row[f"p_{kind}"] for kind in LEAVE_KINDS if row[f"p_{kind}"] is not None}


def _likeliest_kind(row: dict[str, Any]) -> str | None:
    chances = _by_kind(row)
    return max(chances, key=lambda kind: chances[kind]) if chances else None


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * 100)


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen).scaleb(-2)


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()
