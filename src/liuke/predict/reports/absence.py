"""Why a report has nothing to tell, and what would have to be loaded for it."""

from collections.abc import Collection

from liuke.kernel.words import Words

NO_HISTORY = Words(
    zh="没有账单、使用、停机或离网记录，无法按月统计；请载入 bills、events 或 statuses 表",
    en="no bill, usage, suspension or leaving is on record; load the table bills, events or statuses",
)
NO_SUSPENSION = Words(
    zh="statuses 表中没有停机状态（suspended_…）",
    en="the table statuses tells of no suspension (suspended_…)",
)
NO_DIVERSION_DEFINED = Words(
    zh="churn.toml 未定义 [diverted]，携号转网不单独统计",
    en="churn.toml defines no [diverted], so diversion is not told apart",
)
NO_DIVERSION = Words(
    zh="statuses 表中没有携号转网（closed_diverted）或呼转（diverted）",
    en="the table statuses tells of no diversion (closed_diverted, diverted)",
)
NOT_PREDICTED = Words(
    zh="本期没有任何客户的离网概率，原因见预警名单",
    en="nobody has a probability of leaving in this cycle; the warning list says why",
)
NOT_SEARCHED = Words(
    zh="本期没有识别换号重入网（缺 reentries 表）；识别需要通话圈（circles）、终端（devices）等表",
    en="re-entries were not searched in this cycle (no table reentries); that needs circles or devices",
)
NOBODY_LEFT = Words(zh="统计期内无人离网", en="nobody left in these months")


def explain_absence(
    measures: Collection[str], *, has_months: bool, has_search: bool, kinds: Collection[str]
) -> dict[str, dict[str, str]]:
    """Report -> why it is empty, in both languages with a code; reports that tell something are absent.

    measures: those that have cells. kinds: of leaving, as churn.toml defines them.
    """
    found: dict[str, tuple[str, Words]] = {}
    if not has_months:
        found |= dict.fromkeys(("churn", "suspension", "diversion", "shares"), ("no_history", NO_HISTORY))
    else:
        if not {"suspended", "suspended_anew"} & set(measures):
            found["suspension"] = ("no_suspension", NO_SUSPENSION)
        if not {"diverted", "forwarded", "forwarded_anew"} & set(measures):
            defined = "diverted" in kinds
            code = "no_diversion" if defined else "no_diversion_defined"
            found["diversion"] = (code, NO_DIVERSION if defined else NO_DIVERSION_DEFINED)
        if "split" not in measures:
            found["shares"] = ("nobody_left", NOBODY_LEFT) if has_search else ("not_searched", NOT_SEARCHED)
    if "predicted" not in measures:
        found["predicted"] = ("not_predicted", NOT_PREDICTED)
    return {name: {"code": code, **words.model_dump()} for name, (code, words) in found.items()}
