"""BG/NBD of many customers: ours beside lifetimes and pymc-marketing, each in a process of its own.

    python -m bench.speed.beta_geo [--customers 1_000_000] [--runs 3]

Two made-up shops whose days are whole: one quarter's newcomers after 39 weeks, as CDNOW, and newcomers of
two years, with three times as many distinct histories. What it takes to start Python, import and make the
histories is not counted as seconds. The floor is one pass over the distinct histories: the
likelihood once. pymc-marketing finds the maximum a posteriori, by its own priors, which draw its likelihood a
little down; it lives in an environment of its own (bench/peers/pymc-marketing.txt): name its Python in
LIUKE_PEER_PYMC, without it that row is left out and says so.
"""

import argparse
import resource
import subprocess
import sys
import time
import warnings

import numpy as np

from bench.speed.processes import find_peer

SHOPS = {"a quarter's newcomers": (273, 84), "two years' newcomers": (730, 700)}
MIB = 1024.0


def make_histories(customers: int, *, days: int, entry_days: int) -> tuple[np.ndarray, ...]:
    """Frequency, recency and T in weeks, by BG/NBD with the parameters of CDNOW."""
    draw = np.random.default_rng(1)
    age = np.ceil(days - draw.random(customers) * entry_days)
    rates = np.maximum(draw.gamma(0.2426, 1 / (4.4136 * 7), customers), 1e-300)
    leaves = draw.beta(0.7929, 2.4259, customers)
    x, last, at, active = np.zeros(customers), np.zeros(customers), np.zeros(customers), np.arange(customers)
    while len(active):
        at[active] += draw.exponential(1.0, len(active)) / rates[active]
        active = active[at[active] < age[active]]
        x[active] += 1
        last[active] = np.maximum(1, np.floor(at[active]))
        active = active[draw.random(len(active)) >= leaves[active]]
    return x, np.minimum(last, age) / 7, age / 7


def fit_ours(x: np.ndarray, last: np.ndarray, age: np.ndarray) -> tuple[float, ...]:
    from liuke.predict.beta_geo import BetaGeo

    began = time.process_time()
    found = BetaGeo().fit(x, last, age).params_
    return time.process_time() - began, found.r, found.alpha, found.a, found.b


def fit_lifetimes(x: np.ndarray, last: np.ndarray, age: np.ndarray) -> tuple[float, ...]:
    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter

    began = time.process_time()
    found = BetaGeoFitter().fit(x, last, age).params_
    return time.process_time() - began, *(float(found[name]) for name in ("r", "alpha", "a", "b"))


def fit_pymc(x: np.ndarray, last: np.ndarray, age: np.ndarray) -> tuple[float, ...]:
    warnings.simplefilter("ignore")
    import pandas as pd
    from pymc_marketing.clv import BetaGeoModel

    rows = pd.DataFrame({"customer_id": np.arange(len(x)), "frequency": x, "recency": last, "T": age})
    began = time.process_time()
    found = BetaGeoModel(data=rows).fit(method="map", progressbar=False).posterior
    return time.process_time() - began, *(float(found[name].item()) for name in ("r", "alpha", "a", "b"))


def pass_once(x: np.ndarray, last: np.ndarray, age: np.ndarray) -> tuple[float, ...]:
    from liuke.predict.beta_geo_likelihood import Histories

    histories = Histories.gather(x, last, age, None)
    began = time.process_time()
    histories.log_likelihood(np.array([0.24, 4.4, 0.8, 2.4]))
    return time.process_time() - began, float(len(histories.counts))


PYMC = "pymc-marketing MAP"
WORKERS = {"ours": fit_ours, "lifetimes": fit_lifetimes, PYMC: fit_pymc, "floor": pass_once}


def work(worker: str, customers: int, shop: str) -> None:
    """What one process does: prints seconds of processor, MiB added at the peak, and what was found."""
    days, entry_days = SHOPS[shop]
    made = make_histories(customers, days=days, entry_days=entry_days)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = WORKERS[worker](*made)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(*(repr(value) for value in (found[0], peak / MIB, (peak - before) / MIB, *found[1:])))


def ask(python: str, worker: str, customers: int, shop: str, runs: int) -> list[float]:
    """The run of median processor time."""
    command = [python, "-m", "bench.speed.beta_geo", "--worker", worker]
    command += ["--customers", str(customers), "--shop", shop]
    told = [
        [
            float(word)
            for word in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        ]
        for _ in range(runs)
    ]
    return sorted(told)[len(told) // 2]


def compare(customers: int, shop: str, runs: int) -> None:
    from liuke.predict.beta_geo_likelihood import Histories

    pythons = dict.fromkeys(WORKERS, sys.executable) | {PYMC: find_peer("pymc-marketing")}
    found = {
        worker: ask(python, worker, customers, shop, runs) for worker, python in pythons.items() if python
    }
    days, entry_days = SHOPS[shop]
    histories = Histories.gather(*make_histories(customers, days=days, entry_days=entry_days), None)
    print(f"\n{customers:,} customers, {shop}: {len(histories.counts):,} distinct histories of repeat buyers")
    for worker, row in found.items():
        print(f"  {worker:20}{row[0]:8.3f} CPU s   peak {row[1]:6.0f} MiB, the fit added {row[2]:5.0f}")
    ours, floor = found.pop("ours"), found.pop("floor")
    height = histories.log_likelihood(np.array(ours[3:]))[0]
    print(f"  ours / floor {ours[0] / floor[0]:.1f}; log-likelihood {height:.6f}")
    for worker, row in found.items():
        gap = (height - histories.log_likelihood(np.array(row[3:]))[0]) / abs(height)
        print(
            f"  {worker} / ours {row[0] / ours[0]:.1f}; ours above its log-likelihood by {gap:+.1e}, relative"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--shop", choices=list(SHOPS))
    parser.add_argument("--worker", choices=list(WORKERS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.worker:
        work(asked.worker, asked.customers, asked.shop)
        return
    for shop in [asked.shop] if asked.shop else SHOPS:
        compare(asked.customers, shop, asked.runs)


if __name__ == "__main__":
    main()
