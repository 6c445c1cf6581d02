"""More of what became of a customer, drawn: silence, one instant, lateness, returns, windows not over."""

from datetime import date

from tests.spec.predict.labels_drawn import EDGES, GAP, RETURNS, SILENCE, Drawn, drawn
from tests.spec.predict.labels_drawn_falls import FALLS

SILENT_WHILE_CLOSED = drawn(
    "销户期间的沉默",
    "Silent while closed",
    zh_why=(
        "没有开着的账户就不会沉默（ann）；复开算作一次动静，沉默从复开算起（bob）。"
        "沉默满期的同一时刻销户，算销户（cai）；晚一秒销户，沉默在先（dai）。"
    ),
    en_why=(
        "Nobody falls silent without an open account (ann); being opened again is a sign of life, from which "
        "silence is measured (bob). Closed on the instant at which silence is complete, the closing counts "
        "(cai); closed a second later, the silence was first (dai)."
    ),
    given={
        "statuses": """
            customer_id | account_id | happened_at         | status
            ann         | a1         | 2026-03-10          | closed_voluntary
            bob         | b1         | 2026-02-10          | closed_voluntary
            bob         | b1         | 2026-02-20          | open
            cai         | c1         | 2026-03-31          | closed_voluntary
            dai         | d1         | 2026-03-31 00:00:01 | closed_voluntary
        """,
        "events": """
            customer_id | happened_at | kind
            ann         | 2026-02-01  | voice
            bob         | 2026-01-30  | voice
            cai         | 2026-01-30  | voice
            dai         | 2026-01-30  | voice
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    | true    | true    | voluntary
        bob         | false   | true    | true    | dormant
        cai         | true    | true    | true    | voluntary
        dai         | true    | true    | true    | dormant
    """,
)

AT_ONE_INSTANT = drawn(
    "同一时刻的几种离开",
    "Several ways at one instant",
    zh_why="几个账户同一时刻关闭时，以最能说明去向者为准：携号转网先于主动，主动先于被动，与账户编号无关。",
    en_why=(
        "Of accounts closed at one instant the most telling names the way: to a competitor before the "
        "customer's own will, that before the operator's; whatever the numbers of the accounts."
    ),
    given={
        "statuses": """
            customer_id | account_id | happened_at | status
            ann         | a1         | 2026-03-10  | closed_voluntary
            ann         | a2         | 2026-03-10  | closed_diverted
            bob         | b1         | 2026-03-10  | closed_diverted
            bob         | b2         | 2026-03-10  | closed_voluntary
            cai         | c1         | 2026-03-10  | closed_involuntary
            cai         | c2         | 2026-03-10  | closed_diverted
            dai         | d1         | 2026-03-10  | closed_voluntary
            dai         | d2         | 2026-03-10  | closed_involuntary
            eve         | e1         | 2026-03-10  | closed_diverted
            eve         | e2         | 2026-03-11  | closed_voluntary
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    | true    | true    | diverted
        bob         | true    | true    | true    | diverted
        cai         | true    | true    | true    | diverted
        dai         | true    | true    | true    | voluntary
        eve         | true    | true    | true    | voluntary
    """,
)

KNOWN_LATE = drawn(
    "迟到的消息",
    "Known late",
    zh_why=(
        "以 6 月 1 日零点前知悉者为准（ann），之后才知悉的不算（bob）。"
        "3 月 1 日之后才知道其 2 月已离开的（cai），当时仍在预测之列，但既不算离开也不算留下；"
        "3 月 1 日前已回来的（dai）照常。迟到的通话打断沉默（eve）。"
    ),
    en_why=(
        "What was known before midnight of 1 June counts (ann), not what became known on it (bob). Who turns "
        "out to have left in February (cai) was foretold as far as one knew, but neither left nor stayed; "
        "who was back before 1 March (dai) is judged like others. A call told late breaks a silence (eve)."
    ),
    known_by=date(2026, 6, 1),
    given={
        "statuses": """
            customer_id | account_id | happened_at         | known_at            | status
            ann         | a1         | 2026-03-10          | 2026-05-31 23:59:59 | closed_voluntary
            bob         | b1         | 2026-03-10          | 2026-06-01 00:00:00 | closed_voluntary
            cai         | c1         | 2026-02-20          | 2026-03-01 00:00:00 | closed_diverted
            dai         | d1         | 2026-02-10          | 2026-03-05 00:00:00 | closed_voluntary
            dai         | d1         | 2026-02-20          | 2026-03-05 00:00:00 | open
        """,
        "events": """
            customer_id | happened_at | known_at   | kind
            dai         | 2026-04-10  | 2026-04-10 | voice
            eve         | 2026-02-01  | 2026-02-01 | voice
            eve         | 2026-03-20  | 2026-05-20 | voice
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    | true    | true    | voluntary
        bob         | false   | false   | false   |
        cai         |         |         |         |
        dai         | false   | false   | false   |
        eve         | false   | false   | true    | dormant
    """,
)

REENTERED = drawn(
    "换号重入网",
    "Back under a new number",
    zh_why=(
        "30 天内以新号入网、把握不低于 0.8 的，视为没有离开（ann、bob：旧号离开前就办了新号）；"
        "恰满 30 天（cai）、把握不足（dai）的不算。"
        "匹配只用当时已能认出的。"
    ),
    en_why=(
        "Who opened a new number within 30 days, with a match of 0.8 or more, did not leave (ann; bob, who "
        "bought the new number before leaving); not so on the instant at which the days are over (cai), nor "
        "with a weaker match (dai). Only matches that could be told by then count."
    ),
    given={
        "statuses": """
            customer_id | account_id | happened_at         | status
            ann         | a1         | 2026-03-10 09:00:00 | closed_voluntary
            bob         | b1         | 2026-04-10 09:00:00 | closed_involuntary
            cai         | c1         | 2026-03-10 09:00:00 | closed_voluntary
            dai         | d1         | 2026-03-10 09:00:00 | closed_diverted
        """,
        "matches": """
            customer_id | former_id | left_at             | opened_at           | probability
            new-ann     | ann       | 2026-03-10 09:00:00 | 2026-04-09 08:59:59 | 0.80
            new-bob     | bob       | 2026-04-10 09:00:00 | 2026-03-20 00:00:00 | 0.95
            new-cai     | cai       | 2026-03-10 09:00:00 | 2026-04-09 09:00:00 | 0.99
            new-dai     | dai       | 2026-03-10 09:00:00 | 2026-03-11 00:00:00 | 0.79
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | false   | false   | false   |
        bob         | false   | false   | false   |
        cai         | true    | true    | true    | voluntary
        dai         | true    | true    | true    | diverted
    """,
)

_ONE_LEAVES_EACH_MONTH = {
    "statuses": """
        customer_id | account_id | happened_at | status
        ann         | a1         | 2026-03-10  | closed_voluntary
        bob         | b1         | 2026-04-10  | closed_diverted
        cai         | c1         | 2026-08-10  | closed_voluntary
    """,
}


def _not_over(known_by: date, says: str) -> Drawn:
    day = f"{known_by.month} 月 {known_by.day} 日"
    return drawn(
        f"截至 {day}所知",
        f"As known by {known_by.day} {known_by:%B}",
        zh_why="未结束的窗口不作结论，已知离开的客户也不例外；方式要等最长的窗口结束。",
        en_why=(
            "A window that is not over says nothing, not even of those known to have left; the way of "
            "leaving waits for the longest window."
        ),
        known_by=known_by,
        given=_ONE_LEAVES_EACH_MONTH,
        says=says,
    )


NOTHING_OVER = _not_over(
    date(2026, 3, 31),
    """
        customer_id | left_1m | left_2m | left_3m | kind
        ann         |         |         |         |
        bob         |         |         |         |
        cai         |         |         |         |
    """,
)
ONE_OVER = _not_over(
    date(2026, 4, 1),
    """
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    |         |         |
        bob         | false   |         |         |
        cai         | false   |         |         |
    """,
)
TWO_OVER = _not_over(
    date(2026, 5, 1),
    """
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    | true    |         |
        bob         | false   | true    |         |
        cai         | false   | false   |         |
    """,
)
ALL_OVER = _not_over(
    date(2026, 6, 1),
    """
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    | true    | true    | voluntary
        bob         | false   | true    | true    | diverted
        cai         | false   | false   | false   |
    """,
)

EVERY: tuple[Drawn, ...] = (
    *(EDGES, SILENCE, GAP, RETURNS, SILENT_WHILE_CLOSED, AT_ONE_INSTANT, KNOWN_LATE, REENTERED),
    *FALLS,
    *(NOTHING_OVER, ONE_OVER, TWO_OVER, ALL_OVER),
)
