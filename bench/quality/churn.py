"""Churn: ours beside plain logistic regression and untuned LightGBM, on the same folds of the same run.

    python -m bench.quality.churn [--seed 0] [--sets ibm_telco mlc_churn iranian_churn]

Five stratified folds, predictions out of fold and pooled; ± is the standard deviation over folds. The
last columns are a paired bootstrap of customers: our AUC less the peer's, with its 95 % interval.
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
from bench.quality.peers import PlainLogistic, UntunedLightGBM, parse_numbers
from liuke.predict import ChurnClassifier
from liuke.predict.calibrate import expected_calibration_error

FOLDS = 5
RESAMPLES = 1000
MODELS: dict[str, Callable[[], Any]] = {
    "liuke": lambda: ChurnClassifier(random_state=0),
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


def report(name: str, *, seed: int) -> None:
    rows, answers = DATASETS[name]()
    print(f"\n{name}: {len(answers)} customers, {answers.mean():.1%} left, seed {seed}")
    said = {}
    for model, make in MODELS.items():
        given = rows if model == "liuke" else parse_numbers(rows)
        begun = time.process_time()
        said[model] = predict_out_of_fold(make, given, answers, seed=seed)
        spent = (time.process_time() - begun) / FOLDS
        print(_line(model, answers, said[model], deal(answers, seed), spent, said["liuke"], seed=seed))


def _line(
    model: str,
    answers: np.ndarray,
    said: np.ndarray,
    folds: list[tuple[np.ndarray, np.ndarray]],
    spent: float,
    ours: np.ndarray,
    *,
    seed: int,
) -> str:
    apart = [roc_auc_score(answers[judge], said[judge]) for _, judge in folds]
    numbers = (
        f"  {model:17} AUC {roc_auc_score(answers, said):.4f} ± {np.std(apart):.4f}"
        f"  PR-AUC {average_precision_score(answers, said):.4f}  lift@10% {lift(answers, said):.2f}"
        f"  ECE {expected_calibration_error(answers, said):.4f}  {spent:.1f} CPU s a fold"
    )
    if model == "liuke":
        return numbers
    low, middle, high = bootstrap_gain(answers, ours, said, seed=seed)
    return f"{numbers}  ours {middle:+.4f} [{low:+.4f}, {high:+.4f}]"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sets", nargs="*", default=list(DATASETS), choices=list(DATASETS))
    asked = parser.parse_args()
    if not shared_data().is_dir():
        print(f"There is no real data at {shared_data()}; set LIUKE_SHARED_DATA to its folder.")
        return
    for name in asked.sets:
        report(name, seed=asked.seed)


if __name__ == "__main__":
    main()
