"""Declarations of the canonical tables that people decide by hand: tiers, households, who came back."""

from liuke.ingest.table_form import declare_table

TIER_TABLES = (
    declare_table(
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
    declare_table(
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
    declare_table(
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
    declare_table(
        "reentry_verdicts",
        "重入网判断",
        "verdicts on re-entries",
        grain="what a person said of one newcomer and one leaver; the latest counts, `open` takes it back",
        key="customer_id former_id known_at",
        columns="""
            customer_id!    text    新客户编号 | customer number of the newcomer
            former_id!      text    原客户编号 | former customer number
            verdict!        text    判断 | verdict | confirmed rejected open
            known_at!       instant 知悉时间 | known at
        """,
    ),
)
