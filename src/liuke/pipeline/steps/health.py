"""Whether early warning keeps its promise: the health part of the predict step."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.pipeline.model_cards import read_card
from liuke.pipeline.steps.drift import find_drift
from liuke.pipeline.steps.run import Run, StepReport

if TYPE_CHECKING:
    from liuke.predict.churn import ChurnDefinition
    from liuke.predict.health import ProfitTerms, PublishedList

LISTS = 6  # earlier lists that are looked at again: the latest
_SETTINGS = ("liuke.toml", "features", "churn.toml", "policies")
_LEAVING = ("horizons", "gap_days", "voluntary", "involuntary", "dormant", "diverted")
_P = {1: "p_1m", 2: "p_2m", 3: "p_3m"}


def health(run: Run) -> StepReport:
    """Hold earlier lists to their promise, and today's inputs and scores to what was learned from."""
    days = _earlier_lists(run)
    fingerprint = _fingerprint(run, days)
    if run.is_current("health", fingerprint):
        return StepReport("health", was_current=True)
    from liuke.predict.churn import load_churn

    run.progress("health …")
    definition = load_churn(run.workspace.root / "churn.toml")
    found = {"health": _judge(run, definition, days), "drift": find_drift(run, definition, days)}
    run.store("health", fingerprint, found)
    return StepReport("health", figures=_figures(found), lines=tuple(_alarms(run, found["health"])))


def _earlier_lists(run: Run) -> list[date]:
    """As-of days of the latest lists before this one, the latest first."""
    days = [day for day in run.workspace.as_of_days("warnings") if day < run.as_of]
    return sorted(days, reverse=True)[:LISTS]


def _fingerprint(run: Run, days: list[date]) -> str:
    parts = run.warehouse.manifest.parts
    lists = {day.isoformat(): [part.sha256 for part in parts("warnings", day.isoformat())] for day in days}
    cards = {day.isoformat(): _card_hash(run, day) for day in (run.as_of, *days)}
    own = run.fingerprint(settings=_SETTINGS, tables=("warnings", "leavings", "views"))
    return sha256(json.dumps([own, lists, cards], sort_keys=True).encode()).hexdigest()


def _card_hash(run: Run, day: date) -> str | None:
    card = read_card(run.workspace, day)
    return None if card is None else sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()


def _judge(run: Run, definition: "ChurnDefinition", days: list[date]) -> pa.Table:
    from liuke.pipeline.steps.warning_inputs import warning_inputs
    from liuke.predict.examples import read_leavings
    from liuke.predict.health import Known, judge_list, read_promise, write_health

    tables = run.canonical()
    known = Known(
        tables=tables | {"assignments": _assignments(run, tables)},
        leavings=read_leavings(warning_inputs(run), known_by=run.as_of),
        definition=definition,
        engine=run.workspace.engine,
        as_of=run.as_of,
        seed=run.config.seed,
    )
    lists = (_read_list(run, day, definition) for day in days)
    looks = [look for each in lists for look in judge_list(each, known)]
    today = _profit_terms(run, _read_warnings(run, run.as_of))
    promise = read_promise(read_card(run.workspace, run.as_of), profit=today)
    return write_health(promise, looks, as_of=run.as_of, had_lists=bool(days))


def _assignments(run: Run, tables: Mapping[str, ibis.Table]) -> ibis.Table:
    """Every draw: those told of, and those of planned campaigns that contacts name and nobody else drew."""
    told = tables["assignments"]
    columns = ("campaign", "customer_id", "arm", "probability", "happened_at", "known_at")
    named = tables["contacts"].select("campaign").union(tables["offers"].select("campaign"))
    planned = run.workspace.table("plan")
    drawn = planned.semi_join(named, "campaign").anti_join(told, "campaign")
    at = drawn.as_of.cast(told.happened_at.type())
    return told.select(columns).union(drawn.mutate(happened_at=at, known_at=at).select(columns))


def _read_list(run: Run, day: date, definition: "ChurnDefinition") -> "PublishedList":
    from liuke.predict.health import PublishedList, read_promise

    rows, card = _read_warnings(run, day), read_card(run.workspace, day)
    profit = _profit_terms(run, rows)
    return PublishedList(
        as_of=day,
        customers=np.asarray(rows["customer_id"].to_pylist(), dtype=object),
        p={months: rows[name].to_numpy() for months, name in _P.items()},
        promise=read_promise(card, profit=profit),
        profit=profit,
        is_same_leaving=_means_the_same(card, definition),
    )


def _read_warnings(run: Run, day: date) -> pa.Table:
    table = run.workspace.table("warnings", as_of=day)
    columns = {name: table[name] for name in ("customer_id", *_P.values())}
    worth = table.value_at_stake.cast("float64")
    return run.workspace.engine.to_arrow(table.select(**columns, worth=worth).order_by("customer_id"))


def _means_the_same(card: Mapping[str, Any] | None, definition: "ChurnDefinition") -> bool:
    """Whether a list meant by leaving what is meant today; taken to be so where no card tells."""
    if card is None or "definition" not in card:
        return True
    now = definition.model_dump(mode="json", exclude_none=True)
    return all(card["definition"].get(name) == now.get(name) for name in _LEAVING)


def _profit_terms(run: Run, rows: pa.Table) -> "ProfitTerms | None":
    """Mean value at stake of a list and mean costs of the workspace's policies, in the ledger currency.

    The acceptance has the policies' mean save rate and the concentration of the measure's authors.
    """
    from liuke.plan.policies import load_policies
    from liuke.predict.health import ProfitTerms
    from liuke.predict.health.expected_profit import CONCENTRATION

    folder = run.workspace.root / "policies"
    policies = load_policies(folder) if folder.is_dir() else ()
    worth = pc.mean(rows["worth"]).as_py()
    if not policies or worth is None or worth < 0:
        return None
    rate = float(np.clip(np.mean([policy.save_rate for policy in policies]), 0.01, 0.99))
    return ProfitTerms(
        clv=worth,
        contact_cost=float(np.mean([policy.contact_cost_fen for policy in policies])) / 100,
        offer_cost=float(np.mean([policy.offer_cost_fen for policy in policies])) / 100,
        accept_alpha=CONCENTRATION * rate,
        accept_beta=CONCENTRATION * (1 - rate),
    )


def _figures(found: Mapping[str, pa.Table]) -> dict[str, int]:
    alarms = _count(found["health"], "alarm")
    return {
        "alarms": alarms,
        "worth watching": _count(found["health"], "watch"),
        "drifted": _count(found["drift"], "drifted"),
    }


def _count(table: pa.Table, finding: str) -> int:
    return int(pc.sum(pc.fill_null(pc.equal(table["finding"], finding), False)).as_py() or 0)


def _alarms(run: Run, table: pa.Table) -> list[dict[str, str]]:
    text = "text_zh" if run.config.language == "zh" else "text_en"
    rows = table.filter(pc.fill_null(pc.equal(table["finding"], "alarm"), False))
    return [{"health": said} for said in rows[text].to_pylist()]
