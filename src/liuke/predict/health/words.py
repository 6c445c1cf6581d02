"""How the health of early warning is put into words, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from liuke.kernel.words import Words
from liuke.predict.health.drift import Drift
from liuke.predict.unknowns import UNKNOWNS

MEASURES: Mapping[str, Words] = MappingProxyType(
    {
        "auc": Words(zh="AUC (排序能力)", en="AUC (ranking)"),
        "pr_auc": Words(zh="PR-AUC (平均精确率)", en="PR-AUC (average precision)"),
        "lift_1": Words(zh="前1%提升度", en="lift at 1 %"),
        "lift_5": Words(zh="前5%提升度", en="lift at 5 %"),
        "lift_10": Words(zh="前10%提升度", en="lift at 10 %"),
        "mean_p": Words(zh="预测概率均值", en="mean probability"),
        "rate": Words(zh="实际离开率", en="rate of leaving"),
        "calibration_ratio": Words(zh="实际离开率 ÷ 预测均值", en="rate of leaving ÷ mean probability"),
        "log_loss": Words(zh="对数损失", en="log-loss"),
        "ece": Words(zh="校准误差 (ECE)", en="calibration error (ECE)"),
        "expected_profit": Words(zh="期望最大利润 (每客户)", en="expected maximum profit per customer"),
        "targeted_share": Words(zh="最优接触比例", en="share contacted at that profit"),
    }
)

REASONS: Mapping[str, Words] = MappingProxyType(
    dict(UNKNOWNS)
    | {
        "no_window_over": Words(
            zh="还没有一份名单的预测窗口已经结束, 无法评判",
            en="No published list has a window that is over yet, so nothing can be judged",
        ),
        "no_earlier_list": Words(
            zh="这是第一份名单, 还没有更早的名单可以评判",
            en="This is the first list; there is no earlier one to judge",
        ),
        "definition_changed": Words(
            zh="名单发布之后流失定义变了, 不能用新定义评判旧名单",
            en="What leaving means has changed since the list; the new meaning cannot judge it",
        ),
        "no_card": Words(zh="该名单没有模型卡, 没有承诺可比", en="The list has no model card, so no promise"),
        "no_backtest": Words(zh="模型卡中没有回测", en="The model card has no backtest"),
        "no_promise": Words(zh="没有可比的回测区间", en="The backtest has no interval to compare with"),
        "not_in_card": Words(zh="模型卡没有记录该指标", en="The model card does not tell this measure"),
        "interval_not_in_card": Words(
            zh="模型卡没有记录该指标的区间", en="The model card tells no interval of this measure"
        ),
        "floor_from_curve": Words(
            zh="由模型卡中曲线上的点算出的下限, 没有区间",
            en="A floor from points of the curve in the model card; no interval",
        ),
        "no_profit_terms": Words(
            zh="没有挽留政策或客户价值未知, 无法计算利润",
            en="No policy, or values unknown: no profit can be computed",
        ),
        "nobody_judged": Words(zh="没有可评判的客户", en="There is no customer to judge"),
        "too_few_to_rank": Words(zh="客户太少, 无法排序评判", en="Too few customers to judge a ranking"),
        "resampling_biased": Words(
            zh="重抽样会放大校准误差, 不给区间", en="Drawing again only enlarges it: no interval"
        ),
        "not_in_reference": Words(zh="参照期没有该列", en="The reference does not have this column"),
        "nothing_known": Words(zh="一侧全部缺失", en="All values are missing on one side"),
        "not_ordered": Words(zh="类别没有大小顺序, 无 KS", en="Categories have no order: no KS"),
        "too_few_known": Words(zh="已知值太少, 无 KS", en="Too few known values: no KS"),
        "no_reference": Words(
            zh="没有可作参照的更早日期", en="There is no earlier day to serve as a reference"
        ),
    }
)

FINDINGS: Mapping[str, Words] = MappingProxyType(
    {
        "as_promised": Words(zh="符合承诺", en="as promised"),
        "watch": Words(zh="关注", en="watch"),
        "alarm": Words(zh="报警", en="alarm"),
        "alike": Words(zh="稳定", en="alike"),
        "drifted": Words(zh="已漂移", en="drifted"),
    }
)

SCORES: Mapping[str, Words] = MappingProxyType(
    {
        f"p_{months}m": Words(zh=f"{months}个月离开概率", en=f"probability within {months} m")
        for months in (1, 2, 3)
    }
)


def say_reason(code: str) -> Words:
    """The words of a named reason; a code that nobody gave words to is shown as it is."""
    return REASONS.get(code) or Words(zh=code, en=code)


def say_drift(drift: Drift) -> Words:
    """What moved, by how much, and how much chance alone would move it."""
    if drift.psi is None or drift.moved_most is None:
        return say_reason(drift.why_empty or "nothing_known")
    label, before, now = drift.moved_most
    finding = FINDINGS[drift.finding or "alike"]
    sizes = f"PSI {drift.psi:.3f} ({drift.psi_low:.3f}–{drift.psi_high:.3f})"
    shown_zh = {"missing": "缺失", "other": "其他"}.get(label, label)
    return Words(
        zh=f"{finding.zh}: {sizes}, 纯随机约 {drift.psi_chance:.3f}; "
        f"变化最大的一段「{shown_zh}」由 {before:.1%} 变为 {now:.1%}",
        en=f"{finding.en}: {sizes}, chance alone about {drift.psi_chance:.3f}; "
        f"moved most: {label!r} from {before:.1%} to {now:.1%}",
    )
