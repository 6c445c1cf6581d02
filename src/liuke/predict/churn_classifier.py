"""Who will leave: a calibrated probability from a table of any mix of columns."""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Self, get_args

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.special import expit, log_expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from liuke.kernel.frames import Frame, from_arrow
from liuke.predict.columns import Columns, TableRefused, check_filled, count_rows, is_frame, read_columns
from liuke.predict.encode import ColumnEncoder
from liuke.predict.ensemble import Effort, Ensemble, Lesson, fit_ensemble
from liuke.predict.model_store import Parts, Storable
from liuke.predict.tells import TellWarning, find_tells, warning_of
from liuke.predict.training_answers import Answers, read_answers

BATCH_ROWS = 65_536  # rows encoded at once, so that memory does not grow with the table
CANARY_ROWS = 32


class ChurnClassifier(Storable, ClassifierMixin, BaseEstimator):
    """Logistic models, straight and curved, and trees, weighed and calibrated on rows they had not seen.

    X: one row per customer (or per customer and day), as a pandas, Polars or Arrow frame or an array.
    Columns may be numbers, text, booleans, dates (as text too) or Decimals, each with gaps; they are known
    by name, so their order is free, further columns are ignored, and a level never seen counts as "other".
    y: two classes; the later in sorted order (1, True, "Yes") is the one whose probability comes second.

    random_state: everything drawn comes from it; the same data and seed give the same bytes on disk.
    monotone: by column of numbers, +1 where the probability must not fall as it grows, -1 where it
    must not rise.
    effort: "quick" grows small trees on three folds only. Where every row is one of many noisy months it
    tells about as much, several times as fast; on a single table "full" is sharper.

    How it works and why it needs no tuning: see `liuke.predict.ensemble`. References: Friedman, Greedy
    Function Approximation, Annals of Statistics 29 (2001); Ke et al., LightGBM, NIPS 2017; Breiman,
    Stacked Regressions, Machine Learning 24 (1996); Platt (1999); Lundberg et al., From Local Explanations
    to Global Understanding with Explainable AI for Trees, Nature Machine Intelligence 2 (2020).

    >>> import pandas as pd
    >>> months = list(range(80))
    >>> X = pd.DataFrame({"months": months, "plan": ["a", "b"] * 40})
    >>> y = ["Yes" if 37 * month % 80 > month else "No" for month in months]
    >>> model = ChurnClassifier(random_state=7).fit(X, y)
    >>> model.predict_proba(X.iloc[[5, 40, 75]])[:, 1].round(1).tolist()
    [0.8, 0.4, 0.1]
    >>> model.explain(X.iloc[[5]]).round(1).values.tolist()
    [[0, 'months', 1.7], [0, 'plan', 0.1]]
    """

    classes_: np.ndarray
    encoder_: ColumnEncoder
    ensemble_: Ensemble
    base_log_odds_: float
    tells_: tuple[str, ...]

    def __init__(
        self,
        random_state: int = 0,
        monotone: Mapping[str, int] | None = None,
        effort: Effort = "full",
    ):
        self.random_state = random_state
        self.monotone = monotone
        self.effort = effort

    def fit(self, X: Frame, y: Any, sample_weight: Any = None, groups: Any = None) -> Self:
        """Learn from rows with known answers.

        sample_weight: how many rows a row stands for. groups: rows with the same value (one customer on
        several days) are never split between learning and judging. Raises TableRefused, with what to do,
        when there is nothing to learn from. Columns that alone tell every answer are named in `tells_`, and
        by a TellWarning unless the effort is quick: they are mostly written down after the answer.
        """
        if self.effort not in get_args(Effort):
            raise TableRefused(f"effort is one of {', '.join(get_args(Effort))}; not {self.effort!r}.")
        if not isinstance(self.monotone, Mapping | None):
            raise TableRefused(
                f"monotone is {self.monotone!r}. Give a sign by column, such as {{'debt': 1}}, or None."
            )
        columns = read_columns(X)
        check_filled(columns)
        answers = read_answers(y, rows=count_rows(columns), sample_weight=sample_weight, groups=groups)
        columns = {name: array.filter(pa.array(answers.used)) for name, array in columns.items()}
        encoder = ColumnEncoder.learn(columns)
        if not encoder.plans:
            told = "; ".join(f"{name}: {why}" for name, why in encoder.left_out.items())
            raise TableRefused(f"No column tells one customer from another ({told}). Add one that does.")
        self.classes_, self.encoder_ = answers.classes, encoder
        self.n_features_in_ = len(columns)
        if is_frame(X):
            self.feature_names_in_ = np.array(list(columns), dtype=object)
        lesson = self._lesson(columns, answers)
        self.tells_ = find_tells(encoder.plans, lesson.codes, lesson.labels)
        if self.tells_ and self.effort == "full":
            warnings.warn(warning_of(self.tells_), TellWarning, stacklevel=2)
        self.ensemble_ = fit_ensemble(lesson, seed=self._seed())
        self.base_log_odds_ = self.ensemble_.base(encoder)
        return self

    def decision_function(self, X: Frame) -> np.ndarray:
        """The calibrated log-odds of the second class, one per row."""
        parts = [self.ensemble_.log_odds(codes, self.encoder_) for codes in self._codes(X)]
        return np.concatenate(parts) if parts else np.empty(0)

    def predict_proba(self, X: Frame) -> np.ndarray:
        """Rows by two: the probability of staying and of leaving."""
        leaving = expit(self.decision_function(X))
        return np.column_stack([1.0 - leaving, leaving])

    def predict_log_proba(self, X: Frame) -> np.ndarray:
        """The logarithms of `predict_proba`, exact where that is nearly 0."""
        leaving = self.decision_function(X)
        return np.column_stack([log_expit(-leaving), log_expit(leaving)])

    def predict(self, X: Frame) -> np.ndarray:
        """The likelier class of every row."""
        likelier = (self.decision_function(X) > 0).astype(int)
        return self.classes_[likelier]

    def explain(self, X: Frame) -> Frame:
        """What each column adds to each row's calibrated log-odds of leaving.

        Exact Shapley values of the whole model: TreeSHAP of every tree, with the trees' own training
        rows as background, and the additive model's terms beside their average, summed with the blend's
        weights. So a row's contributions and `base_log_odds_` add up to its `decision_function`. (A member
        that says more than `calibrate.LIMIT` is held to it, and its contributions shrink alike.) They say
        what the model reads from a column, not what would happen if the column were changed.

        returns: long frame of the make of X (pandas for an array): row (0-based position), feature,
        contribution; rows in order, features in the order learned, columns left out of learning absent.
        """
        check_is_fitted(self, "ensemble_")
        owners = self.encoder_.design_owners
        parts = [self.ensemble_.contributions(codes, self.encoder_, owners) for codes in self._codes(X)]
        names = self.encoder_.names
        added = np.concatenate(parts) if parts else np.empty((0, len(names)))
        table = pa.table(
            {
                "row": np.repeat(np.arange(len(added)), len(names)),
                "feature": pa.array(list(names) * len(added), pa.string()),
                "contribution": added.ravel(),
            }
        )
        return from_arrow(table, like=X if is_frame(X) else pd.DataFrame())

    def _seed(self) -> int:
        """A number for any of the random states scikit-learn knows."""
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        from sklearn.utils import check_random_state

        try:
            return int(check_random_state(self.random_state).randint(2**31))
        except ValueError:
            raise TableRefused(
                f"random_state is {self.random_state!r}. Give a whole number, so that a fit can be repeated."
            ) from None

    def _lesson(self, columns: Columns, answers: Answers) -> Lesson:
        return Lesson(
            codes=self.encoder_.codes(columns),
            encoder=self.encoder_,
            labels=answers.labels,
            weights=answers.weights,
            groups=answers.groups,
            signs=self.encoder_.signs(self.monotone or {}),
            effort=self.effort,
        )

    def _codes(self, X: Frame) -> Iterator[np.ndarray]:
        check_is_fitted(self, "ensemble_")
        columns = (
            read_columns(X, wanted=self.encoder_.names) if is_frame(X) else self._by_position(read_columns(X))
        )
        for start in range(0, count_rows(columns), BATCH_ROWS):
            yield self.encoder_.codes({name: held.slice(start, BATCH_ROWS) for name, held in columns.items()})

    def _by_position(self, columns: Columns) -> Columns:
        if len(columns) != self.n_features_in_:
            raise TableRefused(
                f"X has {len(columns)} features, but ChurnClassifier is expecting"
                f" {self.n_features_in_} features as input."
            )
        names = getattr(self, "feature_names_in_", None)
        return columns if names is None else dict(zip(names, columns.values(), strict=True))

    def to_parts(self) -> Parts:
        check_is_fitted(self, "ensemble_")
        canary = self.encoder_.canary(CANARY_ROWS)
        stored, trees = self.ensemble_.to_json()
        state = {
            "random_state": self._seed(),
            "monotone": dict(self.monotone) if self.monotone else None,
            "effort": self.effort,
            "classes": self.classes_.tolist(),
            "classes_kind": self.classes_.dtype.str,
            "columns": self.n_features_in_,
            "names": getattr(self, "feature_names_in_", np.array([])).tolist(),
            "encoder": self.encoder_.to_json(),
            "ensemble": stored,
            "base_log_odds": self.base_log_odds_,
            "tells": list(self.tells_),
        }
        rows = [[None if np.isnan(value) else value for value in row] for row in canary.tolist()]
        said = [booster.predict(canary, raw_score=True).tolist() for booster in self.ensemble_.all_boosters]
        return Parts(state, rows, self.answer_canary(rows), trees, said)

    @classmethod
    def from_parts(cls, state: Mapping[str, Any], trees: tuple[str, ...]) -> Self:
        model = cls(state["random_state"], state["monotone"], state["effort"])
        model.classes_ = np.array(state["classes"], dtype=state["classes_kind"])
        model.n_features_in_ = state["columns"]
        if state["names"]:
            model.feature_names_in_ = np.array(state["names"], dtype=object)
        model.encoder_ = ColumnEncoder.from_json(state["encoder"])
        model.ensemble_ = Ensemble.from_json(state["ensemble"], trees)
        model.base_log_odds_ = state["base_log_odds"]
        model.tells_ = tuple(state.get("tells", ()))
        return model

    def answer_canary(self, canary: Any) -> list[float]:
        codes = np.array(canary, dtype=float).reshape(len(canary), len(self.encoder_.plans))
        added = self.ensemble_.contributions(codes, self.encoder_, self.encoder_.design_owners)
        return [*self.ensemble_.log_odds(codes, self.encoder_).tolist(), *added.ravel().tolist()]

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.classifier_tags.multi_class = False
        return tags
