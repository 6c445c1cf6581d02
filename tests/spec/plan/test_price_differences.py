"""Price offers that differ for the same product and condition are told; others are not."""

from datetime import date

import pytest

from liuke.kernel.words import Words
from liuke.plan.policies import Policy, Terms
from liuke.plan.price_differences import find_price_differences


def price(name: str, offer_cost_fen: int, *, tiers=None, plans=None, **given) -> Policy:
    return Policy(
        name=name,
        version=1,
        words=Words(zh=name, en=name),
        contact_cost_fen=0,
        offer_cost_fen=offer_cost_fen,
        save_rate=0.5,
        save_rate_source="assumed",
        terms=Terms(tiers=tiers, plans=plans),
        script=Words(zh="您好", en="Hello"),
        **{"category": "price", "aims_at": {"voluntary"}, **given},
    )


GOLD = price("gold-credit", 6000, tiers={"gold"}, plans={"5G-99"})


@pytest.mark.parametrize(
    "other, is_told",
    [
        ({"offer_cost_fen": 3000}, True),
        ({"offer_cost_fen": 6000}, False),
        ({"offer_cost_fen": 5999}, True),
        ({"offer_cost_fen": 3000, "plans": {"5G-99", "4G-59"}}, True),
        ({"offer_cost_fen": 3000, "plans": {"4G-59"}}, False),
        ({"offer_cost_fen": 3000, "category": "gift"}, False),
        ({"offer_cost_fen": 3000, "aims_at": {"dormant"}}, False),
        ({"offer_cost_fen": 3000, "aims_at": {"dormant", "voluntary"}}, True),
    ],
)
def test_same_product_and_condition(other, is_told):
    silver = price("silver-credit", **{"tiers": {"silver"}, **other})

    assert bool(find_price_differences([GOLD, silver])) is is_told


@pytest.mark.parametrize("begins, is_told", [(date(2026, 6, 30), True), (date(2026, 7, 1), False)])
def test_only_while_both_are_live(begins, is_told):
    until = GOLD.model_copy(update={"valid_until": date(2026, 7, 1)})
    later = price("later-credit", 3000, valid_from=begins)

    assert bool(find_price_differences([until, later])) is is_told


def test_it_says_who_gets_what():
    (found,) = find_price_differences([price("all-credit", 3000), GOLD])

    assert (found.one, found.one_fen, found.other, found.other_fen) == (
        "all-credit",
        3000,
        "gold-credit",
        6000,
    )
    assert "all-credit gives 30.00 to all tiers, gold-credit gives 60.00 to tiers gold" in found.said.en
    assert "all-credit给所有等级 30.00" in found.said.zh
