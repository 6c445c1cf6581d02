"""Hashes of what a model set was made for. Words and colours are not in them, meanings are."""

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from liuke.kernel.errors import ConfigRefused, Mistake, suggestion
from liuke.kernel.toml import TomlFile
from liuke.predict.churn import ChurnDefinition
from liuke.view.features import Feature

_NOT_MEANING = {"training", "value", "listing"}


def leaving_hash(definition: ChurnDefinition) -> str:
    """Of what leaving is and how far ahead it is told."""
    return _hash(definition.model_dump(mode="json", exclude=_NOT_MEANING, exclude_none=True))


def features_hash(features: Sequence[Feature]) -> str:
    """Of the features' names and how they are computed, in any order."""
    told = [feature.model_dump(mode="json", exclude={"label", "cause", "unit"}) for feature in features]
    return _hash(sorted(told, key=lambda each: str(each["name"])))


def monotone_hash(definition: ChurnDefinition) -> str:
    """Of the directions that the chance of leaving must keep."""
    return _hash(definition.training.monotone)


def check_monotone(
    definition: ChurnDefinition, features: Sequence[Feature], *, file: Path = Path("churn.toml")
) -> None:
    """Raise ConfigRefused when a direction is asked of a feature that is not there, or is a text.

    file: the churn.toml it was read from, for the lines of the mistakes.
    """
    kinds = {feature.name: feature.kind for feature in features}
    wrong = {
        name: f"[training.monotone] names the feature {name!r}, which is not"
        f" declared{suggestion(name, kinds)}; declare it, or take the line out"
        for name in definition.training.monotone
        if name not in kinds
    }
    wrong |= {
        name: f"[training.monotone] names the feature {name!r}, a text, which has no direction; take it out"
        for name in definition.training.monotone
        if kinds.get(name) == "text"
    }
    if wrong:
        read = TomlFile(file) if file.is_file() else None
        path = ("training", "monotone")
        raise ConfigRefused(
            read.mistake((*path, name), said) if read else Mistake(file, 1, said)
            for name, said in wrong.items()
        )


def recipe_hash(definition: ChurnDefinition, *, seed: int) -> str:
    """Of all that decides what is learned from the same rows."""
    training = definition.training.model_dump(mode="json", exclude={"promotion"})
    return _hash({"leaving": leaving_hash(definition), "training": training, "seed": seed})


def _hash(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
