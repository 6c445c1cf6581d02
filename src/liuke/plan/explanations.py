"""Why a customer was chosen, left alone or passed over, in the words of both languages."""

from liuke.kernel.money import yuan_text
from liuke.kernel.words import Words
from liuke.plan.policies import Policy


def explain_treated(policy: Policy, gain_fen: int) -> Words:
    return Words(
        zh=f"「{policy.words.zh}」预计净收益 {yuan_text(gain_fen)} 元，成本 {yuan_text(policy.cost_fen)} 元，"
        "在预算和名额内入选",
        en=f"{policy.words.en}: expected to gain {yuan_text(gain_fen)} yuan after a cost of "
        f"{yuan_text(policy.cost_fen)}, within budget and places",
    )


def explain_held_out(policy: Policy, gain_fen: int, share: float) -> Words:
    return Words(
        zh=f"已入选「{policy.words.zh}」（预计净收益 {yuan_text(gain_fen)} 元），"
        f"按 {share:.1%} 的比例随机抽为对照组，本方案不联系",
        en=f"chosen for {policy.words.en} (expected gain {yuan_text(gain_fen)} yuan) and drawn at random, "
        f"one of {share:.1%}, to be left alone in this campaign",
    )


def explain_outbid(policy: Policy, gain_fen: int, price: float) -> Words:
    """For an eligible customer whom budget, stock or places did not reach.

    price: yuan of gain that the last yuan of the budget brings; 0 when the budget does not bind.
    """
    gain, cost = yuan_text(gain_fen), yuan_text(policy.cost_fen)
    last_zh = f"（预算的最后一元带来 {price:.2f} 元）" if price > 0 else ""
    last_en = f" (the last yuan of budget brings {price:.2f})" if price > 0 else ""
    return Words(
        zh=f"最合适的「{policy.words.zh}」预计净收益 {gain} 元、成本 {cost} 元，"
        f"但预算或名额已用于收益更高的客户{last_zh}",
        en=f"the best offer, {policy.words.en}, would gain {gain} yuan at a cost of {cost}, but budget or "
        f"places went to customers who gain more{last_en}",
    )
