"""Dealers: what they are paid for, when it is assessed, and how honestly they sign people up.

Commission for an account falls due when it is still open so many days after its opening. A dishonest
dealer signs up people who only wait for that day. An honest dealer may have customers who leave
easily at any age: that is bad business and no fraud.
"""

import numpy as np
import pyarrow as pa

from liuke.world.chance import Array, Chance
from liuke.world.kinds import CLOSED_VOLUNTARY, HOLLOW, LOOSE, ORDINARY
from liuke.world.ledger import KNOWN, SOON_SECONDS, account_ids, customer_ids
from liuke.world.lived import Lived, MonthOfLife
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.plans import DEALERS_PER_COUNTY, PRICE_FEN
from liuke.world.population import NEVER, Population
from liuke.world.texts import coded, days, instants, numbered, yuan
from liuke.world.troubles import dishonest_dealers
from liuke.world.units import Tree

ASSESSMENT_DAYS = np.array([60, 90, 120])
ASSESSMENT_SHARES = np.array([0.2, 0.6, 0.2])
COMMISSION_PRICES = 1.5  # commission in monthly prices of the plan
PAID_AFTER_DAYS = 2
HOLLOW_SHARE = 0.45  # of those whom a dishonest dealer signs up
CARELESS_DEALERS = 0.2  # of the honest ones: customers who leave easily, whenever
LOOSE_SHARE = 0.5  # of those whom a careless dealer signs up


def assessment_days(tree: Tree, *, seed: int) -> Array:
    """The assessment day of each dealer's contract; the operator's own halls have none (0)."""
    dealers = np.arange(tree.dealers)
    chosen = ASSESSMENT_DAYS[Chance(seed, "dealer terms").pick("days", dealers, ASSESSMENT_SHARES)]
    return np.where(_own_halls(tree), 0, chosen)


def careless_dealers(tree: Tree, *, seed: int) -> Array:
    """Honest dealers whose customers leave easily at any age."""
    dealers = np.arange(tree.dealers)
    careless = Chance(seed, "dealer terms").happens("careless", dealers, CARELESS_DEALERS)
    return careless & ~dishonest_dealers(tree, seed=seed) & ~_own_halls(tree)


def sign_up(joining: Population, tree: Tree, *, seed: int) -> None:
    """Settle for those who join how they were signed up, and when commission is assessed."""
    chance = Chance(seed, "sign-up")
    hollow = dishonest_dealers(tree, seed=seed)[joining.dealer]
    loose = careless_dealers(tree, seed=seed)[joining.dealer]
    joining.signed = np.select(
        [
            hollow & chance.happens("hollow", joining.place, HOLLOW_SHARE),
            loose & chance.happens("loose", joining.place, LOOSE_SHARE),
        ],
        [HOLLOW, LOOSE],
        ORDINARY,
    )
    set_assessment(joining, tree, seed=seed)


def set_assessment(pop: Population, tree: Tree, *, seed: int) -> None:
    terms = assessment_days(tree, seed=seed)[pop.dealer]
    pop.assessed_on = np.where(terms > 0, pop.opened_second // DAY_SECONDS + terms, NEVER)


def commission_rows(here: MonthOfLife, lived: Lived) -> pa.Table:
    """Commission for accounts that are open on their assessment day, paid two days later."""
    pop, month = here.pop, here.month
    due = (pop.assessed_on + PAID_AFTER_DAYS >= month.first) & (
        pop.assessed_on + PAID_AFTER_DAYS < month.next.first
    )
    is_open = (pop.status < CLOSED_VOLUNTARY) | (pop.left_on > pop.assessed_on)
    rows = np.flatnonzero(due & is_open)
    paid = (pop.assessed_on[rows] + PAID_AFTER_DAYS) * DAY_SECONDS + 10 * 3600
    return pa.table(
        {
            "佣金编号": numbered(f"Y{month.label.replace('-', '')}", pop.place[rows] + 1),
            "渠道编号": coded(here.tree.dealer_ids(), pop.dealer[rows]),
            "客户编号": customer_ids(pop, rows),
            "账户编号": account_ids(pop, rows),
            "考核日": days(pop.assessed_on[rows]),
            "佣金金额": yuan(np.rint(COMMISSION_PRICES * PRICE_FEN[pop.plan[rows]]).astype(np.int64)),
            "支付时间": instants(paid),
            KNOWN: instants(paid + SOON_SECONDS),
        }
    )


def dealer_rows(tree: Tree, *, started: Month, seed: int) -> pa.Table:
    """Every dealer's contract, known since before the history begins."""
    dealers = np.arange(tree.dealers)
    counties = dealers // DEALERS_PER_COUNTY
    hall = _own_halls(tree)
    terms = assessment_days(tree, seed=seed)
    names = [
        f"{tree.place_names(int(county) * tree.branches_each)[1]}{'自有厅' if own else '代理点'}{place}"
        for county, own, place in zip(counties, hall, dealers % DEALERS_PER_COUNTY, strict=True)
    ]
    known = np.full(tree.dealers, (started.first - 1) * DAY_SECONDS)
    return pa.table(
        {
            "渠道编号": tree.dealer_ids(),
            "名称": pa.array(names),
            "类型": coded(("代理", "自有厅"), hall.astype(np.int64)),
            "归属机构": pa.array([tree.county_id(int(county)) for county in counties]),
            "考核天数": pa.array(terms, mask=terms == 0),
            KNOWN: instants(known),
        }
    )


def _own_halls(tree: Tree) -> Array:
    return np.arange(tree.dealers) % DEALERS_PER_COUNTY == 0
