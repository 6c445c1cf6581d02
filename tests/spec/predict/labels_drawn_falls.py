"""Diverted without a closing, drawn: a fall of use or of balances after a sign of a competitor."""

from collections.abc import Mapping
from typing import Any

from tests.spec.predict.labels_drawn import TERMS, drawn

_USE = {
    "of": "use",
    "kinds": ["voice"],
    "drop": 0.5,
    "months": 1,
    "at_least": 2,
    "signs": ["port_query"],
    "numbers": ["10010"],
    "sign_months": 2,
}
_BALANCES = {
    "of": "balances",
    "kinds": ["deposit"],
    "drop": 0.6,
    "months": 1,
    "at_least": 100,
    "signs": ["transfer_out"],
    "counterparts": ["Other Bank"],
    "sign_months": 1,
}


def _declaring(share_drop: Mapping[str, Any]) -> dict[str, Any]:
    return {"dormant": None, "diverted": {**TERMS["diverted"], "share_drop": dict(share_drop)}}


FALLEN_USE = drawn(
    "未销户而转网：用量骤降",
    "Gone to a competitor with the account still open: use falls",
    zh_why=(
        "声明 [diverted.share_drop] 后：一个月的用量比之前 months 个月的均值至少少 drop，且该月或之前一月"
        "（sign_months = 2）有携转查询或拨打过竞争对手的号码，即于该月最后一刻离开（ann、cai、kim）；3 月 1 "
        "日已看得到 2 月的下降（fay），此人那时已经离开。没"
        "有迹象（bob）、迹象过早（dai）、本来就少用（eve）都不算。降后有一个月回到原水平以上，那个月最后一刻"
        "起算回来（ivy、hui）。"
    ),
    en_why=(
        "Where [diverted.share_drop] is declared: who in a month falls short of the mean of the `months` "
        "before by the share `drop`, with a question about porting or a call to a competitor's number in "
        "that month or the one before (sign_months = 2), left on its last instant (ann, cai, kim). On "
        "1 March the fall of February is seen: that customer (fay) is gone by then. "
        "Without a sign (bob), after one too old (dai) or from little use (eve) nobody does. After a "
        "month above the level fallen to the customer is back, from its last instant on (ivy, hui)."
    ),
    changes=_declaring(_USE),
    given={
        "events": """
            customer_id | happened_at         | kind
            ann         | 2026-02-10          | voice
            ann         | 2026-02-28 23:59:59 | voice
            ann         | 2026-03-01 00:00:00 | voice
            ann         | 2026-03-20          | port_query
            bob         | 2026-02-10          | voice
            bob         | 2026-02-11          | voice
            bob         | 2026-03-11          | voice
            cai         | 2026-02-10          | voice
            cai         | 2026-02-11          | voice
            cai         | 2026-02-01          | port_query
            dai         | 2026-02-10          | voice
            dai         | 2026-02-11          | voice
            dai         | 2026-01-31 23:59:59 | port_query
            eve         | 2026-02-10          | voice
            eve         | 2026-03-20          | port_query
            fay         | 2026-01-10          | voice
            fay         | 2026-01-11          | voice
            fay         | 2026-02-11          | voice
            fay         | 2026-02-20          | port_query
            gus         | 2025-12-10          | voice
            gus         | 2025-12-11          | voice
            gus         | 2026-01-20          | port_query
            hui         | 2025-12-10          | voice
            hui         | 2025-12-11          | voice
            hui         | 2026-01-20          | port_query
            hui         | 2026-02-10          | voice
            hui         | 2026-02-11          | voice
            ivy         | 2025-11-10          | voice
            ivy         | 2025-11-11          | voice
            ivy         | 2025-12-20          | port_query
            ivy         | 2026-01-10          | voice
            ivy         | 2026-01-11          | voice
            kim         | 2026-02-10          | voice
            kim         | 2026-02-11          | voice
        """,
        "circles": """
            customer_id | counterpart | happened_at | times
            bob         | 13900000001 | 2026-03-01  | 5
            kim         | 10010       | 2026-03-01  | 1
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    | true    | true    | diverted
        bob         | false   | false   | false   |
        cai         | true    | true    | true    | diverted
        dai         | false   | false   | false   |
        eve         | false   | false   | false   |
        hui         | false   | false   | false   |
        ivy         | false   | false   | false   |
        kim         | true    | true    | true    | diverted
    """,
)

FALLEN_BALANCES = drawn(
    "未销户而转走：余额骤降",
    "Gone to a competitor with the account still open: balances fall",
    zh_why=(
        'of = "balances" 时比较月末余额，单位元：每个账户取月末前最后一次余额。转往声明的对手（Other Bank'
        "）才是迹象，转往别处（bob）不是。恰好降到 40%（dai）算，多一分（cai）不算；上月余额未知时无从比"
        "较（eve 从 4 月起才能）。"
    ),
    en_why=(
        'With of = "balances" the ends of months are compared, in yuan: of each account the last balance '
        "before it. Only a transfer to a declared counterpart (Other Bank) is a sign, one to elsewhere "
        "(bob) is not. Down to exactly 40 % (dai) is a fall, a fen above (cai) is none. Where the month "
        "before is not known nothing is compared (eve, until April)."
    ),
    changes=_declaring(_BALANCES),
    given={
        "balances": """
            customer_id | account_id | asset_class | happened_at | amount_fen
            ann         | a1         | deposit     | 2026-01-15  | 70000
            ann         | a2         | deposit     | 2026-01-20  | 30000
            ann         | a1         | deposit     | 2026-03-10  | 0
            ann         | a1         | fund        | 2026-03-10  | 900000
            bob         | b1         | deposit     | 2026-01-15  | 100000
            bob         | b1         | deposit     | 2026-03-10  | 0
            cai         | c1         | deposit     | 2026-01-15  | 100000
            cai         | c1         | deposit     | 2026-03-10  | 40001
            dai         | d1         | deposit     | 2026-01-15  | 100000
            dai         | d1         | deposit     | 2026-03-10  | 40000
            eve         | e1         | deposit     | 2026-03-05  | 100000
            eve         | e1         | deposit     | 2026-04-10  | 20000
            fay         | f1         | deposit     | 2026-01-15  | 9999
            fay         | f1         | deposit     | 2026-03-10  | 0
        """,
        "events": """
            customer_id | happened_at | kind         | counterpart
            ann         | 2026-03-09  | transfer_out | Other Bank
            bob         | 2026-03-09  | transfer_out | Wallet
            cai         | 2026-03-09  | transfer_out | Other Bank
            dai         | 2026-03-09  | transfer_out | Other Bank
            eve         | 2026-03-09  | transfer_out | Other Bank
            eve         | 2026-04-09  | transfer_out | Other Bank
            fay         | 2026-03-09  | transfer_out | Other Bank
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    | true    | true    | diverted
        bob         | false   | false   | false   |
        cai         | false   | false   | false   |
        dai         | true    | true    | true    | diverted
        eve         | false   | true    | true    | diverted
        fay         | false   | false   | false   |
    """,
)

FALLEN_OR_CLOSED = drawn(
    "骤降之后沉默或销户",
    "Silent or closed after a fall",
    zh_why=(
        "降后再沉默不是又一次离开（ann），也仍不在网，直到用量回升；先沉默的（bob）不再算转网；没有开着的"
        "账户时不算（cai）。在那个月里销户的算销户（dai），之后才销户的先算转网（eve）。"
    ),
    en_why=(
        "Silence after a fall is not a second leaving (ann), who stays away until use recovers; who was "
        "silent before (bob) is not diverted any more, nor anybody without an open account (cai). Closed "
        "within the month, the closing counts (dai); closed after it, the fall was first (eve)."
    ),
    changes=_declaring(_USE) | {"dormant": {"silent_days": 60, "events": ["voice"]}},
    given={
        "statuses": """
            customer_id | account_id | happened_at | status
            cai         | c1         | 2026-03-20  | closed_voluntary
            dai         | d1         | 2026-03-31  | closed_involuntary
            eve         | e1         | 2026-04-01  | closed_involuntary
        """,
        "events": """
            customer_id | happened_at | kind
            ann         | 2026-02-27  | voice
            ann         | 2026-02-28  | voice
            ann         | 2026-03-20  | port_query
            bob         | 2026-01-10  | voice
            bob         | 2026-01-11  | voice
            bob         | 2026-03-20  | port_query
            cai         | 2026-02-27  | voice
            cai         | 2026-02-28  | voice
            cai         | 2026-03-10  | port_query
            dai         | 2026-02-27  | voice
            dai         | 2026-02-28  | voice
            dai         | 2026-03-10  | port_query
            eve         | 2026-02-27  | voice
            eve         | 2026-02-28  | voice
            eve         | 2026-03-10  | port_query
        """,
    },
    says="""
        customer_id | left_1m | left_2m | left_3m | kind
        ann         | true    | true    | true    | diverted
        bob         | true    | true    | true    | dormant
        cai         | true    | true    | true    | voluntary
        dai         | true    | true    | true    | involuntary
        eve         | true    | true    | true    | diverted
    """,
)

FALLS = (FALLEN_USE, FALLEN_BALANCES, FALLEN_OR_CLOSED)
