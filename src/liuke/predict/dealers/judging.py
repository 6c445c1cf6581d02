"""Whether a dealer's customers go right after the assessment more than chance and custom explain.

Two questions, and both must be answered with yes:

level    Are more gone in the window than of the matched customers of others? Gamma-Poisson: a count with
         the expectation's own uncertainty.
custom   Are more gone in the window than a dealer whose customers go at other ages as this dealer's do
         lets expect? Dealers differ by a factor of their own at all ages; how much they do is learned
         from all of them, and this one's factor from the other ages (empirical Bayes, Robbins 1956;
         gamma-Poisson, so its prediction is negative binomial). A dealer whose customers leave heavily
         at every age passes the first question and not this one.

The larger of the two p-values is that of an intersection-union test (Berger 1982): no adjustment needed.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from liuke.predict.dealers.baseline import Baseline, ByAge
from liuke.predict.dealers.lives import Lives
from liuke.predict.dealers.settings import DealerSettings

LEAST_EVENTS = 0.5  # stands for the information of an expectation of which nothing was seen
LIKENESS = (0.3, 50.0)  # bounds of the gamma shape of the dealers' factors: 0.3 differ wildly, 50 hardly
FEWEST_DEALERS = 8  # below so many their differences cannot be learned
LIKENESS_OF_FEW = 2.0


@dataclass(frozen=True)
class Counts:
    """One dealer's customers gone and expected in the window and at the other ages.

    window: [assessment, assessment + window_days). elsewhere: before it, and from tail_days after it on;
    what lies between belongs to neither. events: how many events of others each expectation rests on.
    """

    dealer: int
    assessed: int
    customers: int
    reached: int
    gone: int
    expected: float
    events: float
    gone_elsewhere: int
    expected_elsewhere: float
    events_elsewhere: float
    by_age: ByAge


@dataclass(frozen=True)
class Judgement(Counts):
    """The same, judged."""

    p_level: float
    p_custom: float

    @property
    def p(self) -> float:
        return max(self.p_level, self.p_custom)


def judge_dealers(lives: Lives, settings: DealerSettings) -> list[Judgement]:
    """Every dealer with commission and enough customers who reached their assessment day."""
    counted = count_dealers(lives, settings)
    likeness = fit_likeness(
        np.array([each.gone_elsewhere for each in counted]),
        np.array([each.expected_elsewhere for each in counted]),
    )
    return [
        Judgement(
            **vars(each),
            p_level=chance_of_level(each.gone, each.expected, each.events),
            p_custom=chance_of_custom(each, likeness),
        )
        for each in counted
    ]


def count_dealers(lives: Lives, settings: DealerSettings) -> list[Counts]:
    baseline = Baseline(lives, settings)
    found = []
    for dealer in np.unique(lives.dealer[lives.assessed > 0]).tolist():
        mine = lives.dealer == dealer
        assessed = int(lives.assessed[mine].max())
        reached = int((mine & (lives.leaves > assessed) & (lives.enters <= assessed)).sum())
        if reached >= settings.least_reached and assessed < settings.longest_days:
            by_age = baseline.of(dealer)
            window, elsewhere = _ages(assessed, len(by_age.gone), settings)
            found.append(
                Counts(
                    dealer,
                    assessed,
                    int(mine.sum()),
                    reached,
                    *_sum(by_age, window),
                    *_sum(by_age, elsewhere),
                    by_age,
                )
            )
    return found


def _ages(assessed: int, days: int, settings: DealerSettings) -> tuple[np.ndarray, np.ndarray]:
    age = np.arange(days)
    end = assessed + settings.window_days
    return (age >= assessed) & (age < end), (age < assessed) | (age >= end + settings.tail_days)


def _sum(by_age: ByAge, ages: np.ndarray) -> tuple[int, float, float]:
    expected, variance = float(by_age.expected[ages].sum()), float(by_age.variance[ages].sum())
    events = max(expected**2 / variance, LEAST_EVENTS) if variance > 0 else LEAST_EVENTS
    return int(by_age.gone[ages].sum()), expected, events


def chance_of_level(gone: int, expected: float, events: float) -> float:
    """Chance of so many or more, expecting `expected` on the strength of `events` seen among others.

    >>> round(chance_of_level(3, 3.0, 1e9), 3)  # Poisson, 1 - (1 + 3 + 4.5) exp(-3)
    0.577
    """
    if gone == 0:
        return 1.0
    return float(stats.nbinom.sf(gone - 1, events, events / (events + max(expected, 1e-9))))


def fit_likeness(gone: np.ndarray, expected: np.ndarray) -> float:
    """How alike dealers are at ages away from the assessment: the gamma shape of their factors (mean 1).

    By maximum likelihood of the negative binomial; a fixed moderate one for a handful of dealers.
    """
    if len(gone) < FEWEST_DEALERS:
        return LIKENESS_OF_FEW
    mean = np.maximum(expected, 1e-9)

    def unlikelihood(log_shape: float) -> float:
        shape = np.exp(log_shape)
        return -float(stats.nbinom.logpmf(gone, shape, shape / (shape + mean)).sum())

    bounds = (float(np.log(LIKENESS[0])), float(np.log(LIKENESS[1])))
    return float(np.exp(optimize.minimize_scalar(unlikelihood, bounds=bounds, method="bounded").x))


def chance_of_custom(counts: Counts, likeness: float) -> float:
    """Chance of so many or more in the window, were this dealer's factor the same at all ages."""
    if counts.gone == 0:
        return 1.0
    seen, told = likeness + counts.gone_elsewhere, likeness + counts.expected_elsewhere
    # Squared coefficients of variation of the factor, and of the two expectations, add up.
    learned = counts.expected_elsewhere / told
    shape = 1.0 / (1.0 / seen + 1.0 / counts.events + learned**2 / counts.events_elsewhere)
    mean = max(counts.expected, 1e-9) * seen / told
    return float(stats.nbinom.sf(counts.gone - 1, shape, shape / (shape + mean)))


def control_false_discoveries(p: np.ndarray, *, dependence: str) -> np.ndarray:
    """Adjusted p-values: of those at most q that are rejected a share of q at most is false, on average.

    Benjamini and Hochberg (1995) for independent or positively dependent tests; `any`: Benjamini and
    Yekutieli (2001), for whatever dependence, at the price of power.

    >>> control_false_discoveries(np.array([0.01, 0.04, 0.03]), dependence="positive").round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    if not len(p):
        return np.zeros(0)
    adjusted: np.ndarray = stats.false_discovery_control(p, method="by" if dependence == "any" else "bh")
    return adjusted
