"""Customers who join: who they are, what they buy, what they are like inside."""

from statistics import NormalDist

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.kinds import CALM, FADING, OPEN, WAVERING
from liuke.world.months import DAY_SECONDS, Month
from liuke.world.plans import CONTRACT_MONTHS, DATA_MB, DEALERS_PER_COUNTY, MINUTES, SHARE
from liuke.world.policies import CONTACTS
from liuke.world.population import NEVER, Population
from liuke.world.rivals import HEARS_OFFERS
from liuke.world.seasons import JOINING, factor_in
from liuke.world.units import MANAGERS_PER_COUNTY, Tree

JOINING_RATE = 0.027  # of the company's first size, a month; about what leaves
LONGEST_TENURE_DAYS = 3650
YEAR_DAYS = 365.25
SHARED_HOMES = 0.3
VALUED_PLAN = 4  # from this plan on a customer has an account manager
ELDERLY_AGE = 65
DEALER_SHARES = np.array([0.4, 0.25, 0.2, 0.15])
PLAN_EDGES = np.array([NormalDist().inv_cdf(share) for share in np.cumsum(SHARE)[:-1]])
YOUTH_PLAN = 1


def founders(count: int, tree: Tree, *, seed: int, month: Month) -> Population:
    """The customers with whom the history begins; they joined up to ten years before."""
    index = np.arange(count, dtype=np.int64)
    chance = Chance(seed, "person")
    age_days = np.floor(LONGEST_TENURE_DAYS * chance.uniform("tenure", index) ** 1.7).astype(np.int64) + 1
    second = (month.first - age_days) * DAY_SECONDS + _office_second(chance, index)
    pop = _people(index, second, tree, seed=seed)
    ends = month.first + chance.whole("contract", index, 0, CONTRACT_MONTHS[pop.plan] * 30 + 1)
    holds = (CONTRACT_MONTHS[pop.plan] > 0) & chance.happens("holds contract", index, 0.75)
    pop.contract_end_on = np.where(holds, ends, NEVER)
    mood = chance.uniform("mood", index)
    pop.mind = np.select([mood < 0.04, mood < 0.065], [WAVERING, FADING], CALM)
    pop.hardship = chance.happens("hardship", index, 0.02)
    return pop


def newcomers(first_place: int, tree: Tree, *, founded: int, seed: int, month: Month) -> Population:
    """Those who join in a month; how many depends on the company's first size and season only."""
    luck = Chance(seed, "joining", month.label).uniform("count", np.zeros(1, np.int64))[0]
    count = int(founded * JOINING_RATE * factor_in(JOINING, month) * (0.9 + 0.2 * luck) + 0.5)
    index = np.arange(first_place, first_place + count, dtype=np.int64)
    chance = Chance(seed, "person")
    day = month.first + chance.whole("joined", index, 0, month.days - 2)
    pop = _people(index, day * DAY_SECONDS + _office_second(chance, index), tree, seed=seed)
    ends = day + CONTRACT_MONTHS[pop.plan] * 365 // 12
    pop.contract_end_on = np.where(CONTRACT_MONTHS[pop.plan] > 0, ends, NEVER)
    return pop


def _people(index: Array, opened_second: Array, tree: Tree, *, seed: int) -> Population:
    chance = Chance(seed, "person")
    count = len(index)
    alone = ~chance.happens("shares home", index, SHARED_HOMES) | (np.arange(count) == 0)
    home = np.maximum.accumulate(np.where(alone, index, 0))
    branch = chance.pick("branch", home, _branch_weights(tree, seed=seed))
    age = 18.0 + 60.0 * chance.uniform("age", index) ** 1.35
    born = opened_second // DAY_SECONDS - np.floor(age * YEAR_DAYS).astype(np.int64)
    level = chance.normal("level", index)
    plan = _chosen_plans(chance, index, level, age)
    manager = tree.county_of(branch) * MANAGERS_PER_COUNTY + chance.whole("manager", home, 0, 2)
    care = _care_marks(chance, index, age)
    return Population(
        identity=index.astype(np.uint64),
        place=index,
        opened_second=opened_second,
        is_male=chance.happens("sex", index, 0.51),
        birth_on=born,
        home=home,
        person=index.copy(),
        kin=index.copy(),
        device=index.copy(),
        branch=branch,
        manager=np.where(plan >= VALUED_PLAN, manager, -1),
        care=care,
        do_not_disturb=chance.happens("do not disturb", index, 0.04),
        plan=plan,
        dealer=tree.county_of(branch) * DEALERS_PER_COUNTY + chance.pick("dealer", index, DEALER_SHARES),
        broadband=chance.happens("broadband", index, 0.15 + 0.1 * (plan >= 2) + 0.25 * (plan >= VALUED_PLAN)),
        second_card=chance.happens("second card", index, 0.18),
        cloud=chance.happens("cloud", index, 0.12),
        **_nature(chance, index, plan, level, care),
        **_beginning(count),
    )


