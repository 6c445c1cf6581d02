"""Declarations of the canonical tables that only companies with subscribers and dealers have."""

from liuke.ingest.table_form import declare_table

TELECOM_TABLES = (
    declare_table(
        "circles",
        "通话圈",
        "call circles",
        grain="how often one customer spoke with one number in one month",
        key="customer_id counterpart happened_at",
        monthly=True,
        columns="""
            customer_id!    text    客户编号 | customer number
            counterpart!    text    对端号码 | number of the other side
            happened_at!    instant 月份(首日) | month, its first instant
            times!          whole   通话次数 | calls
            known_at!       instant 知悉时间 | known at
        """,
    ),
    declare_table(
        "devices",
        "终端",
        "devices",
        grain="from when on an account was used with one device",
        key="account_id happened_at",
        columns="""
            account_id!     text    账户编号 | account number
            customer_id!    text    客户编号 | customer number
            device_id!      text    终端编号 | device number
            happened_at!    instant 首次使用时间 | first used at
            known_at!       instant 知悉时间 | known at
        """,
    ),
    declare_table(
        "dealers",
        "渠道商",
        "dealers",
        grain="what was known of one dealer from one instant on",
        key="dealer_id known_at",
        columns="""
            dealer_id!      text    渠道编号 | dealer number
            name            text    名称 | name
            kind            text    类型 | kind | hall agent
            unit_id         text    所属机构 | unit
            assessment_days whole   佣金考核天数 | days after opening on which commission is assessed
            known_at!       instant 知悉时间 | known at
        """,
    ),
    declare_table(
        "commissions",
        "佣金",
        "commissions",
        grain="one commission paid to a dealer for one account",
        key="commission_id",
        columns="""
            commission_id!  text    佣金编号 | commission number
            dealer_id!      text    渠道编号 | dealer number
            customer_id!    text    客户编号 | customer number
            account_id      text    账户编号 | account number
            assessed_on     day     考核日 | assessed on
            amount_fen!     fen     佣金金额(分) | commission in fen
            happened_at!    instant 支付时间 | paid at
            known_at!       instant 知悉时间 | known at
        """,
    ),
)
