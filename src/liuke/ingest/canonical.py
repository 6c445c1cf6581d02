"""The canonical tables: what Liuke calls the things it is told about, whatever a source calls them.

Two clocks stand on every row that is about time: `happened_at` is when it took place,
`known_at` when the company came to know it. A row may be used as of day T when both are
earlier than T's midnight. Instants are in the company's own time zone and carry no zone.
"""

from collections.abc import Mapping
from types import MappingProxyType

from liuke.ingest.table_form import ARROW_TYPES, CanonicalTable, Column, Kind
from liuke.ingest.table_form import declare_table as _table
from liuke.ingest.telecom_tables import TELECOM_TABLES
from liuke.ingest.tier_tables import TIER_TABLES

__all__ = ["ARROW_TYPES", "TABLES", "CanonicalTable", "Column", "Kind"]

_STATUSES = (
    "open suspended_requested suspended_arrears suspended_high_spend diverted "
    "closed_voluntary closed_involuntary closed_diverted"
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
            competitor      text    转往的竞争对手 | competitor it was carried over to
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
            payer_account   text    付款账户 | account it was paid from
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

_ALL = (*_TABLES, *TIER_TABLES, *TELECOM_TABLES)
TABLES: Mapping[str, CanonicalTable] = MappingProxyType({table.name: table for table in _ALL})
