"""Price offers that differ for the same product and condition, to be looked at before a campaign begins.

Asking different people different prices for the same thing is what a company must be able to justify (in
China: Personal Information Protection Law, article 24). Two live price policies are told when they may go
to the same plans, for the same ways of leaving, on the same days, and give different amounts: then who the
customer is decides the price.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from liuke.kernel.words import Words
from liuke.plan.policies import Policy


@dataclass(frozen=True)
class PriceDifference:
    """Two policies, what each gives in fen, and a sentence for the person who approves."""

    one: str
    other: str
    one_fen: int
    other_fen: int
    said: Words


def find_price_differences(policies: Iterable[Policy]) -> tuple[PriceDifference, ...]:
    """Every pair of price policies whose amounts differ for the same product and condition, by name."""
    priced = sorted((each for each in policies if each.category == "price"), key=lambda each: each.name)
    return tuple(_tell(one, other) for one, other in combinations(priced, 2) if _differ(one, other))


def _differ(one: Policy, other: Policy) -> bool:
    return (
        one.offer_cost_fen != other.offer_cost_fen
        and bool(one.aims_at & other.aims_at)
        and _meet(one.terms.plans, other.terms.plans)
        and _days_meet(one, other)
    )


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Whether two restrictions have anything in common; none restricts nothing."""
    return one is None or other is None or bool(one & other)


def _days_meet(one: Policy, other: Policy) -> bool:
    begins = max(one.valid_from or date.min, other.valid_from or date.min)
    ends = min(one.valid_until or date.max, other.valid_until or date.max)
    return begins < ends


def _tell(one: Policy, other: Policy) -> PriceDifference:
    amounts = [f"{each.offer_cost_fen / 100:,.2f}" for each in (one, other)]
    who = [_who(each) for each in (one, other)]
    said = Words(
        zh=(
            f"同一产品、同一条件价格不同：{one.words.zh}给{who[0].zh} {amounts[0]}，"
            f"{other.words.zh}给{who[1].zh} {amounts[1]}；上线前请说明理由或统一金额"
        ),
        en=(
            f"different prices for the same product and condition: {one.name} gives {amounts[0]} to "
            f"{who[0].en}, {other.name} gives {amounts[1]} to {who[1].en}; justify it or make them equal "
            "before launch"
        ),
    )
    return PriceDifference(one.name, other.name, one.offer_cost_fen, other.offer_cost_fen, said)


def _who(policy: Policy) -> Words:
    if policy.terms.tiers is None:
        return Words(zh="所有等级", en="all tiers")
    names = sorted(policy.terms.tiers)
    return Words(zh=f"等级 {'、'.join(names)} ", en=f"tiers {', '.join(names)}")
