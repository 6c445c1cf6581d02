"""What a model card says of lifetimes: how far they were learned, and whether a year came as was said."""

from collections.abc import Mapping
from typing import Any

from liuke.kernel.words import Language, Words
from liuke.predict.unknowns import say_unknown

Row = tuple[str, ...]

_HEAD = Words(zh="月份 人数 离开", en="Months Rows Leavers")
_CAPTION = Words(zh="更远月份的学习数据", en="Learned of the months beyond the list")


def lifetime_lines(card: Mapping[str, Any], language: Language) -> list[str]:
    """Sentences; none where the method knows no lifetimes."""
    told = card.get("lifetime")
    if told is None:
        return []
    if not told.get("learned"):
        return [f"{say_unknown(told['why_empty'], language)}."]
    month = told["carried_on_after_month"]
    carried = Words(
        zh=f"第 {month} 个月以后沿用最后一段的离开概率, 会低估停留很久的客户。",
        en=f"Beyond month {month} the last chance of leaving is carried on, which understates long stays.",
    )
    return [carried.say(language), _judged(told["judged"], language)]


def _judged(judged: Mapping[str, Any], language: Language) -> str:
    if judged.get("why_empty"):
        why = say_unknown(judged["why_empty"], language)
        return Words(zh=f"尚未评判: {why}。", en=f"Not judged yet: {why}.").say(language)
    day, month, n = judged["judged_as_of"], judged["until_month"], f"{judged['n']:,}"
    said = f"{judged['said_to_stay']:.1%}"
    did = f"{judged['stayed']:.1%} ({judged['stayed_low']:.1%}–{judged['stayed_high']:.1%})"
    return Words(
        zh=f"{day} 的 {n} 位客户预计 {said} 留到第 {month} 个月, 实际 {did}。",
        en=f"Of {n} customers of {day}, {said} were to stay to month {month}; {did} did.",
    ).say(language)


def lifetime_table(card: Mapping[str, Any], language: Language) -> tuple[str, Row, tuple[Row, ...]] | None:
    """What each stretch of months was learned from."""
    told = card.get("lifetime") or {}
    rows = tuple(
        (f"({each['after']}, {each['until']}]", f"{each['rows']:,}", f"{each['leavers']:,}")
        for each in told.get("learned") or ()
    )
    return (_CAPTION.say(language), tuple(_HEAD.say(language).split()), rows) if rows else None
