"""Why a newcomer is taken for a former customer, in words a person can check."""

from collections.abc import Iterator

import numpy as np

from liuke.kernel.words import Words
from liuke.predict.reentry.comparing import FIELDS, UNKNOWN, Pairs
from liuke.predict.reentry.linkage import Linkage

_AGREES = {
    ("device", 1): Words(zh="使用同一部终端", en="uses the same device"),
    ("identity", 1): Words(zh="证件号码相同", en="has the same identity number"),
    ("home", 1): Words(zh="地址相同", en="has the same address"),
    ("home", 2): Words(zh="由同一账户缴费", en="is paid for from the same account"),
    ("home", 3): Words(
        zh="地址相同，并由同一账户缴费", en="has the same address and is paid for from the same account"
    ),
}
_DIFFERS = {
    "device": Words(zh="终端不同", en="uses another device"),
    "identity": Words(zh="证件号码不同", en="has another identity number"),
    "home": Words(zh="地址和缴费账户都不同", en="has another address and another paying account"),
    "contact": Words(zh="没有共同的少见联系人", en="shares no rare contact"),
}


_CONFIRMED = Words(zh="经人工确认为同一人", en="confirmed by a person to be the same customer")


def tell_evidence(pairs: Pairs, at: int, linkage: Linkage, *, confirmed: bool) -> list[dict[str, object]]:
    """What speaks for and against one pair, the strongest first: code, both texts, bits for one person.

    A person's word stands before all of it and weighs no bits: it is not learned from.
    """
    told = [
        {"code": field, "text_zh": words.zh, "text_en": words.en, "bits": bits}
        for field, words, bits in _fields(pairs, at, linkage)
    ]
    told.sort(key=lambda each: -abs(float(str(each["bits"]))))
    said = {"code": "verdict", "text_zh": _CONFIRMED.zh, "text_en": _CONFIRMED.en, "bits": 0.0}
    return [said, *told] if confirmed else told


def _fields(pairs: Pairs, at: int, linkage: Linkage) -> Iterator[tuple[str, Words, float]]:
    levels = pairs.levels[at].astype(np.int64)
    bits = linkage.weights(levels)
    for field, level in zip(FIELDS, levels.tolist(), strict=True):
        if level != UNKNOWN:
            yield field, _words(field, level, pairs, at), bits[field]


def _words(field: str, level: int, pairs: Pairs, at: int) -> Words:
    if field == "gap":
        return _gap(int(pairs.gap_days[at]))
    if level == 0:
        return _DIFFERS[field]
    if field == "contact":
        return _contacts(int(pairs.numbers[at]), int(pairs.rarest[at]))
    return _AGREES[field, level]


def _contacts(numbers: int, rarest: int) -> Words:
    return Words(
        zh=f"有 {numbers} 个共同联系人，其中最少见的全网只有 {rarest} 位客户联系",
        en=f"shares {numbers} contact{'s' * (numbers != 1)}, the rarest known to {rarest} customers in all",
    )


def _gap(days: int) -> Words:
    if days < 0:
        return Words(
            zh=f"旧号最后使用前 {-days} 天开户",
            en=f"opened {-days} days before the last use of the old number",
        )
    return Words(
        zh=f"旧号最后使用后 {days} 天开户", en=f"opened {days} days after the last use of the old number"
    )
