"""The third choice of a CDNOW predictor, made blind: protocol in `cooled_protocol.md`, then the hold-out.

    python -m bench.quality.cooled

1. The forecast as it was sealed: weeks 1-39 of all 23,570 customers, cut as text before anything is read, the
   search ended where it ended then. Its SHA-256 (customer and expected purchases with six decimals, as CSV)
   is in the protocol. Where the search ends hangs on rounding in the fifth digit, so on other processors the
   hash may differ; the greatest distance to the forecast that is shipped tells what that amounts to.
2. The hold-out with the model as shipped, whose search goes on to the very top: the 2,357 customers of the
   published sample in weeks 40-78, beside Pareto/NBD and BG/NBD learned from the 2,357 as published.
3. A further look, added after the hold-out had been opened and so no part of the choice: all 23,570 customers
   in the same weeks, peers learned from all 23,570 too.

Differences of RMSE are paired: 2,000 resamples of customers, seed 0.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bench.quality.cdnow import (
    ALL_WEEKS,
    CALIBRATION_WEEKS,
    WEEK_DAYS,
    count_later,
    place_of,
    read_days,
    read_first_weeks,
    tell_first_purchases,
    tell_histories,
)
from bench.quality.lifetime_value import measure, say_beta_geo, say_pareto
from bench.quality.paced import CHOSEN, DRAWS, Known
from liuke.predict import CoolingPurchases
from liuke.predict.cooling_laws import Form
from liuke.predict.cooling_search import search
from liuke.predict.purchase_times import PurchaseTimes

AHEAD = ALL_WEEKS - CALIBRATION_WEEKS
SEALED = "2b4c43ff41e1661b6b80c21c75f3d3dab034cebc29bfea62df1f90c13765e21d"
LEAST_DOLLARS = 1.0


class SealedSearch(CoolingPurchases):
    """The search that the sealed forecast was made with: it ends where the slope is nearly level."""

    def _find(self, form: Form, told: PurchaseTimes, traits: np.ndarray) -> np.ndarray:
        return search(form, told, traits)


@dataclass(frozen=True)
class People:
    """Customers, with what is known of them by the end of the calibration weeks."""

    days: pd.DataFrame
    asked: tuple[Any, ...]  # as CoolingPurchases is asked: purchases in weeks from the first, covariates

    @classmethod
    def read(cls, name: str) -> "People":
        days = read_first_weeks(place_of(name)).sort_values(["customer", "day"])
        first = tell_first_purchases(days)
        begun = first.day.loc[days.customer].to_numpy()
        age = (CALIBRATION_WEEKS * WEEK_DAYS - 1 - first.day.to_numpy()) / WEEK_DAYS
        dollars = np.maximum(first.dollars.to_numpy(), LEAST_DOLLARS)
        traits = np.column_stack([np.log(first.cds.to_numpy()), np.log(dollars)])
        weeks = (days.day.to_numpy() - begun) / WEEK_DAYS
        return cls(days, (days.customer.to_numpy(), weeks, first.index.to_numpy(), age, traits))

    @property
    def customers(self) -> pd.Index:
        return pd.Index(self.asked[2])

    @property
    def histories(self) -> pd.DataFrame:
        return tell_histories(self.days, weeks=CALIBRATION_WEEKS)


def write_forecast(people: People, expected: np.ndarray) -> str:
    rows = pd.DataFrame({"customer": people.customers, "expected": expected})
    return rows.to_csv(index=False, float_format="%.6f")


def hash_forecast(people: People, expected: np.ndarray) -> str:
    return hashlib.sha256(write_forecast(people, expected).encode()).hexdigest()


def say_of_sample(ours: CoolingPurchases, sample: People) -> dict[str, np.ndarray]:
    known = sample.histories
    return {
        "CoolingPurchases": ours.expected_purchases(AHEAD, *sample.asked),
        "Pareto/NBD": say_pareto(known, known, AHEAD),
        "BG/NBD": say_beta_geo(known, known, AHEAD),
    }


def say_of_all(ours: CoolingPurchases, everybody: People) -> dict[str, np.ndarray]:
    second = Known.by(everybody.days, weeks=CALIBRATION_WEEKS)
    return say_of_sample(ours, everybody) | {
        "BG/NBD, first purchase": CHOSEN.say(CHOSEN.learn(second), second, AHEAD)
    }


def count_made(name: str, people: People) -> np.ndarray:
    """The hold-out, read by nothing above."""
    return count_later(read_days(name), people.customers, after=CALIBRATION_WEEKS, until=ALL_WEEKS)


def resample(said: dict[str, np.ndarray], made: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """RMSE of each and error of each total, a row per resample of customers."""
    squares = np.column_stack([(answer - made) ** 2 for answer in said.values()])
    answers = np.column_stack(list(said.values()))
    draw = np.random.default_rng(0)
    errors, totals = [], []
    for _ in range(DRAWS):
        rows = draw.integers(0, len(made), len(made))
        errors.append(np.sqrt(squares[rows].mean(axis=0)))
        totals.append(answers[rows].sum(axis=0) / made[rows].sum() - 1.0)
    return np.array(errors), np.array(totals)


def report(said: dict[str, np.ndarray], made: np.ndarray) -> None:
    errors, totals = resample(said, made)
    print(f"{len(made):,} customers, who bought {made.sum():,.0f} times")
    print(
        f"{'':24}{'correlation':>12}{'RMSE':>9}{'total':>9}{'error':>8}{'95 %':>18}  first's RMSE less this"
    )
    for place, (name, answer) in enumerate(said.items()):
        correlation, error, total, off = measure(answer, made)
        low, high = np.quantile(totals[:, place], [0.025, 0.975])
        told = f"{name:24}{correlation:12.4f}{error:9.4f}{total:9,.0f}{off:+8.1%} [{low:+.1%}, {high:+.1%}]"
        print(f"{told:82}{_gap(errors, place) if place else ''}")


def _gap(errors: np.ndarray, place: int) -> str:
    low, middle, high = np.quantile(errors[:, 0] - errors[:, place], [0.025, 0.5, 0.975])
    return f"{middle:+.4f} [{low:+.4f}, {high:+.4f}]"


def main() -> None:
    everybody, sample = People.read("master"), People.read("sample")
    sealed = SealedSearch().fit(*everybody.asked).expected_purchases(AHEAD, *sample.asked)
    found = hash_forecast(sample, sealed)
    print(f"sealed forecast {found}: {'as sealed' if found == SEALED else f'sealed was {SEALED}'}")
    ours = CoolingPurchases().fit(*everybody.asked)
    said = say_of_sample(ours, sample)
    shipped = said["CoolingPurchases"]
    print(
        f"shipped         {hash_forecast(sample, shipped)}: at most {np.abs(shipped - sealed).max():.1e} off"
    )
    print(f"AIC {ours.aic_}\n{ours.params_}", flush=True)
    report(said, count_made("sample", sample))
    print("\nA further look, after the opening")
    report(say_of_all(ours, everybody), count_made("master", everybody))


if __name__ == "__main__":
    main()
