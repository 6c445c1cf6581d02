"""A price step is told a month before, charged from the next first on, and forgotten with the plan."""

import numpy as np
import pytest

from liuke.world.billing import issue_bills
from liuke.world.kinds import CLOSED_VOLUNTARY, OPEN, PRICE_STEP
from liuke.world.months import DAY_SECONDS
from liuke.world.plans import PLANS, PRICE_FEN
from liuke.world.population import NEVER
from liuke.world.pulls import STEP_FADES, STEP_PULL, pulls_on
from liuke.world.tariffs import OLD_DAYS, REST_MONTHS, forget_steps, price_fen, steps_told, tell_steps
from liuke.world.troubles import troubles_of
from tests.unit.world.populations import MARCH, SEED, TREE, customers

OLD = (MARCH.first - OLD_DAYS) * DAY_SECONDS


def told_in():
    """A month after March in which a step is told, and of which plan by how much."""
    for age in range(48):
        month = MARCH.later(age)
        rises = steps_told(month, seed=SEED)
        if rises.any():
            return month, int(np.argmax(rises)), int(rises.max())
    raise AssertionError("no step in four years")


MONTH, PLAN, RISE = told_in()
CALM = int(np.argmin(steps_told(MONTH, seed=SEED)))  # a plan that does not rise then


def told(**columns: object):
    old = {"plan": PLAN, "status": OPEN, "contract_end_on": NEVER, "opened_second": OLD}
    pop = customers(1, **(old | columns))
    return pop, tell_steps(pop, MONTH, seed=SEED)


def test_steps_are_whole_yuan_between_a_twentieth_and_three_twentieths_and_rest_between():
    months = [MARCH.later(age) for age in range(72)]
    rises = np.array([steps_told(month, seed=SEED) for month in months])

    assert (rises % 100 == 0).all()
    share = (rises / PRICE_FEN)[rises > 0]
    assert share.min() > 0.04
    assert share.max() < 0.16
    for plan in range(len(PLANS)):
        assert np.diff(np.flatnonzero(rises[:, plan])).min(initial=99) > REST_MONTHS


def test_the_old_price_holds_in_the_month_of_the_notice_and_the_new_one_after_it():
    pop, rows = told()

    assert rows.tolist() == [0]
    list_price = int(PRICE_FEN[PLAN])
    assert price_fen(pop, MONTH).tolist() == [list_price]
    assert price_fen(pop, MONTH.next).tolist() == [list_price + RISE]


@pytest.mark.parametrize(
    "changed",
    [
        {"plan": CALM},
        {"opened_second": (MONTH.first - OLD_DAYS + 1) * DAY_SECONDS},
        {"contract_end_on": MONTH.first + 1},
        {"status": CLOSED_VOLUNTARY},
    ],
    ids=["another plan", "too new", "bound", "gone"],
)
def test_others_are_not_told(changed):
    pop, rows = told(**changed)

    assert steps_told(MONTH, seed=SEED)[CALM] == 0
    assert rows.tolist() == []
    assert price_fen(pop, MONTH.next).tolist() == PRICE_FEN[pop.plan].tolist()


def test_a_second_step_comes_on_top_of_the_first():
    pop, _ = told(step_fen=300, step_month=MONTH.number - 9, surcharge_fen=100)

    assert price_fen(pop, MONTH).tolist() == [PRICE_FEN[PLAN] + 400]
    assert price_fen(pop, MONTH.next).tolist() == [PRICE_FEN[PLAN] + 400 + RISE]


def test_bills_show_the_step_from_the_month_in_which_it_is_charged():
    pop, _ = told(used_share=1.0, used_minutes=0, used_texts=0, used_mb=0, credit_months=0)

    before, after = (issue_bills(pop, MONTH.later(age)).billed_fen.tolist() for age in (1, 2))

    assert (before, after) == ([PRICE_FEN[PLAN]], [PRICE_FEN[PLAN] + RISE])


def test_another_plan_costs_its_list_price():
    pop, _ = told(step_fen=300, step_month=MONTH.number - 9)
    forget_steps(pop, np.ones(1, bool))

    assert price_fen(pop, MONTH.next).tolist() == [PRICE_FEN[PLAN]]


def test_a_step_pulls_when_told_and_fades():
    pop, _ = told(price_sense=-1.0)
    nobody = np.zeros(TREE.dealers, bool)

    def pull(age: int) -> float:
        month = MONTH.later(age)
        pulls = pulls_on(pop, month, troubles_of(TREE, month, seed=SEED), TREE, nobody)
        return float(pulls.by_cause[PRICE_STEP][0])

    whole = STEP_PULL * RISE / PRICE_FEN[PLAN]
    assert [pull(age) for age in range(5)] == pytest.approx([whole * share for share in (*STEP_FADES, 0.0)])
