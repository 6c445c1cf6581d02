"""The tables of a month about dealings with customers: complaints, contacts, surveys, the trial of offers."""

import numpy as np
import pyarrow as pa

from liuke.world.answering import FEEDBACK, KEPT, OUTCOMES
from liuke.world.chance import Array
from liuke.world.grievances import CATEGORIES
from liuke.world.ledger import KNOWN, customer_ids
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.pilot import HELD_OUT_SHARE, TREATED_SHARE
from liuke.world.policies import POLICIES, POLICY_NAMES
from liuke.world.servicing import CHANNELS, PURPOSES, SURVEYS, answers_of, services_of
from liuke.world.texts import coded, instants, numbered, yuan
from liuke.world.units import AGENTS_PER_BRANCH, Tree, agent_id

SURVEY_SECONDS = 300
OUTCOME_WORDS = ("未接通", "稍后再打", "挽留成功", "确认离网", "婉拒")
FEEDBACK_WORDS = ("网络", "不知道业务", "资费", "竞争对手", "换品牌", "换套餐", "渠道", "服务", "其他")
assert len(OUTCOME_WORDS) == len(OUTCOMES)
assert len(FEEDBACK_WORDS) == len(FEEDBACK)


def complaint_rows(here: MonthOfLife, lived: Lived) -> pa.Table:
    """Each complaint twice: as made, and as settled."""
    assert lived.complaints is not None
    made = lived.complaints
    label = here.month.label.replace("-", "")
    ids = numbered(f"T{label}", made.categories * 10_000_000 + here.pop.place[made.rows] + 1, 8)
    columns = {
        "投诉编号": ids,
        "客户编号": customer_ids(here.pop, made.rows),
        "投诉时间": instants(made.seconds),
        "投诉类别": coded(CATEGORIES, made.categories),
    }
    count = len(made.rows)
    nothing = pa.nulls(count, pa.timestamp("s"))
    states = (
        ("处理中", nothing, made.seconds + SURVEY_SECONDS),
        ("已解决", instants(made.resolved_seconds), made.resolved_seconds + SURVEY_SECONDS),
    )
    tables = [
        pa.table(
            columns
            | {"处理状态": pa.repeat(pa.scalar(state), count), "解决时间": settled, KNOWN: instants(known)}
        )
        for state, settled, known in states
    ]
    return pa.concat_tables(tables)


def contact_rows(here: MonthOfLife, lived: Lived) -> pa.Table:
    """Service and care contacts, and the calls of the trial."""
    pop = here.pop
    services = services_of(here, lived)
    count = len(services.rows)
    nothing = pa.nulls(count, pa.string())
    tables = [
        pa.table(
            {
                "接触编号": numbered(f"J{here.month.label.replace('-', '')}1", pop.place[services.rows] + 1),
                "客户编号": customer_ids(pop, services.rows),
                "接触时间": instants(services.seconds),
                "目的": coded(PURPOSES, services.purposes),
                "渠道": coded(CHANNELS, services.channels),
                "方案": nothing,
                "政策": nothing,
                "结果": coded(("已接触", "未接通"), services.outcomes),
                "反馈": nothing,
                "工号": _agents(here.tree, pop.branch[services.rows], services.agents),
                KNOWN: instants(services.seconds + SURVEY_SECONDS),
            }
        )
    ]
    if (pilot := lived.pilot) is not None:
        called = pilot.is_treated
        rows, seconds, places = pilot.rows[called], pilot.seconds[called], pilot.places[called]
        tables.append(
            pa.table(
                {
                    "接触编号": numbered(f"J{here.month.label.replace('-', '')}2", pop.place[rows] + 1),
                    "客户编号": customer_ids(pop, rows),
                    "接触时间": instants(seconds),
                    "目的": _same("挽留", len(rows)),
                    "渠道": _same("电话", len(rows)),
                    "方案": _same(pilot.campaign, len(rows)),
                    "政策": coded(POLICY_NAMES, places),
                    "结果": coded(OUTCOME_WORDS, pilot.outcomes[called]),
                    "反馈": coded(FEEDBACK_WORDS, pilot.feedback[called]),
                    "工号": _agents(here.tree, pop.branch[rows], pilot.agents[called]),
                    KNOWN: instants(seconds + SURVEY_SECONDS),
                }
            )
        )
    return pa.concat_tables(tables)


def survey_rows(here: MonthOfLife, lived: Lived) -> pa.Table:
    answers = answers_of(here, lived)
    return pa.table(
        {
            "答卷编号": numbered(f"S{here.month.label.replace('-', '')}", here.pop.place[answers.rows] + 1),
            "客户编号": customer_ids(here.pop, answers.rows),
            "回答时间": instants(answers.seconds),
            "调查类型": coded(SURVEYS, answers.kinds),
            "得分": pa.array(answers.scores),
            KNOWN: instants(answers.seconds + SURVEY_SECONDS),
        }
    )


def offer_rows(here: MonthOfLife, lived: Lived) -> pa.Table:
    """Offers of the trial that reached somebody, and what they cost where they were taken."""
    pilot = lived.pilot
    if pilot is None:
        nobody = np.zeros(0, np.int64)
        return _offers(here, nobody, nobody, nobody, nobody, "")
    made = pilot.is_treated & (pilot.outcomes >= KEPT)
    return _offers(
        here, pilot.rows[made], pilot.seconds[made], pilot.places[made], pilot.outcomes[made], pilot.campaign
    )


def _offers(
    here: MonthOfLife, rows: Array, seconds: Array, places: Array, outcomes: Array, campaign: str
) -> pa.Table:
    cost = np.array([POLICIES[name].cost_fen for name in POLICY_NAMES])
    taken = outcomes == KEPT
    return pa.table(
        {
            "受理编号": numbered(f"O{here.month.label.replace('-', '')}", here.pop.place[rows] + 1),
            "客户编号": customer_ids(here.pop, rows),
            "受理时间": instants(seconds),
            "方案": _same(campaign, len(rows)),
            "政策": coded(POLICY_NAMES, places),
            "结果": coded(("拒绝", "接受"), taken.astype(np.int64)),
            "成本": yuan(np.where(taken, cost[places], 0)),
            KNOWN: instants(seconds + SURVEY_SECONDS),
        }
    )


def assignment_rows(here: MonthOfLife, lived: Lived) -> pa.Table:
    """Who was drawn into which arm of the trial, on the month's first day."""
    pilot = lived.pilot
    rows = pilot.rows if pilot else np.zeros(0, np.int64)
    drawn = np.full(len(rows), here.month.first * DAY_SECONDS + 6 * 3600)
    share = round(TREATED_SHARE / (TREATED_SHARE + HELD_OUT_SHARE), 6)
    return pa.table(
        {
            "方案": _same(pilot.campaign if pilot else "", len(rows)),
            "客户编号": customer_ids(here.pop, rows),
            "组别": coded(("对照组", "挽留组"), pilot.is_treated.astype(np.int64) if pilot else rows),
            "政策": coded(POLICY_NAMES, pilot.places if pilot else rows),
            "入组概率": pa.array(np.full(len(rows), share)),
            "分配时间": instants(drawn),
            KNOWN: instants(drawn + SURVEY_SECONDS),
        }
    )


def _same(word: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(word, pa.string()), count)


def _agents(tree: Tree, branches: Array, places: Array) -> pa.Array:
    agents = [
        agent_id(tree, branch, place) for branch in range(tree.branches) for place in range(AGENTS_PER_BRANCH)
    ]
    return coded(agents, branches * AGENTS_PER_BRANCH + places)
