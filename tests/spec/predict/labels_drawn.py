"""What became of a customer, drawn: companies, and what is said of their customers as of 1 March 2026.

Every table is a test (test_labels_drawn.py) and a part of the reference (docs/reference/labels.*.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from liuke.kernel.words import Words

AS_OF = date(2026, 3, 1)
LATER = date(2026, 8, 1)
TERMS: Mapping[str, Any] = {
    "method": "rolling",
    "voluntary": {"statuses": ["closed_voluntary"]},
    "involuntary": {"statuses": ["closed_involuntary"]},
    "dormant": {"silent_days": 60, "events": ["voice"]},
    "diverted": {"statuses": ["closed_diverted"]},
    "reentry": {"correct": True, "within_days": 30, "minimum_probability": 0.8},
}


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One drawn company. given: canonical tables, and `matches` of re-entry. says: one row per customer at
    risk as of the day; who is not in it had left before. changes: to the terms of leaving."""

    title: Words
    because: Words
    given: Mapping[str, str]
    says: str
    known_by: date = LATER
    changes: Mapping[str, Any] = field(default_factory=dict)


def drawn(zh: str, en: str, *, zh_why: str, en_why: str, **parts: Any) -> Drawn:
    return Drawn(title=Words(zh=zh, en=en), because=Words(zh=zh_why, en=en_why), **parts)


