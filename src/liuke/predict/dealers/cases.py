"""The case file of a dealer: what was found in a sentence, figures, a chart, the customers one by one."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from liuke.kernel.money import yuan_from_fen, yuan_text
from liuke.kernel.words import Words
from liuke.predict.dealers.customers import Signed
from liuke.predict.dealers.judging import Judgement
from liuke.predict.dealers.settings import DealerSettings

CHART_DAYS = 10
CHART_AFTER_DAYS = 120
WORTH_A_WORD = 0.05  # p-value of one dealer alone from which words differ; nobody is flagged by it


def write_case(
    signed: Signed, judged: Judgement, q: float, *, as_of: date, settings: DealerSettings
) -> dict[str, Any]:
    """One dealer's row in the shape of DEALER_CASES.

    at_stake: commission paid for those gone in the window; at_stake_excess: its part beyond what was
    expected to be gone anyway. Missing where no commission is known at all.
    """
    flagged = q <= settings.false_discovery
    gone = _gone_after(signed, judged, settings)
    paid_fen = sum(int(each["commission"] * 100) for each in gone)
    excess = max(1 - judged.expected / judged.gone, 0.0) if judged.gone else 0.0
    stake = paid_fen if signed.has_commissions else None
    words = tell_case(judged, q, stake, flagged=flagged, settings=settings)
    return {
        "dealer_id": signed.dealers["dealer_id"][judged.dealer].as_py(),
        "as_of": as_of,
        "name": signed.dealers["name"][judged.dealer].as_py(),
        "assessment_days": judged.assessed,
        "customers": judged.customers,
        "reached": judged.reached,
        "gone_after": judged.gone,
        "expected_after": judged.expected,
        "silent_after": sum(each["kind"] == "dormant" for each in gone),
        "gone_elsewhere": judged.gone_elsewhere,
        "expected_elsewhere": judged.expected_elsewhere,
        "p_level": judged.p_level,
        "p_custom": judged.p_custom,
        "q_value": q,
        "flagged": flagged,
        "at_stake": None if stake is None else yuan_from_fen(stake),
        "at_stake_excess": None if stake is None else yuan_from_fen(round(stake * excess)),
        "why": words.en,
        "why_zh": words.zh,
        "chart": draw_chart(judged),
        "gone": gone,
    }


def draw_chart(judged: Judgement) -> list[dict[str, Any]]:
    """Customers watched, gone and expected in steps of ten days around the assessment day (day 0)."""
    ages = judged.by_age
    first = judged.assessed % CHART_DAYS
    last = min(judged.assessed + CHART_AFTER_DAYS, len(ages.gone))
    return [
        {
            "day": start - judged.assessed,
            "watched": int(ages.watched[start]),
            "gone": int(ages.gone[start : start + CHART_DAYS].sum()),
            "expected": round(float(ages.expected[start : start + CHART_DAYS].sum()), 3),
        }
        for start in range(first, last, CHART_DAYS)
    ]


def tell_case(
    judged: Judgement, q: float, stake_fen: int | None, *, flagged: bool, settings: DealerSettings
) -> Words:
    """What was found of a dealer, in a few sentences with their figures."""
    window = settings.window_days
    zh = (
        f"{judged.reached} 位客户满 {judged.assessed} 天考核期；"
        f"之后 {window} 天内离网或停用 {judged.gone} 位，"
        f"同月、同套餐、同地区的其他渠道客户折算应为 {judged.expected:.1f} 位；"
        f"其他时段 {judged.gone_elsewhere} 位，应为 {judged.expected_elsewhere:.1f} 位。"
    )
    en = (
        f"{judged.reached} customers reached their assessment on day {judged.assessed}; in the {window} days "
        f"after it {judged.gone} left or fell silent, where {judged.expected:.1f} were expected from matched "
        f"customers of other dealers; at other ages {judged.gone_elsewhere}, expected "
        f"{judged.expected_elsewhere:.1f}."
    )
    verdict = _verdict(judged, q, flagged=flagged)
    money = _money(stake_fen) if judged.gone else None
    return Words(
        zh=zh + verdict.zh + (money.zh if money else ""),
        en=" ".join([en, verdict.en, *([money.en] if money else [])]),
    )


def _verdict(judged: Judgement, q: float, *, flagged: bool) -> Words:
    if flagged:
        return Words(
            zh=f"考核后的离网明显偏多，也不像该渠道一贯的水平（校正后 q = {q:.2g}），应予核查。",
            en=f"That is too many, and not this dealer's custom (adjusted q = {q:.2g}): look into it.",
        )
    if judged.p <= WORTH_A_WORD:
        return Words(
            zh=f"单独看可疑（p = {judged.p:.2g}），与众多渠道一并考察还不足为凭（q = {q:.2g}），可继续观察。",
            en=f"Suspect alone (p = {judged.p:.2g}), not enough among so many (q = {q:.2g}): watch it.",
        )
    if judged.p_level <= WORTH_A_WORD:
        return Words(
            zh="离网虽多，但在各个时段都多，看不出与考核日有关。",
            en="Many leave, but at every age: nothing ties it to the assessment day.",
        )
    return Words(zh="没有超出偶然的范围。", en="No more than chance explains.")


def _money(stake_fen: int | None) -> Words:
    if stake_fen is None:
        return Words(zh="涉及佣金未知：没有佣金数据。", en="Commission at stake unknown: none was loaded.")
    text = yuan_text(stake_fen)
    return Words(zh=f"为这些客户已付佣金 {text} 元。", en=f"Commission paid for them: {text} yuan.")


def _gone_after(signed: Signed, judged: Judgement, settings: DealerSettings) -> list[dict[str, Any]]:
    lives = signed.lives
    since = lives.leaves - judged.assessed
    mine = (lives.dealer == judged.dealer) & lives.is_gone & (lives.enters <= lives.leaves)
    mine &= (since >= 0) & (since < settings.window_days) & (lives.leaves < settings.longest_days)
    rows = np.flatnonzero(mine)
    rows = rows[np.argsort(since[rows], kind="stable")]
    found = []
    for row, told in zip(rows.tolist(), signed.customers.take(rows).to_pylist(), strict=True):
        opened_on = told["opened_at"].date()
        found.append(
            {
                "customer_id": told["customer_id"],
                "opened_on": opened_on,
                "gone_on": opened_on + timedelta(days=int(lives.leaves[row])),
                "kind": told["kind"],
                "days_after": int(since[row]),
                "commission": yuan_from_fen(told["paid_fen"]).quantize(Decimal("0.01")),
            }
        )
    return found
