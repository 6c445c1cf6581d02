"""Repeat purchases of CDNOW: BG/NBD, Pareto/NBD and ours, chosen before the hold-out was opened.

    python -m bench.quality.lifetime_value [--validate]

The hold-out: the 2,357 customers of the published sample, learned from 39 weeks, judged on the 39 after.
--validate prints what the choice rests on: weeks 1 to k to learn from, weeks k+1 to 39 to be judged on,
all customers, for five k. Nothing after week 39 is read there. ours/sample learned from the 2,357 alone,
as the published models did; ours/all from the first 39 weeks of all 23,570.
"""

import argparse
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from bench.quality.cdnow import ALL_WEEKS, CALIBRATION_WEEKS, count_later, read_days, tell_histories
from liuke.predict import BetaGeo, RepeatPurchases

ORIGINS = (16, 20, 23, 26, 30)  # weeks; everybody has bought by week 12
FAITHS = (0.0, 0.1, 0.3, 1.0, 2.0, 4.0)
Predictor = Callable[[pd.DataFrame, pd.DataFrame, float], np.ndarray]  # learn from, ask of, weeks ahead


def say_beta_geo(known: pd.DataFrame, asked: pd.DataFrame, weeks: float) -> np.ndarray:
    return BetaGeo().fit(*columns(known)).expected_purchases(weeks, *columns(asked))


def say_ours(known: pd.DataFrame, asked: pd.DataFrame, weeks: float, *, faith: float = 2.0) -> np.ndarray:
    return RepeatPurchases(faith=faith).fit(*columns(known)).expected_purchases(weeks, *columns(asked))


def say_pareto(known: pd.DataFrame, asked: pd.DataFrame, weeks: float) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from lifetimes import ParetoNBDFitter

        model = ParetoNBDFitter().fit(*columns(known))
        said = model.conditional_expected_number_of_purchases_up_to_time(weeks, *columns(asked))
    return np.asarray(said, dtype=float)


def columns(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series]:
    return rows.frequency, rows.recency, rows["T"]


def measure(said: np.ndarray, made: np.ndarray) -> tuple[float, float, float, float]:
    """Correlation, root mean square error, total, error of the total."""
    return (
        float(np.corrcoef(said, made)[0, 1]),
        float(np.sqrt(np.mean((said - made) ** 2))),
        float(said.sum()),
        float(said.sum() / made.sum() - 1.0),
    )


def validate() -> None:
    """RMSE relative to BG/NBD's and error of the total, by weeks learned from."""
    days = read_days("master")
    days = days[days.day < CALIBRATION_WEEKS * 7]
    print("RMSE / RMSE of BG/NBD (error of the total), by weeks learned from; then the mean ratio")
    print(f"{'':16}" + "".join(f"{weeks:>18}" for weeks in ORIGINS) + f"{'mean':>8}")
    told = {}
    for weeks in ORIGINS:
        known = tell_histories(days, weeks=weeks)
        made = count_later(days, known.index, after=weeks, until=CALIBRATION_WEEKS)
        told[weeks] = known, made, measure(say_beta_geo(known, known, CALIBRATION_WEEKS - weeks), made)
    _print_ratios("BG/NBD", [told[weeks][2] for weeks in ORIGINS], told)
    for faith in FAITHS:
        found = [
            measure(
                say_ours(told[weeks][0], told[weeks][0], CALIBRATION_WEEKS - weeks, faith=faith),
                told[weeks][1],
            )
            for weeks in ORIGINS
        ]
        _print_ratios(f"ours, faith {faith:g}", found, told)


def _print_ratios(name: str, found: list[tuple[float, float, float, float]], told: dict) -> None:
    ratios = [mine[1] / told[weeks][2][1] for weeks, mine in zip(ORIGINS, found, strict=True)]
    cells = [f"{ratio:.4f} ({mine[3]:+.3f})" for ratio, mine in zip(ratios, found, strict=True)]
    print(f"{name:16}" + "".join(f"{cell:>18}" for cell in cells) + f"{np.mean(ratios):8.4f}")


def judge_hold_out() -> dict[str, tuple[float, float, float, float]]:
    """What each says of the 39 weeks after, of the sample's customers."""
    everybody = tell_histories(read_days("master"), weeks=CALIBRATION_WEEKS)
    sample = read_days("sample")
    asked = tell_histories(sample, weeks=CALIBRATION_WEEKS)
    made = count_later(sample, asked.index, after=CALIBRATION_WEEKS, until=ALL_WEEKS)
    ahead = ALL_WEEKS - CALIBRATION_WEEKS
    said = {
        "BG/NBD": say_beta_geo(asked, asked, ahead),
        "Pareto/NBD": say_pareto(asked, asked, ahead),
        "ours/sample": say_ours(asked, asked, ahead),
        "ours/all": say_ours(everybody, asked, ahead),
    }
    return {name: measure(answer, made) for name, answer in said.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--validate", action="store_true", help="print what the choice rests on, first")
    if parser.parse_args().validate:
        validate()
    print(f"{'hold-out':12}{'correlation':>12}{'RMSE':>8}{'total':>8}{'error':>8}")
    for name, (correlation, error, total, off) in judge_hold_out().items():
        print(f"{name:12}{correlation:12.4f}{error:8.4f}{total:8.0f}{off:+8.1%}")


if __name__ == "__main__":
    main()
