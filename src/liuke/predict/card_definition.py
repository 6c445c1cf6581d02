"""What leaving means, in sentences for the model card."""

from collections.abc import Iterator

from liuke.kernel.words import Language, Words
from liuke.predict.churn import ChurnDefinition, Closing, Kind, Returning, ShareDrop

_KINDS: dict[Kind, Words] = {
    "voluntary": Words(zh="主动离网", en="Voluntary"),
    "involuntary": Words(zh="被动离网", en="Involuntary"),
    "dormant": Words(zh="沉默", en="Dormant"),
    "diverted": Words(zh="携号转网", en="Diverted"),
}


def say_definition(definition: ChurnDefinition, language: Language) -> list[str]:
    """Each kind of leaving, the windows in which it counts and what is no loss, a sentence each."""
    return [words.say(language) for words in _sentences(definition)]


def _sentences(definition: ChurnDefinition) -> Iterator[Words]:
    for kind in definition.kinds:
        yield _say_kind(kind, definition)
    if definition.share_drop:
        yield _say_fall(definition.share_drop)
    yield _say_windows(definition)
    yield _say_returns(definition.reentry)


def _say_kind(kind: Kind, definition: ChurnDefinition) -> Words:
    name = _KINDS[kind]
    part = getattr(definition, kind)
    if isinstance(part, Closing):
        statuses = ", ".join(part.statuses)
        return Words(
            zh=f"{name.zh}: 账户状态变为 {statuses}。",
            en=f"{name.en}: the account's status becomes {statuses}.",
        )
    events = ", ".join(part.events)
    return Words(
        zh=f"{name.zh}: 账户仍在, 连续 {part.silent_days} 天没有 {events}。",
        en=f"{name.en}: the account is open, and for {part.silent_days} days there was no {events}.",
    )


def _say_fall(drop: ShareDrop) -> Words:
    of = Words(zh="余额", en="balances") if drop.of == "balances" else Words(zh="使用量", en="use")
    signs = ", ".join((*drop.signs, *drop.counterparts, *drop.numbers))
    return Words(
        zh=f"携号转网还包括: 一个月的{of.zh}比前 {drop.months} 个月的均值 (至少 {drop.at_least:g})"
        f" 少 {drop.drop:.0%} 以上, 且 {drop.sign_months} 个月内有转向竞争对手的迹象: {signs}。",
        en=f"Diverted, too: a month falls in {of.en} by {drop.drop:.0%} or more below the mean of the"
        f" {drop.months} months before it (at least {drop.at_least:g}), and within {drop.sign_months} months"
        f" there was a sign of a competitor: {signs}.",
    )


def _say_windows(definition: ChurnDefinition) -> Words:
    months = ", ".join(str(each) for each in definition.horizons)
    if not definition.gap_days:
        return Words(
            zh=f"观察窗口: 自截止日起 {months} 个月, 含首日、不含末日。",
            en=f"Windows: {months} months from the as-of day on; the last day is not counted.",
        )
    gap = definition.gap_days
    return Words(
        zh=f"观察窗口: 截止日后先空出 {gap} 天, 再看 {months} 个月, 含首日、不含末日。",
        en=f"Windows: {months} months, after {gap} days left out; the last day is not counted.",
    )


def _say_returns(reentry: Returning) -> Words:
    if not reentry.correct:
        return Words(
            zh="离开后换号再入网的, 仍算离网。",
            en="Who leaves and comes back under a new number counts as left.",
        )
    days, probability = reentry.within_days, reentry.minimum_probability
    return Words(
        zh=f"离开后 {days} 天内换号再入网、匹配概率不低于 {probability:.0%} 的, 不算离网。",
        en=f"Who is recognised under a new number opened within {days} days after leaving, with a probability"
        f" of {probability:.0%} or more, did not leave.",
    )
