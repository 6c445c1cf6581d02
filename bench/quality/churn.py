"""Churn: ours beside plain logistic regression and untuned LightGBM, on the same folds of the same run.

    python -m bench.quality.churn [--seed 0] [--packaged] [--sets ibm_telco mlc_churn iranian_churn]

Five stratified folds, predictions out of fold and pooled; ± is the standard deviation over folds. The
last columns are a paired bootstrap of customers: our AUC less the peer's, with its 95 % interval.
--packaged takes the tables of `bench.quality.packaged` instead, which need no data beside the checkout,
and says of each whether it was looked at when the classifier was made.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from bench.quality.datasets import DATASETS, shared_data
from bench.quality.packaged import HELD_BACK, PACKAGED
from bench.quality.peers import PlainLogistic, UntunedLightGBM, parse_numbers
from liuke.predict import ChurnClassifier
from liuke.predict.calibrate import expected_calibration_error

FOLDS = 5
RESAMPLES = 1000
OURS = "liuke"
MODELS: dict[str, Callable[[], Any]] = {
    OURS: lambda: ChurnClassifier(random_state=0),
    "plain logistic": PlainLogistic,
    "untuned LightGBM": UntunedLightGBM,
}


def deal(answers: np.ndarray, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return list(folds.split(np.zeros(len(answers)), answers))


def predict_out_of_fold(
    make: Callable[[], Any], rows: pd.DataFrame, answers: np.ndarray, *, seed: int
) -> np.ndarray:
    """Each row's probability from a model that learned from the other folds."""
    said = np.empty(len(answers))
    for train, judge in deal(answers, seed):
        model = make().fit(rows.iloc[train], answers[train])
        said[judge] = model.predict_proba(rows.iloc[judge])[:, 1]
    return said


def lift(answers: np.ndarray, said: np.ndarray, share: float = 0.1) -> float:
    """Leavers among the share with the highest scores, over leavers among all."""
    top = np.argsort(-said, kind="stable")[: round(share * len(said))]
    return float(answers[top].mean() / answers.mean())


def bootstrap_gain(answers: np.ndarray, ours: np.ndarray, theirs: np.ndarray, *, seed: int) -> np.ndarray:
    """Our AUC less theirs: low, middle and high of the paired bootstrap."""
    draw, gains = np.random.default_rng(seed), []
    for _ in range(RESAMPLES):
        rows = draw.integers(0, len(answers), len(answers))
        if 0 < answers[rows].sum() < len(rows):
            gains.append(
                roc_auc_score(answers[rows], ours[rows]) - roc_auc_score(answers[rows], theirs[rows])
            )
    return np.quantile(gains, [0.025, 0.5, 0.975])


def report(name: str, rows: pd.DataFrame, answers: np.ndarray, *, seed: int) -> dict[str, float]:
    """Print what each model does; returns our AUC less each peer's."""
    held = ", held back" if name in HELD_BACK else ""
    size = f"{len(answers)} rows, {rows.shape[1]} columns, {answers.mean():.1%} left"
    print(f"\n{name}: {size}, seed {seed}{held}", flush=True)
    said: dict[str, np.ndarray] = {}
    for model, make in MODELS.items():
        given = rows if model == OURS else parse_numbers(rows)
        begun = time.process_time()
        said[model] = predict_out_of_fold(make, given, answers, seed=seed)
        spent = (time.process_time() - begun) / FOLDS
        print(_line(model, answers, said, spent, seed=seed), flush=True)
    ours = roc_auc_score(answers, said[OURS])
    return {model: ours - roc_auc_score(answers, said[model]) for model in MODELS if model != OURS}


def _line(model: str, answers: np.ndarray, said: dict[str, np.ndarray], spent: float, *, seed: int) -> str:
    theirs = said[model]
    apart = [roc_auc_score(answers[judge], theirs[judge]) for _, judge in deal(answers, seed)]
    numbers = (
        f"  {model:17} AUC {roc_auc_score(answers, theirs):.4f} ± {np.std(apart):.4f}"
        f"  PR-AUC {average_precision_score(answers, theirs):.4f}  lift@10% {lift(answers, theirs):.2f}"
        f"  ECE {expected_calibration_error(answers, theirs):.4f}  {spent:.1f} CPU s a fold"
    )
    if model == OURS:
        return numbers
    low, middle, high = bootstrap_gain(answers, said[OURS], theirs, seed=seed)
    return f"{numbers}  ours {middle:+.4f} [{low:+.4f}, {high:+.4f}]"


def sum_up(gains: dict[str, dict[str, float]]) -> None:
    """How often and how far ours is below each peer."""
    print()
    for peer in (model for model in MODELS if model != OURS):
        by_set = pd.Series({name: gain[peer] for name, gain in gains.items()})
        print(
            f"{peer}: ours {by_set.mean():+.4f} on average over {len(by_set)} sets,"
            f" below by more than .001 on {(by_set < -0.001).sum()};"
            f" least {by_set.min():+.4f} ({by_set.idxmin()})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--packaged", action="store_true")
    parser.add_argument("--sets", nargs="*", choices=[*DATASETS, *PACKAGED])
    asked = parser.parse_args()
    names = asked.sets or list(PACKAGED if asked.packaged else DATASETS)
    if not shared_data().is_dir() and not set(names) <= set(PACKAGED):
        print(
            f"There is no real data at {shared_data()}; set LIUKE_SHARED_DATA to its folder, or --packaged."
        )
        return
    sources = DATASETS | PACKAGED
    sum_up({name: report(name, *sources[name](), seed=asked.seed) for name in names})


if __name__ == "__main__":
    main()
