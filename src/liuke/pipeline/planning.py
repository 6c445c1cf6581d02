"""Plan one campaign file outside the cycle."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from liuke.pipeline.explaining import last_cycle
from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.plan import find_people, plan_figures, plan_table
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import Workspace


def plan_one(workspace: Workspace, campaign: Path, *, as_of: date, preview: bool) -> dict[str, Any]:
    """Plan a campaign over the last cycle's early-warning list; keep the plan unless it is a preview.

    A campaign that has been planned as of that day keeps its first draw: the hold-out is drawn from
    the workspace's seed and the campaign's name, so that planning again draws the same customers.
    """
    from liuke.plan.campaigns import load_campaign, plan_people
    from liuke.plan.policies import load_policies
    from liuke.plan.price_differences import find_price_differences

    day = last_cycle(workspace, as_of=as_of)
    terms = load_campaign(campaign)
    policies = load_policies(workspace.root / "policies")
    with workspace.warehouse.lock(doing=f"the plan of {terms.name}"):
        run = Run(workspace, as_of=day, progress=lambda doing: None, desk=None)
        planned = plan_people(find_people(run), policies, terms, as_of=day, seed=workspace.config.seed)
        if not preview:
            _keep(run, plan_table(planned, campaign=terms.name, as_of=day), campaign=terms.name)
    named = [policy for policy in policies if policy.name in terms.policies]
    differences = [each.said for each in find_price_differences(named)]
    return {
        "as_of": day,
        "stored": not preview,
        **plan_figures(terms.name, planned.sums),
        "price_differences": [said.say(workspace.config.language) for said in differences],
    }


def _keep(run: Run, rows: pa.Table, *, campaign: str) -> None:
    """Put the campaign's rows in place of its earlier ones as of the same day."""
    held = run.workspace.table("plan", as_of=run.as_of)
    others = run.workspace.engine.to_arrow(held.filter(held.campaign != campaign))
    draft = run.warehouse.draft(source=f"plan/{campaign}")
    kept = pa.concat_tables([others.cast(RESULTS["plan"]), rows])
    draft.replace(
        "plan",
        kept.sort_by([("campaign", "ascending"), ("customer_id", "ascending")]),
        partition=run.partition,
    )
    draft.commit()
