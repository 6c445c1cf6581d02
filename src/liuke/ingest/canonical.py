"""The canonical tables: what Liuke calls the things it is told about, whatever a source calls them.

Two clocks stand on every row that is about time: `happened_at` is when it took place,
`known_at` when the company came to know it. A row may be used as of day T when both are
earlier than T's midnight. Instants are in the company's own time zone and carry no zone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pyarrow as pa

from liuke.kernel.words import Words

Kind = Literal["text", "whole", "fen", "number", "flag", "day", "instant"]

ARROW_TYPES: Mapping[Kind, pa.DataType] = MappingProxyType(
    {
        "text": pa.string(),
        "whole": pa.int64(),
        "fen": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "instant": pa.timestamp("us"),
    }
)


@dataclass(frozen=True)
class Column:
    """One column: its name, kind, words, and what its values may be."""

    name: str
    kind: Kind
    words: Words
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CanonicalTable:
    """One canonical table and the grain of its rows.

    key: columns that identify a row. A table without a natural key has `row_key`, made from
        the row's content and its place among equal rows of the same file.
    monthly: stored in one partition for each month of `happened_at`.
    """

    name: str
    words: Words
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    monthly: bool = False

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in self.columns])

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


def _column(declared: str) -> Column:
    """A column from one line: `name! kind zh | en | choice choice`; `!` marks it required."""
    head, en, *choices = (part.strip() for part in declared.split("|"))
    name, kind, zh = head.split(maxsplit=2)
    return Column(
        name=name.removesuffix("!"),
        kind=kind,  # type: ignore[arg-type]  # checked by the assertion below
        words=Words(zh=zh, en=en),
        required=name.endswith("!"),
        choices=tuple(choices[0].split()) if choices else (),
    )


def _table(
    name: str, zh: str, en: str, *, grain: str, key: str, columns: str, monthly: bool = False
) -> CanonicalTable:
    declared = tuple(_column(line) for line in columns.strip().splitlines())
    assert all(column.kind in ARROW_TYPES for column in declared)
    table = CanonicalTable(name, Words(zh=zh, en=en), grain, tuple(key.split()), declared, monthly)
    assert set(table.key) <= {column.name for column in declared}
    return table


_STATUSES = (
    "open suspended_requested suspended_arrears suspended_high_spend diverted "
    "closed_voluntary closed_involuntary"
)
_CONTACT_OUTCOMES = "reached_kept reached_lost reached_refused reached callback unreachable"

_TABLES = (
    _table(
        "customers",
        "客户",
        "customers",
        grain="what was known of one customer from one instant on; the latest known row counts",
        key="customer_id known_at",
        columns="""
            customer_id!    text    客户编号 | customer number
            name            text    姓名 | name
            kind            text    客户类型 | kind of customer | personal corporate government
            sex             text    性别 | sex | female male
            birth_on        day     出生日期 | date of birth
            id_number       text    证件号码 | identity number
            phone           text    电话 | phone
            email           text    电子邮箱 | e-mail
            address         text    地址 | address
            unit_id         text    所属机构 | unit
            manager_id      text    客户经理 | account manager
            opened_at       instant 开户时间 | became a customer at
            special_care    text    特殊关怀标记 | special-care mark | elderly disabled low-income
            do_not_disturb  flag    免打扰 | do not disturb
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "accounts",
        "账户",
        "accounts",
        grain="what was known of one contract or subscription from one instant on",
        key="account_id known_at",
        columns="""
            account_id!     text    账户编号 | account number
            customer_id!    text    客户编号 | customer number
            product         text    产品 | product
            plan            text    套餐 | plan
            brand           text    品牌 | brand
            opened_at       instant 入网时间 | opened at
            contract_end_on day     合约到期日 | contract ends on
            dealer_id       text    渠道商 | dealer
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "statuses",
        "账户状态",
        "account statuses",
        grain="one change of an account's status",
        key="account_id happened_at",
        columns=f"""
            account_id!     text    账户编号 | account number
            customer_id!    text    客户编号 | customer number
            happened_at!    instant 发生时间 | happened at
            status!         text    状态 | status | {_STATUSES}
            reason          text    原因 | reason
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "holdings",
        "持有产品",
        "products held",
        grain="whether an account held a product from one instant on",
        key="account_id product known_at",
        columns="""
            account_id!     text    账户编号 | account number
            customer_id!    text    客户编号 | customer number
            product!        text    产品 | product
            held!           flag    是否持有 | held
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "attributes",
        "其他属性",
        "other attributes",
        grain="one named value of one customer from one instant on, for what has no column of its own",
        key="customer_id name known_at",
        columns="""
            customer_id!    text    客户编号 | customer number
            name!           text    属性名 | attribute
            value_text      text    文字值 | value as text
            value_number    number  数值 | value as number
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "relations",
        "客户关系",
        "relations",
        grain="what a customer declared of another from one instant on; `ended` takes a relation back",
        key="customer_id relative_id known_at",
        columns="""
            customer_id!    text    客户编号 | customer number
            relative_id!    text    关系人客户编号 | customer number of the relative
            kind!           text    关系 | relation | spouse parent child sibling other ended
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "household_edits",
        "家庭调整",
        "household edits",
        grain="one decision by hand about who shares a household; the latest on each pair counts",
        key="row_key",
        columns="""
            row_key!        text    行键 | row key
            customer_id!    text    客户编号 | customer number
            other_id        text    对方客户编号 | customer number of the other
            household_id    text    家庭编号 | household number
            action!         text    处理 | action | join separate
            reason          text    原因 | reason
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "events",
        "行为事件",
        "events",
        grain="one thing a customer did",
        key="row_key",
        monthly=True,
        columns="""
            row_key!        text    行键 | row key
            customer_id!    text    客户编号 | customer number
            account_id      text    账户编号 | account number
            happened_at!    instant 发生时间 | happened at
            kind!           text    事件类型 | kind of event
            amount_fen      fen     金额(分) | amount in fen
            quantity        number  数量 | quantity
            counterpart     text    对方 | counterpart
            channel         text    渠道 | channel
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "bills",
        "账单",
        "bills",
        grain="one bill",
        key="bill_id",
        columns="""
            bill_id!        text    账单编号 | bill number
            customer_id!    text    客户编号 | customer number
            account_id      text    账户编号 | account number
            period_start!   day     账期开始日 | first day of the period
            period_end!     day     账期结束日(不含) | end of the period, exclusive
            billed_fen!     fen     应收金额(分) | billed in fen
            due_on          day     缴费截止日 | due on
            happened_at!    instant 出账时间 | billed at
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "payments",
        "缴费",
        "payments",
        grain="one payment",
        key="payment_id",
        columns="""
            payment_id!     text    缴费编号 | payment number
            customer_id!    text    客户编号 | customer number
            account_id      text    账户编号 | account number
            bill_id         text    账单编号 | bill number
            amount_fen!     fen     实缴金额(分) | paid in fen
            happened_at!    instant 缴费时间 | paid at
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "balances",
        "余额",
        "balances",
        grain="the balance of one asset class on one day",
        key="customer_id account_id asset_class happened_at",
        columns="""
            customer_id!    text    客户编号 | customer number
            account_id!     text    账户编号 | account number
            asset_class!    text    资产类别 | asset class
            amount_fen!     fen     余额(分) | balance in fen
            happened_at!    instant 余额日期 | day of the balance
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "contacts",
        "接触记录",
        "contacts",
        grain="one attempt to reach a customer",
        key="contact_id",
        columns=f"""
            contact_id!     text    接触编号 | contact number
            customer_id!    text    客户编号 | customer number
            happened_at!    instant 接触时间 | happened at
            purpose         text    目的 | purpose | retention care service survey
            channel         text    渠道 | channel
            campaign        text    挽留方案 | campaign
            policy          text    挽留政策 | policy
            outcome         text    结果 | outcome | {_CONTACT_OUTCOMES}
            feedback        text    反馈代码 | coded feedback
            staff_id        text    员工 | staff
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "complaints",
        "投诉",
        "complaints",
        grain="what was known of one complaint from one instant on",
        key="complaint_id known_at",
        columns="""
            complaint_id!   text    投诉编号 | complaint number
            customer_id!    text    客户编号 | customer number
            happened_at!    instant 投诉时间 | complained at
            category        text    投诉类别 | category
            status          text    处理状态 | status | open resolved confirmed
            resolved_at     instant 解决时间 | resolved at
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "surveys",
        "调查",
        "survey answers",
        grain="one answer to a survey",
        key="survey_id",
        columns="""
            survey_id!      text    答卷编号 | answer number
            customer_id!    text    客户编号 | customer number
            happened_at!    instant 回答时间 | answered at
            kind!           text    调查类型 | kind of survey | csat nps ces
            score!          number  得分 | score
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "offers",
        "优惠受理",
        "offers made",
        grain="one offer made to a customer and what came of it",
        key="offer_id",
        columns="""
            offer_id!       text    编号 | offer number
            customer_id!    text    客户编号 | customer number
            happened_at!    instant 时间 | made at
            campaign        text    挽留方案 | campaign
            policy!         text    挽留政策 | policy
            outcome!        text    结果 | outcome | accepted refused pending
            cost_fen        fen     成本(分) | cost in fen
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "points",
        "积分流水",
        "points ledger",
        grain="one movement of loyalty points",
        key="row_key",
        columns="""
            row_key!        text    行键 | row key
            customer_id!    text    客户编号 | customer number
            happened_at!    instant 时间 | happened at
            kind!           text    类型 | kind | earned redeemed expired adjusted
            points!         whole   积分 | points
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "assignments",
        "方案分配",
        "assignments",
        grain="which arm of a campaign a customer was drawn into",
        key="campaign customer_id",
        columns="""
            campaign!       text    挽留方案 | campaign
            customer_id!    text    客户编号 | customer number
            arm!            text    组别 | arm | treat hold_out not_chosen
            policy          text    挽留政策 | policy
            probability     number  入选概率 | probability of treatment
            cost_fen        fen     预计成本(分) | expected cost in fen
            happened_at!    instant 分配时间 | drawn at
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "tier_overrides",
        "等级人工调整",
        "tier overrides",
        grain="what was known of one override of a customer's tier from one instant on",
        key="override_id known_at",
        columns="""
            override_id!    text    调整编号 | override number
            customer_id!    text    客户编号 | customer number
            scheme!         text    分级方案 | scheme
            tier!           text    等级 | tier
            reason!         text    原因 | reason
            approved_by!    text    审批人 | approved by
            begins_on!      day     生效日 | begins on
            ends_on!        day     失效日(不含) | ends on, exclusive
            withdrawn       flag    是否撤销 | withdrawn
            known_at!       instant 知悉时间 | known at
        """,
    ),
    _table(
        "units",
        "机构",
        "units",
        grain="one organisational unit",
        key="unit_id",
        columns="""
            unit_id!        text    机构编号 | unit number
            name_zh!        text    中文名称 | Chinese name
            name_en         text    英文名称 | English name
            level!          text    层级 | level | region county branch
            parent_id       text    上级机构 | parent unit
        """,
    ),
    _table(
        "staff",
        "员工",
        "staff",
        grain="one member of staff",
        key="staff_id",
        columns="""
            staff_id!       text    员工编号 | staff number
            name!           text    姓名 | name
            unit_id         text    所属机构 | unit
            role            text    岗位 | role
        """,
    ),
)

TABLES: Mapping[str, CanonicalTable] = MappingProxyType({table.name: table for table in _TABLES})