EDGES = drawn(
    "窗口的首尾时刻",
    "The first and the last instant of each window",
    zh_why="窗口左闭右开：一个月为 [3 月 1 日, 4 月 1 日)。3 月 1 日之前已离开的客户不再预测。",
    en_why=(
        "Windows are half open: one month is [1 March, 1 April). Nobody is foretold who left before 1 March."
    ),
    given={
        "statuses": """
            customer_id | account_id | happened_at         | status
            ann         | a1         | 2026-02-28 23:59:59 | closed_voluntary
            bob         | b1         | 2026-03-01 00:00:00 | closed_voluntary
            cai         | c1         | 2026-03-31 23:59:59 | closed_involuntary
            dai         | d1         | 2026-04-01 00:00:00 | closed_involuntary
            eve         | e1         | 2026-04-30 23:59:59 | closed_diverted
            fay         | f1         | 2026-05-01 00:00:00 | closed_diverted
            gus         | g1         | 2026-05-31 23:59:59 | closed_voluntary
            hui         | h1         | 2026-06-01 00:00:00 | closed_voluntary
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        bob         | true    | true    | true    | voluntary
        cai         | true    | true    | true    | involuntary
        dai         | false   | true    | true    | involuntary
        eve         | false   | true    | true    | diverted
        fay         | false   | false   | true    | diverted
        gus         | false   | false   | true    | voluntary
        hui         | false   | false   | false   |
    """,
)

SILENCE = drawn(
    "沉默满 60 天的时刻",
    "The instant at which a silence of 60 days is complete",
    zh_why=(
        "沉默离网发生在最后一次使用满 60 天之时。恰在满期那一刻的使用来不及阻止（eve），早一秒则可以（fay）；"
        "从未使用过的客户（hui）不称为沉默。"
    ),
    en_why=(
        "A silent customer leaves when 60 days have passed since the last use. A use on that very instant "
        "comes too late (eve), one a second earlier does not (fay). Who was never heard of (hui) is not "
        "called silent."
    ),
    given={
        "customers": """
            customer_id
            ann
            bob
            cai
            dai
            eve
            fay
            gus
            hui
        """,
        "events": """
            customer_id | happened_at         | kind
            ann         | 2025-12-30 23:59:59 | voice
            bob         | 2025-12-31 00:00:00 | voice
            cai         | 2026-01-30 23:59:59 | voice
            dai         | 2026-01-31 00:00:00 | voice
            eve         | 2026-01-10 08:00:00 | voice
            eve         | 2026-03-11 08:00:00 | voice
            fay         | 2026-01-10 08:00:00 | voice
            fay         | 2026-03-11 07:59:59 | voice
            gus         | 2026-02-15 00:00:00 | voice
            gus         | 2026-04-02 00:00:00 | voice
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        bob         | true    | true    | true    | dormant
        cai         | true    | true    | true    | dormant
        dai         | false   | true    | true    | dormant
        eve         | true    | true    | true    | dormant
        fay         | false   | false   | true    | dormant
        gus         | false   | false   | false   |
        hui         | false   | false   | false   |
    """,
)

GAP = drawn(
    "间隔期内离开",
    "Leaving in the gap",
    zh_why=(
        "gap_days = 14 时窗口从 3 月 15 日开始。间隔期内离开的客户既不算离开也不算留下——来不及挽留，"
        "即使之后再次离开（fay）。"
    ),
    en_why=(
        "With gap_days = 14 the windows open on 15 March. Who leaves in the gap neither left nor stayed, "
        "since nobody could have acted; not even when they come back and leave again (fay)."
    ),
    changes={"gap_days": 14},
    given={
        "statuses": """
            customer_id | account_id | happened_at         | status
            ann         | a1         | 2026-03-01 00:00:00 | closed_voluntary
            bob         | b1         | 2026-03-14 23:59:59 | closed_diverted
            cai         | c1         | 2026-03-15 00:00:00 | closed_diverted
            dai         | d1         | 2026-04-14 23:59:59 | closed_involuntary
            eve         | e1         | 2026-04-15 00:00:00 | closed_involuntary
            fay         | f1         | 2026-03-10 00:00:00 | closed_voluntary
            fay         | f1         | 2026-03-12 00:00:00 | open
            fay         | f1         | 2026-03-20 00:00:00 | closed_voluntary
            hui         | h1         | 2026-06-15 00:00:00 | closed_voluntary
        """,
        "events": """
            customer_id | happened_at | kind
            gus         | 2026-01-05  | voice
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        ann         |         |         |         |
        bob         |         |         |         |
        cai         | true    | true    | true    | diverted
        dai         | true    | true    | true    | involuntary
        eve         | false   | true    | true    | involuntary
        fay         |         |         |         |
        gus         |         |         |         |
        hui         | false   | false   | false   |
    """,
)

RETURNS = drawn(
    "两次离开与复开",
    "Leaving twice, and opened again",
    zh_why=(
        "窗口内最早的一次离开为准。2 月离开又复开的客户（bob）可以再次离开；3 月 1 日零点才复开的（cai）"
        "此前尚未回来。另有账户在用（eve），或同一时刻换开账户（fay），都不是离开。"
    ),
    en_why=(
        "The first leaving in the window counts. Who left and was opened again in February (bob) may leave "
        "again; who was opened on the first instant of 1 March (cai) was not back before it. With another "
        "account open (eve), or opened on the same instant (fay), nobody leaves."
    ),
    given={
        "accounts": """
            customer_id | account_id | opened_at
            eve         | e1         | 2020-01-01
            eve         | e2         | 2020-01-01
            fay         | f1         | 2020-01-01
            fay         | f2         | 2026-03-10
        """,
        "statuses": """
            customer_id | account_id | happened_at | status
            ann         | a1         | 2026-03-10  | closed_voluntary
            ann         | a1         | 2026-03-20  | open
            ann         | a1         | 2026-04-10  | closed_diverted
            bob         | b1         | 2026-02-10  | closed_voluntary
            bob         | b1         | 2026-02-20  | open
            bob         | b1         | 2026-05-10  | closed_involuntary
            cai         | c1         | 2026-02-10  | closed_voluntary
            cai         | c1         | 2026-03-01  | open
            dai         | d1         | 2026-03-10  | closed_voluntary
            dai         | d1         | 2026-03-11  | open
            eve         | e1         | 2026-03-10  | closed_voluntary
            fay         | f1         | 2026-03-10  | closed_voluntary
        """,
        "events": """
            customer_id | happened_at | kind
            bob         | 2026-04-01  | voice
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    | true    | true    | voluntary
        bob         | false   | false   | true    | involuntary
        dai         | true    | true    | true    | voluntary
        eve         | false   | false   | false   |
        fay         | false   | false   | false   |
    """,
)
