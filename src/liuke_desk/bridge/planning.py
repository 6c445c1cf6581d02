"""Policies and plans: the library's planner, asked and answered in plain values."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from liuke.kernel.errors import LiukeError
from liuke.kernel.seeds import seed_from
from liuke.plan.campaigns import CampaignTerms, plan_campaign
from liuke.plan.candidates import Candidate
from liuke.plan.policies import CATEGORY_WORDS, Policy, exclude_mutually, load_policies
from liuke.plan.price_differences import find_price_differences
from liuke_desk.bridge.workspace import current_workspace

PlanRefused = LiukeError
MAX_SEED = 2**63  # what a database keeps in a big integer


def declared_policies() -> list[dict[str, Any]]:
    """The policies of the workspace as the planner reads them back; sets in a fixed order."""
    policies = load_policies(current_workspace().root / "policies")
    return [_in_order(policy.model_dump(mode="json")) for policy in policies]


def category_words(language: str) -> dict[str, str]:
    """The name of each category of policies in a language (`en`, or Chinese)."""
    spoken = "en" if language == "en" else "zh"
    return {name: words.say(spoken) for name, words in CATEGORY_WORDS.items()}


def draw_seed(*parts: object) -> int:
    """A seed from what it is for: the same question draws the same hold-out, and none can be shopped for."""
    return seed_from("campaign", *parts) % MAX_SEED


def terms_of(
    *, policies: Iterable[str], budget_fen: int, max_contacts: int | None, hold_out_share: float
) -> dict[str, Any]:
    """A desk campaign's terms as the planner wants them; its filters have chosen the customers already."""
    return {
        "name": "desk",
        "words": {"zh": "工作台", "en": "workbench"},
        "policies": tuple(policies),
        "budget_fen": budget_fen,
        "max_contacts": max_contacts,
        "hold_out_share": hold_out_share,
    }


def preview_plan(
    *,
    candidates: Iterable[Mapping[str, Any]],
    policies: Iterable[Mapping[str, Any]],
    terms: Mapping[str, Any],
    as_of: date,
    seed: int,
) -> dict[str, Any]:
    """Whom to treat, whom to hold out, with which policy, and what the plan promises.

    decisions: of those chosen; the others are counted by rule in `refusals`. price_differences: {zh, en} of
        each two policies that give different prices for the same product and condition.

    Raises PlanRefused with a sentence for the person when the terms cannot be planned.
    """
    asked = CampaignTerms.model_validate(terms)
    given = exclude_mutually(Policy.model_validate(policy) for policy in policies)
    plan = plan_campaign(
        [Candidate(**candidate) for candidate in candidates],
        given,
        asked,
        as_of=as_of,
        seed=seed,
        why_not=False,
    )
    named = [policy for policy in given if policy.name in asked.policies]
    differences = [each.said.model_dump() for each in find_price_differences(named)]
    chosen = [dict(vars(decision)) for decision in plan.decisions if decision.arm != "not_chosen"]
    told = {"decisions": chosen, "refusals": dict(plan.refusals), "price_differences": differences}
    return vars(plan) | told


def _in_order(value: Any) -> Any:
    """Lists of names sorted, at every depth: a set has no order of its own to be compared by."""
    if isinstance(value, dict):
        return {key: _in_order(inner) for key, inner in value.items()}
    return sorted(value) if isinstance(value, list) else value
