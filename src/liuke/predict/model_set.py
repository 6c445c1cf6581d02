"""All models of one early-warning list as one thing: learned, judged, stored and put in force together.

The hazards of the months ahead and the split among kinds belong to each other: they learned from the same
days, and their probabilities are multiplied. One file holds them with what is to be known of them
(`about`), under one HMAC; so there is no state in which half of them are new.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa

from liuke.predict.churn import Kind
from liuke.predict.churn_classifier import ChurnClassifier
from liuke.predict.hazards import Hazards
from liuke.predict.kind_split import KindSplit
from liuke.predict.later_hazards import LaterHazards
from liuke.predict.model_store import Key, Parts, Storable
from liuke.predict.recalibration import Correction


@dataclass(frozen=True)
class ModelSet(Storable):
    """Hazards, and the split among kinds where the third month was learned.

    about: what they learned from, by which declarations, how they were judged; plain values fit for JSON.
    """

    hazards: Hazards
    split: KindSplit | None
    about: Mapping[str, Any]
    later: LaterHazards | None = None  # of the months beyond the horizons, where a year of them was learned

    @property
    def months(self) -> int:
        """How many months ahead can be told."""
        return len(self.hazards.models)

    def predict(self, table: pa.Table) -> dict[int, np.ndarray]:
        """The probability of leaving within 1, 2, ... months."""
        return self.hazards.predict(table)

    def part(self, table: pa.Table, p_3m: np.ndarray) -> dict[Kind, np.ndarray]:
        """The parts of the three-month probability; empty where they were not learned."""
        if self.split is None:
            return {}
        shares = self.split.shares(table)
        return {kind: p_3m * share for kind, share in zip(self.split.kinds, shares.T, strict=True)}

    def hazards_ahead(self, table: pa.Table, hazards: Sequence[np.ndarray], months: int) -> np.ndarray | None:
        """Rows by months: the chance to leave in each of so many months; None where too few were learned.

        hazards: of the first months, as `hazards.by_month` tells them of the table.
        """
        if self.later is None or not self.later.reaches(months):
            return None
        return np.column_stack([*hazards, self.later.by_month(table, until=months)])

    def explain(self, table: pa.Table, names: Sequence[str]) -> np.ndarray:
        """What each feature adds to the log-odds of leaving within the longest horizon."""
        return self.hazards.explain(table, names)

    @classmethod
    def read_about(cls, path: str | Path, *, key: Key = None) -> dict[str, Any]:
        """What is to be known of a stored set, its HMAC checked, without bringing the models to life."""
        return dict(cls.read_parts(path, key=key).state["about"])

    def to_parts(self) -> Parts:
        parts = {name: model.to_parts() for name, model in self._named()}
        state = {
            "about": dict(self.about),
            "learned": list(self.hazards.learned),
            "why_empty": self.hazards.why_empty,
            "corrections": [asdict(each) for each in self.hazards.corrections],
            "split": None
            if self.split is None
            else {
                "kinds": list(self.split.kinds),
                "counts": list(self.split.counts),
                "learned": [model is not None for model in self.split.models],
            },
            "later": None if self.later is None else self.later.to_json(),
            "models": [{"name": name, "state": p.state, "trees": len(p.trees)} for name, p in parts.items()],
        }
        return Parts(
            state,
            [each.canary for each in parts.values()],
            [answer for each in parts.values() for answer in each.answers],
            tuple(text for each in parts.values() for text in each.trees),
            [answers for each in parts.values() for answers in each.tree_answers],
        )

    @classmethod
    def from_parts(cls, state: Mapping[str, Any], trees: tuple[str, ...]) -> Self:
        read, texts = [], iter(trees)
        for held in state["models"]:
            own = tuple(next(texts) for _ in range(held["trees"]))
            read.append(ChurnClassifier.from_parts(held["state"], own))
        months = len(state["learned"])
        corrections = tuple(Correction(**each) for each in state["corrections"])
        hazards = Hazards(tuple(read[:months]), tuple(state["learned"]), state["why_empty"], corrections)
        others = iter(read[months:])
        split = _split_of(state["split"], others)
        told = state.get("later")
        later = None if told is None else LaterHazards.from_json(told, tuple(others))
        return cls(hazards, split, state["about"], later)

    def answer_canary(self, canary: Any) -> list[float]:
        asked = zip(self._named(), canary, strict=True)
        return [answer for (_, model), rows in asked for answer in model.answer_canary(rows)]

    @classmethod
    def tree_owners(cls, state: Mapping[str, Any]) -> list[int]:
        counts = [held["trees"] for held in state["models"]]
        return [owner for owner, count in enumerate(counts) for _ in range(count)]

    def _named(self) -> Iterator[tuple[str, ChurnClassifier]]:
        for months, model in enumerate(self.hazards.models, start=1):
            yield f"hazard_{months}m", model
        if self.split is not None:
            for kind, learned in zip(self.split.kinds, self.split.models, strict=True):
                if learned is not None:
                    yield f"kind_{kind}", learned
        if self.later is not None:
            for end, model in zip(self.later.ends, self.later.models, strict=True):
                yield f"until_{end}m", model


def _split_of(stored: Mapping[str, Any] | None, models: Iterator[ChurnClassifier]) -> KindSplit | None:
    if stored is None:
        return None
    learned = tuple(next(models) if each else None for each in stored["learned"])
    return KindSplit(tuple(stored["kinds"]), learned, tuple(stored["counts"]))