def _nature(chance: Chance, index: Array, plan: Array, level: Array, care: Array) -> dict[str, Array]:
    """What customers are like, hidden from everybody."""
    use = np.exp(0.35 * level + 0.2 * chance.normal("use", index))
    return {
        "minutes": 0.7 * MINUTES[plan] * use * np.exp(0.3 * chance.normal("minutes", index)),
        "texts": 8.0 * np.exp(0.7 * chance.normal("texts", index)),
        "data_mb": 0.6 * DATA_MB[plan] * use * np.exp(0.25 * chance.normal("data", index)),
        "price_sense": chance.normal("price", index),
        "miss_rate": np.where(chance.happens("careless", index, 0.12), 0.15, 0.006) + 0.04 * (care == 3),
        "late_rate": 0.35 * chance.uniform("late", index) ** 2,
        "decline": _declines(chance, index),
        "response": _responses(chance, index),
        "is_sleeping_dog": chance.happens("sleeping dog", index, 0.08),
        "hears_offers": chance.happens("hears offers", index, HEARS_OFFERS),
        "reachable": 0.5 + 0.45 * chance.uniform("reachable", index),
    }


def _beginning(count: int) -> dict[str, Array]:
    """How everybody is on the first day."""
    nothing, never = np.zeros(count, np.int64), np.full(count, NEVER)
    started = {
        "moves": nothing,
        "assessed_on": never,
        "signed": nothing,
        "contract_end_on": never,
        "surcharge_fen": nothing,
        "step_fen": nothing,
        "step_month": never,
        "status": np.full(count, OPEN),
        "status_month": never,
        "mind": np.full(count, CALM),
        "mind_month": never,
        "last_use_on": never,
        "use": np.ones(count),
        "grievance": np.zeros(count),
        "network_grievance": np.zeros(count),
        "hardship": np.zeros(count, bool),
        "credit_months": nothing,
        "used_share": np.zeros(count),
        "used_minutes": nothing,
        "used_texts": nothing,
        "used_mb": nothing,
        "bill_mean_fen": np.zeros(count),
        "shock": np.zeros(count),
        "unpaid": nothing,
        "owed_fen": np.zeros((count, 4), np.int64),
        "left_on": never,
        "left_kind": nothing,
        "competitor": np.full(count, -1),
        "reached_on": np.full((count, CONTACTS), NEVER),
    }
    return {name: values.copy() for name, values in started.items()}


def _office_second(chance: Chance, index: Array) -> Array:
    return chance.whole("hour", index, 9 * 3600, 18 * 3600)


def _branch_weights(tree: Tree, *, seed: int) -> Array:
    return 0.5 + Chance(seed, "branch").uniform("size", np.arange(tree.branches))


def _chosen_plans(chance: Chance, index: Array, level: Array, age: Array) -> Array:
    """Heavy users mostly choose large plans, the young mostly the one with much data."""
    wish = 0.75 * level + 0.66 * chance.normal("plan", index)
    plan = np.searchsorted(PLAN_EDGES, wish)
    young = (age < 27.0) & chance.happens("youth plan", index, 0.5)
    return np.where(young, YOUTH_PLAN, plan)


def _care_marks(chance: Chance, index: Array, age: Array) -> Array:
    """0 none, 1 elderly, 2 disabled, 3 low-income."""
    draw = chance.uniform("care", index)
    rare = np.select([draw < 0.015, draw < 0.045], [2, 3], 0)
    return np.where((age >= ELDERLY_AGE) & (rare == 0), 1, rare)


def _declines(chance: Chance, index: Array) -> Array:
    """Three in ten who waver do not show it in their use."""
    shown = 0.5 + 0.35 * chance.uniform("decline", index)
    return np.where(chance.happens("hides wavering", index, 0.3), 1.0, shown)


def _responses(chance: Chance, index: Array) -> Array:
    """One in five does not care for any offer."""
    strength = np.clip(0.9 * np.exp(0.35 * chance.normal("response", index)), 0.0, 1.8)
    return np.where(chance.happens("indifferent", index, 0.2), 0.0, strength)
