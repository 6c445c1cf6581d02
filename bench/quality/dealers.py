"""The audit of dealers on simulated companies: false discoveries and power, against two simpler audits.

    python -m bench.quality.dealers [--companies 400]

rate in window   share gone within the window against that of all others, one exact test per dealer
level alone      matched expectation, without asking for the dealer's own custom at other ages
All with Benjamini-Hochberg at 5 %. Standard errors from the spread over companies.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import stats

from liuke.predict.dealers.judging import Judgement, control_false_discoveries, judge_dealers
from liuke.predict.dealers.lives import Lives
from liuke.predict.dealers.matching import match_groups
from liuke.predict.dealers.settings import DEFAULTS
from liuke.world.signings import Signings, SigningTerms, simulate_signings

ORDINARY = SigningTerms()
WORLDS = {
    "ordinary": ORDINARY,
    "nobody dishonest": replace(ORDINARY, dishonest_share=0.0),
    "half careless, four times": replace(
        ORDINARY, careless_share=0.5, careless_factor=4.0, dealer_spread=0.6
    ),
    "larger, subtler (a quarter hollow)": replace(ORDINARY, customers_each=120.0, hollow=0.25),
    "many small dealers": replace(ORDINARY, dealers=120, halls=20, customers_each=30.0),
}


def lives_of(signed: Signings) -> Lives:
    likes = match_groups(signed.month, signed.plan, signed.region)
    enters = np.zeros(len(signed.dealer), np.int64)
    return Lives(signed.dealer, likes, enters, signed.leaves, signed.is_gone, signed.assessed)


def compare_rates(lives: Lives, judged: list[Judgement]) -> np.ndarray:
    """Fisher's exact test of gone in the window against not, the dealer's customers against all others'."""
    found = []
    for each in judged:
        end = each.assessed + DEFAULTS.window_days
        reached = lives.leaves >= each.assessed
        gone = reached & lives.is_gone & (lives.leaves < end)
        mine = lives.dealer == each.dealer
        table = [[int((gone & who).sum()), int((reached & ~gone & who).sum())] for who in (mine, ~mine)]
        found.append(stats.fisher_exact(table, alternative="greater")[1])
    return np.array(found)


AUDITS: dict[str, Callable[[Lives, list[Judgement]], np.ndarray]] = {
    "liuke": lambda lives, judged: np.array([each.p for each in judged]),
    "level alone": lambda lives, judged: np.array([each.p_level for each in judged]),
    "rate in window": compare_rates,
}


def judge_world(name: str, terms: SigningTerms, companies: int) -> None:
    shares: dict[str, list[float]] = {audit: [] for audit in AUDITS}
    caught, planted, spent = dict.fromkeys(AUDITS, 0), 0, 0.0
    for seed in range(companies):
        signed = simulate_signings(terms, seed=seed)
        lives = lives_of(signed)
        begun = time.process_time()
        judged = judge_dealers(lives, DEFAULTS)
        spent += time.process_time() - begun
        dealers = np.array([each.dealer for each in judged])
        planted += int(signed.dishonest.sum())
        for audit, p_values in AUDITS.items():
            q = control_false_discoveries(p_values(lives, judged), dependence="positive")
            flagged = dealers[q <= DEFAULTS.false_discovery]
            right = int(signed.dishonest[flagged].sum())
            caught[audit] += right
            shares[audit].append((len(flagged) - right) / max(len(flagged), 1))
    print(f"\n{name}: {companies} companies, {planted} planted, {1000 * spent / companies:.0f} CPU ms each")
    for audit, found in shares.items():
        power = f"{caught[audit] / planted:.3f}" if planted else "–"
        error = np.std(found) / np.sqrt(companies)
        print(f"  {audit:15} false discoveries {np.mean(found):.4f} ± {error:.4f}  power {power}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--companies", type=int, default=400)
    asked = parser.parse_args()
    for name, terms in WORLDS.items():
        judge_world(name, terms, asked.companies)


if __name__ == "__main__":
    main()
