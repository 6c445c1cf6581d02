"""What customers answer when they are called: reached or not, taken or not, and why they grumble."""

from dataclasses import dataclass

import numpy as np

from liuke.world.chance import Array, Chance
from liuke.world.contacting import accepts
from liuke.world.kinds import (
    ASLEEP,
    CALM,
    CLOSED_VOLUNTARY,
    COMPETITOR,
    CONTRACT_END,
    DEALER,
    FADING,
    NETWORK,
    NEWCOMER,
    PRICE,
    PRICE_STEP,
    SERVICE,
    SILENT,
    WAVERING,
)
from liuke.world.policies import POLICIES
from liuke.world.population import Population
from liuke.world.pulls import Pulls

OUTCOMES = ("unreachable", "callback", "reached_kept", "reached_lost", "reached_refused")
UNREACHABLE, CALLBACK, KEPT, LOST, REFUSED = range(5)
FEEDBACK = (
    "network",
    "unaware",
    "price",
    "competitor",
    "brand_swap",
    "plan_swap",
    "dealer",
    "service",
    "other",
)
_OTHER = FEEDBACK.index("other")
_FEEDBACK_OF_CAUSE = {
    CONTRACT_END: "plan_swap",
    PRICE: "price",
    PRICE_STEP: "price",
    NETWORK: "network",
    SERVICE: "service",
    COMPETITOR: "competitor",
    DEALER: "dealer",
    NEWCOMER: "unaware",
}
SAYS_SOMETHING_ELSE = 0.15
CALLS_BACK = 0.25  # of those who do not take the call at once
SAYS_GOODBYE = 0.45  # of the wavering who do not take the offer


@dataclass(frozen=True)
class Answers:
    """One answer per customer: places in OUTCOMES and, where reached, in FEEDBACK."""

    outcomes: Array
    feedback: Array


def answers_to(pop: Population, policy: str, pulls: Pulls, chance: Chance, *, seed: int) -> Answers:
    """The answer of each customer to one policy, were they called now."""
    identity = pop.identity
    is_gone = pop.status >= CLOSED_VOLUNTARY
    reached = chance.happens("reached", identity, pop.reachable) & ~is_gone
    calls_back = chance.happens("calls back", identity, CALLS_BACK) & ~is_gone
    takes = accepts(pop, policy, seed=seed) if policy in POLICIES else np.zeros(len(pop), bool)
    leaving = np.isin(pop.mind, (WAVERING, SILENT, ASLEEP))
    goodbye = leaving & chance.happens("goodbye", identity, SAYS_GOODBYE)
    outcomes = np.select(
        [~reached & calls_back, ~reached, takes, goodbye], [CALLBACK, UNREACHABLE, KEPT, LOST], REFUSED
    )
    return Answers(outcomes, np.where(reached, _feedback(pop, pulls, chance), -1))


def _feedback(pop: Population, pulls: Pulls, chance: Chance) -> Array:
    """The true reason, mostly; some say something else."""
    said = np.full(len(pop), _OTHER)
    cause = pulls.main_cause
    for code, word in _FEEDBACK_OF_CAUSE.items():
        said[cause == code] = FEEDBACK.index(word)
    said[(pop.mind == FADING) | (pop.mind == SILENT)] = FEEDBACK.index("brand_swap")
    said[(pop.unpaid > 0) & (pop.mind == CALM)] = FEEDBACK.index("price")
    astray = chance.happens("says something else", pop.identity, SAYS_SOMETHING_ELSE)
    return np.where(astray, chance.whole("something else", pop.identity, 0, len(FEEDBACK)), said)
