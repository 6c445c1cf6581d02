"""The tree of units and the people in it."""

import numpy as np
import pytest

from liuke.world.newcomers import founders
from liuke.world.units import LARGE_COMPANY, staff_rows, tree_for, unit_rows
from tests.unit.world.populations import MARCH, SEED


@pytest.mark.parametrize("customers, branches", [(LARGE_COMPANY - 1, 24), (LARGE_COMPANY, 120)])
def test_every_unit_has_its_own_names_and_hangs_under_one_above(customers, branches):
    rows = unit_rows(tree_for(customers)).to_pylist()
    level_of = {row["机构编号"]: row["层级"] for row in rows}

    assert len(level_of) == len(rows)
    for name in ("机构名称", "英文名称"):
        assert len({row[name] for row in rows}) == len(rows)
    assert sum(row["层级"] == "营业厅" for row in rows) == branches
    above = {"地市": None, "县区": "地市", "营业厅": "县区"}
    assert all(level_of.get(row["上级机构"]) == above[row["层级"]] for row in rows)


def test_staff_work_in_units_that_exist_and_headquarters_has_none():
    tree = tree_for(100)
    units = {row["机构编号"] for row in unit_rows(tree).to_pylist()}
    staff = staff_rows(tree, seed=SEED).to_pylist()

    assert len({row["工号"] for row in staff}) == len(staff)
    assert {row["岗位"] for row in staff if row["机构编号"] is None} == {"总部管理", "分析员"}
    assert {row["机构编号"] for row in staff} - {None} <= units
    assert {row["岗位"] for row in staff} >= {"营业员", "客户经理", "县区主管", "地市主管"}


def test_those_who_share_a_home_share_its_branch_and_some_do():
    pop = founders(500, tree_for(500), seed=SEED, month=MARCH)

    sharing = pop.home != pop.place
    assert 0.2 < sharing.mean() < 0.4
    assert (pop.branch == pop.branch[pop.home]).all()
    assert (pop.home <= pop.place).all()


def test_customers_are_grown_up_and_old_ones_are_marked_for_care():
    pop = founders(2000, tree_for(2000), seed=SEED, month=MARCH)
    age = (pop.opened_second // 86_400 - pop.birth_on) / 365.25

    assert age.min() >= 18
    assert (pop.care[age >= 66] > 0).all()
    assert set(np.unique(pop.care)) == {0, 1, 2, 3}
