"""What an offer to one customer is expected to bring.

    gain = p x s x V - (k + o)

p   probability that the customer leaves in one of the ways the policy aims at
s   save rate: the share of such leavers that the offer keeps
V   value at stake, in fen: what is lost with the customer
k   cost of the contact, o cost of the offer, both in fen

The cost is taken as if everybody contacted accepted, so a budget holds whatever customers answer, and
the gain is a lower bound on what is expected. The value is taken as saved whole when the customer stays
over the horizon of p; how long a saved customer stays belongs to V.
"""

import numpy as np

from liuke.plan.candidates import Candidate, probability_of
from liuke.plan.crowd import Column, Crowd
from liuke.plan.policies import Policy


def expected_gain_fen(candidate: Candidate, policy: Policy) -> int | None:
    """The gain of offering the policy, to the nearest fen; None when p or V is unknown."""
    saves = expected_saves(candidate, policy)
    if saves is None or candidate.value_at_stake_fen is None:
        return None
    return round(saves * candidate.value_at_stake_fen) - policy.cost_fen


def expected_gains_fen(crowd: Crowd, policy: Policy) -> Column:
    """The same for many, fen for fen; NaN when p or V is unknown."""
    saves = crowd.probability(policy.aims_at) * policy.save_rate
    return np.rint(saves * crowd.value_fen) - policy.cost_fen


def expected_saves(candidate: Candidate, policy: Policy) -> float | None:
    """Expected number of leavings prevented by one contact, p x s; None when p is unknown."""
    probability = probability_of(candidate, policy.aims_at)
    return None if probability is None else probability * policy.save_rate
