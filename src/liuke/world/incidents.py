"""What befalls single customers beside their use: dropped calls, faults, port queries, notices of prices."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array
from liuke.world.faults import DROPPED_ALWAYS, DROPPED_CALLS
from liuke.world.kinds import CLOSED_VOLUNTARY, DIVERTED
from liuke.world.ledger import KNOWN, SOON_SECONDS, account_ids, customer_ids, known_seconds
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS
from liuke.world.texts import coded, instants, yuan

INCIDENTS = ("掉话", "网络故障", "携转查询", "资费通知")
DROPPED, FAULT, QUERY, NOTICE = range(4)
LATE_DROPPED = 0.05  # of dropped calls, known one to five days late
HOUR_SECONDS = 3600
ROOM = 64  # draws set aside for the dropped calls of one customer in one month
# Whoever may carry the number over asks for the right to: nearly all who then do, and others who think of it.
ASKS_BEFORE = 0.85
ASKS_FOR_HAZARD = 2.5  # chance to ask for each unit of the hazard of carrying the number over
ASKS_MOST = 0.5
ASKS_DAYS = 12  # at most so long before carrying it over


@dataclass(frozen=True)
class Incidents:
    """Rows of the population, kinds, when it happened and was known; hours of a fault; fen of a step."""

    rows: Array
    kinds: Array
    seconds: Array
    known: Array
    quantities: Array
    amounts: Array


def incident_rows(here: MonthOfLife, lived: Lived) -> pa.Table:
    """All incidents of a month; a fault is known when it is over."""
    parts = [_dropped_calls(here, lived), _faults(here), _queries(here, lived), _notices(here, lived)]
    rows, kinds, seconds, known, quantities, amounts = (
        np.concatenate([getattr(part, name) for part in parts]) for name in Incidents.__annotations__
    )
    return pa.table(
        {
            "客户编号": customer_ids(here.pop, rows),
            "账户编号": account_ids(here.pop, rows),
            "发生时间": instants(seconds),
            "类型": coded(INCIDENTS, kinds),
            "数量": pa.array(quantities.astype(np.int32)),
            "金额": yuan(amounts),
            KNOWN: instants(known),
        }
    )


def _incidents(
    kind: int, rows: Array, seconds: Array, known: Array, quantities: Array, amounts: Array | None = None
) -> Incidents:
    nothing = np.zeros(len(rows), np.int64)
    return Incidents(
        rows, nothing + kind, seconds, known, quantities, nothing if amounts is None else amounts
    )


def _dropped_calls(here: MonthOfLife, lived: Lived) -> Incidents:
    """Calls that broke off, on days on which the account was in use."""
    pop, month = here.pop, here.month
    days = np.maximum(lived.use_to - lived.use_from, 0)
    mean = DROPPED_ALWAYS + DROPPED_CALLS * here.troubles.network[pop.branch]
    counts = here.chance.count("dropped calls", pop.identity, mean * pop.use * days / month.days)
    rows = np.repeat(np.arange(len(pop)), counts)
    ordinal = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    draw = pop.identity[rows] * np.uint64(ROOM) + ordinal.astype(np.uint64)
    day = here.chance.whole("dropped day", draw, lived.use_from[rows], lived.use_to[rows])
    seconds = day * DAY_SECONDS + here.chance.whole("dropped hour", draw, 7 * HOUR_SECONDS, 23 * HOUR_SECONDS)
    known = known_seconds(here.chance, "dropped", draw, seconds, late_share=LATE_DROPPED)
    return _incidents(DROPPED, rows, seconds, known, np.ones(len(rows)))


def _faults(here: MonthOfLife) -> Incidents:
    """Faults that begin in the month, for everybody whom the branch serves then."""
    pop, month, faults = here.pop, here.month, here.troubles.faults
    parts = []
    for fault in np.flatnonzero(faults.begins >= month.first * DAY_SECONDS):
        begins, ends = faults.begins[fault], faults.ends[fault]
        present = (pop.status < CLOSED_VOLUNTARY) | (pop.left_on * DAY_SECONDS > begins)
        rows = np.flatnonzero((pop.branch == faults.branches[fault]) & (pop.opened_second < begins) & present)
        same = np.ones(len(rows), np.int64)
        hours = (ends - begins) // HOUR_SECONDS
        parts.append(_incidents(FAULT, rows, begins * same, (ends + SOON_SECONDS) * same, hours * same))
    if not parts:
        nobody = np.zeros(0, np.int64)
        return _incidents(FAULT, nobody, nobody, nobody, nobody)
    return Incidents(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Incidents.__annotations__)
    )


def _queries(here: MonthOfLife, lived: Lived) -> Incidents:
    """Whoever wants to carry the number over first asks whether it may be."""
    pop = here.pop
    carries = lived.left_kind == DIVERTED
    thinks = np.minimum(ASKS_FOR_HAZARD * lived.hazards.diverted, ASKS_MOST)
    chance = np.where(carries, ASKS_BEFORE, thinks)
    rows = np.flatnonzero(lived.at_risk & (lived.use_to > lived.use_from) & here.happens("asks", chance))
    opens, ends = lived.use_from[rows], lived.use_to[rows]
    opens = np.where(carries[rows], np.maximum(opens, ends - ASKS_DAYS), opens)
    day = here.chance.whole("asks day", pop.identity[rows], opens, ends)
    seconds = day * DAY_SECONDS + here.chance.whole(
        "asks hour", pop.identity[rows], 9 * HOUR_SECONDS, 20 * HOUR_SECONDS
    )
    return _incidents(QUERY, rows, seconds, seconds + SOON_SECONDS, np.ones(len(rows)))


def _notices(here: MonthOfLife, lived: Lived) -> Incidents:
    """Price steps told on the second or third of the month, by text."""
    pop, rows = here.pop, lived.told_steps
    seconds = here.second("notice hour", here.day("notice day", 2, 4), 9, 12)[rows]
    return _incidents(NOTICE, rows, seconds, seconds + SOON_SECONDS, np.ones(len(rows)), pop.step_fen[rows])
