"""What befalls customers beside their use stands in the sources, and is known when it can be."""

import numpy as np
import pyarrow.compute as pc
import pytest

from liuke.world.contacting import Contacts
from liuke.world.faults import Faults
from liuke.world.incidents import ASKS_DAYS, incident_rows
from liuke.world.kinds import CALM, DIVERTED, OPEN
from liuke.world.ledger import KNOWN
from liuke.world.life import live
from liuke.world.lived import MonthOfLife
from liuke.world.months import DAY_SECONDS, Month
from tests.unit.world.populations import MARCH, SEED, TREE, customers

BRANCH = 3


def march(*, network: float = 0.0, faults: Faults | None = None, month: Month = MARCH, count: int = 3000):
    here = MonthOfLife(customers(count, mind=CALM, status=OPEN), month, TREE, seed=SEED, months_lived=12)
    here.troubles.network[:] = network
    if faults is not None:
        object.__setattr__(here.troubles, "faults", faults)
    lived = live(here, Contacts.none())
    return here, lived, incident_rows(here, lived)


def of(table, kind: str):
    return table.filter(pc.equal(table["类型"], kind))


def test_calls_break_off_where_the_network_is_bad():
    good, bad = (of(march(network=network)[2], "掉话").num_rows for network in (0.0, 1.0))

    assert 0 < good < 0.08 * 3000
    assert bad > 10 * good


def test_everybody_whom_the_branch_serves_suffers_the_fault_and_it_is_known_when_it_is_over():
    begins, ends = (MARCH.first + 9) * DAY_SECONDS, (MARCH.first + 50) * DAY_SECONDS
    fault = Faults(np.array([BRANCH]), np.array([begins]), np.array([ends]), np.array([1.0]))
    here, lived, table = march(faults=fault, count=400)
    found = of(table, "网络故障")

    served = (here.pop.branch == BRANCH) & ((lived.left_on < 0) | (lived.left_on * DAY_SECONDS > begins))
    assert found.num_rows == served.sum() > 0
    assert set(pc.cast(found["发生时间"], "int64").to_pylist()) == {begins}
    assert min(pc.cast(found[KNOWN], "int64").to_pylist()) > ends
    assert set(found["数量"].to_pylist()) == {41 * 24}


def test_a_fault_stands_in_the_month_in_which_it_begins_alone():
    begins, ends = (MARCH.first - 3) * DAY_SECONDS, (MARCH.first + 20) * DAY_SECONDS
    fault = Faults(np.array([BRANCH]), np.array([begins]), np.array([ends]), np.array([1.0]))

    assert of(march(faults=fault, count=200)[2], "网络故障").num_rows == 0


def test_most_who_carry_their_number_over_asked_before_and_most_who_ask_stay():
    here, lived, table = march(count=6000)
    asked = set(of(table, "携转查询")["客户编号"].to_pylist())
    carried = np.flatnonzero(lived.left_kind == DIVERTED)
    before = [f"K{place + 1:07d}" in asked for place in here.pop.place[carried]]

    assert len(carried) > 3
    assert np.mean(before) > 0.5
    assert len(asked) > sum(before)
    leaving = {f"K{here.pop.place[row] + 1:07d}": lived.left_on[row] for row in carried}
    for row in of(table, "携转查询").to_pylist():
        if row["客户编号"] in leaving:
            day = (row["发生时间"].date() - MARCH.first_on).days + MARCH.first
            assert leaving[row["客户编号"]] - ASKS_DAYS <= day < leaving[row["客户编号"]]


def test_a_notice_names_the_rise():
    months = (MARCH.later(age) for age in range(48))
    for month in months:
        here, lived, table = march(month=month, count=60)
        if len(lived.told_steps):
            break
    notices = of(table, "资费通知")

    assert notices.num_rows == len(lived.told_steps)
    rises = [int(amount * 100) for amount in notices["金额"].to_pylist()]
    assert rises == here.pop.step_fen[lived.told_steps].tolist()
    assert all(fen == pytest.approx(round(fen, -2)) for fen in rises)
    assert {at.day for at in notices["发生时间"].to_pylist()} <= {2, 3}
