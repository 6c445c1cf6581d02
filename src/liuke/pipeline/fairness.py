"""Whether tiers, offers and hold-outs fall alike on groups of people, as of a cycle."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from liuke.kernel.errors import LiukeError, suggestion
from liuke.pipeline.explaining import last_cycle
from liuke.pipeline.moves import tiers_by_scheme
from liuke.pipeline.schemes import schemes_in_force
from liuke.pipeline.workspace import Workspace
from liuke.tier import UNRATED, GroupRate, age_bands, compare_rates, migration

ATTRIBUTES = ("sex", "age_band", "region", "special_care")


@dataclass(frozen=True)
class FairnessReport:
    """Rates of one outcome in every group of each attribute."""

    subject: str
    outcome: str
    rates: tuple[GroupRate, ...]


def judge_fairness(
    workspace: Workspace, *, as_of: date, scheme: str | None = None
) -> tuple[FairnessReport, ...]:
    """For each scheme: who is in its best tiers and who moved down since the cycle before; and for each
    campaign of the plan: who is offered something, and who of those chosen is held out.

    The best tiers are those that hold, together, the best fifth of the rated customers (or the first tier,
    when it alone is larger). Raises LiukeError when no cycle has run or no such scheme is in force.
    """
    day = last_cycle(workspace, as_of=as_of)
    people = _people(workspace, day)
    names = [each.name for each in schemes_in_force(workspace, as_of=day)]
    if scheme is not None and scheme not in names:
        raise LiukeError(
            f"The scheme {scheme!r}{suggestion(scheme, names)} is not in force as of {day}; "
            f"in force are {', '.join(names) or 'none'}."
        )
    reports = [
        report
        for name in (names if scheme is None else [scheme])
        for report in _tier_reports(workspace, people, name, day)
    ]
    return tuple(reports if scheme is not None else [*reports, *_plan_reports(workspace, people, day)])


def _people(workspace: Workspace, day: date) -> pa.Table:
    """customer_id and the group of each attribute; null where it is not known."""
    cards = workspace.table("cards", as_of=day)
    rows = workspace.engine.to_arrow(
        cards.select("customer_id", "sex", "birth_on", "unit_id", "special_care").order_by("customer_id")
    )
    regions = _regions(workspace)
    return pa.table(
        {
            "customer_id": rows["customer_id"],
            "sex": rows["sex"],
            "age_band": age_bands(rows["birth_on"].combine_chunks(), as_of=day),
            "region": pa.array([regions.get(unit) for unit in rows["unit_id"].to_pylist()], pa.string()),
            "special_care": pc.fill_null(rows["special_care"], "none"),  # a mark that nobody made
        }
    )


def _regions(workspace: Workspace) -> dict[str, str]:
    """Unit -> the topmost unit above it."""
    rows = workspace.engine.to_arrow(workspace.table("units")).to_pylist()
    parents = {row["unit_id"]: row["parent_id"] for row in rows}

    def top(unit: str) -> str:
        seen = {unit}
        while (above := parents.get(unit)) and above not in seen:
            seen.add(above)
            unit = above
        return unit

    return {unit: top(unit) for unit in parents}


def _tier_reports(workspace: Workspace, people: pa.Table, scheme: str, day: date) -> Iterator[FairnessReport]:
    engine = workspace.engine
    rows = tiers_by_scheme(workspace, day)[scheme]
    now = engine.to_arrow(rows.select("customer_id", "tier", "rank"))
    rated = now.filter(pc.not_equal(now["tier"], UNRATED))
    if not len(rated):
        return
    best = _best_ranks(rated)
    top = pc.is_in(rated["rank"], value_set=pa.array(sorted(best), pa.int32()))
    best_rows = (
        rated.filter(top)
        .group_by(["rank", "tier"])
        .aggregate([])
        .sort_by([("rank", "ascending"), ("tier", "ascending")])
    )
    tiers = best_rows["tier"].to_pylist()
    yield _report(people, rated["customer_id"], top, scheme, f"in {', '.join(tiers)}")
    before = max((each for each in workspace.as_of_days("tiers") if each < day), default=None)
    earlier = tiers_by_scheme(workspace, before) if before else {}
    if scheme in earlier:
        moved = migration(earlier[scheme], rows, engine=engine).customers
        both = moved.filter(pc.is_in(moved["move"], value_set=pa.array(["up", "down", "stay"])))
        down = pc.equal(both["move"], "down")
        yield _report(people, both["customer_id"], down, scheme, f"moved down since {before}")


def _best_ranks(rated: pa.Table) -> set[int]:
    """The best ranks that hold a fifth of the customers between them, at least the first one held."""
    sizes = rated.group_by("rank").aggregate([([], "count_all")]).sort_by("rank").to_pylist()
    best: set[int] = set()
    held = 0
    for row in sizes:
        if best and (held + row["count_all"]) * 5 > len(rated):
            break
        best.add(row["rank"])
        held += row["count_all"]
    return best


def _plan_reports(workspace: Workspace, people: pa.Table, day: date) -> Iterator[FairnessReport]:
    rows = workspace.engine.to_arrow(
        workspace.table("plan", as_of=day).select("customer_id", "campaign", "arm")
    )
    for campaign in sorted(set(rows["campaign"].to_pylist())):
        plan = rows.filter(pc.equal(rows["campaign"], campaign))
        chosen = pc.not_equal(plan["arm"], "not_chosen")
        yield _report(people, plan["customer_id"], chosen, campaign, "chosen for an offer")
        drawn = plan.filter(chosen)
        if len(drawn):
            held_out = pc.equal(drawn["arm"], "hold_out")
            yield _report(people, drawn["customer_id"], held_out, campaign, "held out")


def _report(people: pa.Table, customers: Any, outcome: Any, subject: str, said: str) -> FairnessReport:
    asked = pa.table({"customer_id": customers, "outcome": outcome})
    rows = asked.join(people, keys="customer_id", join_type="left outer")
    return FairnessReport(subject, said, compare_rates(rows, outcome="outcome", by=ATTRIBUTES))
