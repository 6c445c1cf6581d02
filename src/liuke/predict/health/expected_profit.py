"""Expected maximum profit of a churn forecast (EMPC): what the best campaign on its ranking would earn.

Verbraken, Verbeke and Baesens (2013), IEEE TKDE 25(5), 961-973. Whoever is contacted costs the contact; a
stayer takes the offer and costs it too; a leaver takes it with probability gamma and then brings the
lifetime value less the offer. For every gamma the campaign contacts the share that earns most; EMPC is the
mean over gamma, which is beta-distributed. Exact: of equal scores pooled until the share of leavers falls
from pool to pool (which is the convex hull of the ROC curve), each pool is contacted from one gamma on,
and the two integrals over the rest are incomplete beta functions.

At a churn rate of a few percent the best campaign contacts almost nobody unless offers are cheap beside
what a customer is worth: read the profit with the share contacted, never alone. The pools are drawn with
the outcomes in hand, so on few leavers the measure flatters.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import betainc

from liuke.kernel.errors import LiukeError
from liuke.predict.metrics import Ranking

ALPHA, BETA = 6.0, 14.0  # the authors': a mean acceptance of .30
CONCENTRATION = ALPHA + BETA
ALMOST_NOBODY = 0.01  # share contacted below which the profit says little about a campaign


class ProfitRefused(LiukeError):
    """Terms under which no profit can be computed."""


@dataclass(frozen=True, kw_only=True)
class ProfitTerms:
    """What a campaign costs and saves, all in one unit of money, the same as the profit comes in.

    clv: worth of a customer kept. contact_cost: of each contact. offer_cost: of each offer taken.
    accept_alpha, accept_beta: of the beta distribution of the share of leavers who accept.
    """

    clv: float
    contact_cost: float
    offer_cost: float
    accept_alpha: float = ALPHA
    accept_beta: float = BETA

    def __post_init__(self) -> None:
        for name in ("clv", "contact_cost", "offer_cost"):
            value = getattr(self, name)
            if not np.isfinite(value) or value < 0:
                raise ProfitRefused(f"{name} must be an amount of money of at least 0, not {value}")
        for name in ("accept_alpha", "accept_beta"):
            value = getattr(self, name)
            if not np.isfinite(value) or value <= 0:
                raise ProfitRefused(f"{name} of a beta distribution must lie above 0, not {value}")


@dataclass(frozen=True)
class ExpectedProfit:
    """profit: per customer of the whole list, in the terms' money. targeted: share of it contacted, mean
    over the acceptance. per_targeted: profit per customer contacted; None where nobody is.
    """

    profit: float
    targeted: float
    terms: ProfitTerms

    @property
    def per_targeted(self) -> float | None:
        return self.profit / self.targeted if self.targeted > 0 else None

    @property
    def contacts_almost_nobody(self) -> bool:
        return self.targeted < ALMOST_NOBODY


def expected_maximum_profit(
    p: np.ndarray,
    left: np.ndarray,
    *,
    clv: float,
    contact_cost: float,
    offer_cost: float,
    accept_alpha: float = ALPHA,
    accept_beta: float = BETA,
    weights: np.ndarray | None = None,
) -> ExpectedProfit:
    """The profit per customer of the best campaign on a ranking, with the share it contacts.

    p: scores, higher for likelier leavers; only their order counts. left: 0 or 1, what became of them.
    weights: how many customers each row stands for. Money in one unit of your choice.

    The example is that of the documentation of empulse (empc_score: 23.8756), an independent implementation.

    >>> found = expected_maximum_profit(
    ...     np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]),
    ...     np.array([0, 1, 0, 1, 0, 1, 0, 1]),
    ...     clv=200, contact_cost=1, offer_cost=10,
    ... )
    >>> round(found.profit, 4), round(found.targeted, 4)
    (23.8756, 0.8744)
    """
    terms = ProfitTerms(
        clv=clv,
        contact_cost=contact_cost,
        offer_cost=offer_cost,
        accept_alpha=accept_alpha,
        accept_beta=accept_beta,
    )
    scores, happened = np.asarray(p, float), np.asarray(left, float)
    if not len(scores) or len(scores) != len(happened):
        raise ProfitRefused(f"p and left need the same rows, at least one: {len(scores)} and {len(happened)}")
    ranking = Ranking.of(scores, happened)
    counts = np.ones(len(scores)) if weights is None else np.asarray(weights, float)[ranking.order]
    return profit_of_blocks(*ranking.blocks(counts), terms)


def profit_of_blocks(leavers: np.ndarray, stayers: np.ndarray, terms: ProfitTerms) -> ExpectedProfit:
    """leavers, stayers: of each block of equal score, best first."""
    share, size = pool(leavers, stayers)
    kept = terms.clv - terms.offer_cost
    if kept <= 0 or not len(share):
        return ExpectedProfit(0.0, 0.0, terms)  # an offer worth more than the customer is made to nobody
    spent = terms.contact_cost + (1 - share) * terms.offer_cost
    with np.errstate(divide="ignore"):
        from_gamma = np.clip(np.where(share > 0, spent / np.maximum(share * kept, 1e-300), np.inf), 0.0, 1.0)
    alpha, beta = terms.accept_alpha, terms.accept_beta
    contacted = 1.0 - betainc(alpha, beta, from_gamma)
    accepted = alpha / (alpha + beta) * (1.0 - betainc(alpha + 1, beta, from_gamma))
    earned = share * kept * accepted - spent * contacted
    return ExpectedProfit(float(size @ earned), float(size @ contacted), terms)


def pool(leavers: np.ndarray, stayers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares of leavers, falling from pool to pool, and the share of all customers in each pool."""
    rows = leavers + stayers
    there = rows > 0
    rows, leavers = rows[there], leavers[there]
    if not len(rows):
        return np.empty(0), np.empty(0)
    found = isotonic_regression(leavers / rows, weights=rows, increasing=False)
    starts = found.blocks[:-1]
    return found.x[starts], found.weights / rows.sum()
