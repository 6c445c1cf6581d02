"""Do ranges of purchases hold what customers do? On made-up companies, true to the model and not.

    python -m bench.quality.purchase_ranges [--customers 20000]

Each company lives 78 weeks; models learn from 39 and say an 80 % range for the 39 after. Ranges are of
whole numbers, so they hold more than 80 % where many buy nothing: `over` (above the range) and `under`
should each be at most 10 %. BG/NBD's range is drawn, as lifetime values are, 200 times a customer.
"""

import argparse

import numpy as np

from liuke.predict import BetaGeo, RepeatPurchases

WEEKS, CONFIDENCE, DRAWS = 39, 0.8, 200
COMPANIES = {
    "BG/NBD": lambda week: 1.0,
    "slowing by half": lambda week: 1.0 - 0.5 * week / (2 * WEEKS),
    "a season of plenty ahead": lambda week: 1.5 if week >= WEEKS else 1.0,
    "waves": lambda week: 1.0 + 0.4 * np.sin(week / 4),
}


def live(pace, customers: int, draw: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Frequency, recency, T after 39 weeks and purchases of the 39 after. pace: of buying, by week."""
    rates, leaves = draw.gamma(0.5, 1 / 5.0, customers), draw.beta(0.8, 2.4, customers)
    begun = draw.uniform(0, 12, customers)
    active, last = np.ones(customers, dtype=bool), np.zeros(customers)
    seen, later = np.zeros(customers), np.zeros(customers)
    for day in range(2 * WEEKS * 7):
        week = day / 7
        buys = active & (week > begun) & (draw.random(customers) < -np.expm1(-rates * pace(week) / 7))
        if week < WEEKS:
            seen += buys
            last = np.where(buys, week - begun, last)
        else:
            later += buys
        active &= ~(buys & (draw.random(customers) < leaves))
    return seen, last, WEEKS - begun, later


def range_of_beta_geo(model: BetaGeo, history: tuple[np.ndarray, ...], draw) -> tuple[np.ndarray, np.ndarray]:
    x, _, age = history
    p, size = model.params_, (DRAWS, len(x))
    rates = draw.gamma(p.r + x, 1.0 / (p.alpha + age), size)
    stays = np.maximum(draw.beta(p.a, p.b + x, size), 1e-12)
    made = np.minimum(draw.poisson(rates * WEEKS), draw.geometric(stays))
    made = np.where(draw.random(size) < model.probability_alive(*history), made, 0)
    tail = (1 - CONFIDENCE) / 2
    return np.quantile(made, tail, axis=0), np.quantile(made, 1 - tail, axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=20_000)
    asked = parser.parse_args()
    print(f"{'company':26}{'model':10}{'held':>8}{'over':>8}{'under':>8}{'total':>8}{'RMSE':>8}")
    for name, pace in COMPANIES.items():
        draw = np.random.default_rng(7)
        *history, later = live(pace, asked.customers, draw)
        old, ours = BetaGeo().fit(*history), RepeatPurchases().fit(*history)
        found = ours.purchase_range(WEEKS, *history, confidence=CONFIDENCE)
        ranges = {"BG/NBD": range_of_beta_geo(old, history, draw), "ours": (found.low, found.high)}
        for label, model in (("BG/NBD", old), ("ours", ours)):
            low, high = ranges[label]
            said = model.expected_purchases(WEEKS, *history)
            held, over, under = (
                np.mean(part) for part in ((low <= later) & (later <= high), later > high, later < low)
            )
            print(
                f"{name:26}{label:10}{held:8.1%}{over:8.1%}{under:8.1%}{said.sum() / later.sum() - 1:+8.1%}"
                f"{np.sqrt(np.mean((said - later) ** 2)):8.3f}"
            )


if __name__ == "__main__":
    main()
