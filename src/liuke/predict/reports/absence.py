"""Why a report has nothing to tell, and what would have to be loaded for it."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from liuke.kernel.words import Words

REASONS: Mapping[str, Words] = MappingProxyType(
    {
        code: Words(zh=zh, en=en)
        for code, zh, en in (
            (
                "no_history",
                "没有账单、使用、停机或离网记录，无法按月统计；请载入 bills、events 或 statuses 表",
                "no bill, usage, suspension or leaving is on record; load the table bills, events or"
                " statuses",
            ),
            (
                "no_suspension",
                "statuses 表中没有停机状态（suspended_…）",
                "the table statuses tells of no suspension (suspended_…)",
            ),
            (
                "no_diversion_defined",
                "churn.toml 未定义 [diverted]，携号转网不单独统计",
                "churn.toml defines no [diverted], so diversion is not told apart",
            ),
            (
                "no_diversion",
                "statuses 表中没有携号转网（closed_diverted）或呼转（diverted）",
                "the table statuses tells of no diversion (closed_diverted, diverted)",
            ),
            (
                "not_predicted",
                "本期没有任何客户的离网概率，原因见预警名单",
                "nobody has a probability of leaving in this cycle; the warning list says why",
            ),
            (
                "not_searched",
                "本期没有识别换号重入网（缺 reentries 表）；识别需要通话圈（circles）、终端（devices）等表",
                "re-entries were not searched in this cycle (no table reentries); that needs circles or"
                " devices",
            ),
            ("nobody_left", "统计期内无人离网", "nobody left in these months"),
        )
    }
)


def explain_absence(
    measures: Collection[str], *, has_months: bool, has_search: bool, kinds: Collection[str]
) -> dict[str, dict[str, str]]:
    """Report -> why it is empty, in both languages with a code; reports that tell something are absent.

    measures: those that have cells. kinds: of leaving, as churn.toml defines them.
    """
    found: dict[str, str] = {}
    if not has_months:
        found |= dict.fromkeys(("churn", "suspension", "diversion", "shares"), "no_history")
    else:
        if not {"suspended", "suspended_anew"} & set(measures):
            found["suspension"] = "no_suspension"
        if not {"diverted", "forwarded", "forwarded_anew"} & set(measures):
            found["diversion"] = "no_diversion" if "diverted" in kinds else "no_diversion_defined"
        if "split" not in measures:
            found["shares"] = "nobody_left" if has_search else "not_searched"
    if "predicted" not in measures:
        found["predicted"] = "not_predicted"
    return {name: {"code": code, **REASONS[code].model_dump()} for name, code in found.items()}
