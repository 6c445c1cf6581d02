"""What a company was made with, written beside its hidden truth for people to read."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import numpy as np

from liuke.world import faults, hazards, pulls, returning, rivals, seasons, tariffs
from liuke.world.dealing import HOLLOW_SHARE, LOOSE_SHARE, careless_dealers
from liuke.world.history import Settings
from liuke.world.kinds import KINDS, SILENT_DAYS
from liuke.world.policies import EFFECT_MONTHS, POLICIES, SLEEPING_DOG_FACTOR
from liuke.world.rivals import COMPETITORS
from liuke.world.troubles import dishonest_dealers

_MODULES = (hazards, pulls, rivals, faults, tariffs, seasons, returning)


def write_parameters(folder: Path, settings: Settings) -> None:
    """effects.json: what leads people away and what offers do, and which dealers are what."""
    folder.mkdir(parents=True, exist_ok=True)
    tree = settings.tree
    dealers = tree.dealer_ids().to_pylist()
    marked = {
        "dishonest_dealers": dishonest_dealers(tree, seed=settings.seed),
        "careless_dealers": careless_dealers(tree, seed=settings.seed),
    }
    told = {
        "effect_months": EFFECT_MONTHS,
        "silent_days": SILENT_DAYS,
        "sleeping_dog_factor": SLEEPING_DOG_FACTOR,
        "factors": {
            policy: {KINDS[kind]: factor for kind, factor in effect.factors.items()}
            for policy, effect in POLICIES.items()
        },
        "competitors": [{"zh": rival.zh, "en": rival.en} for rival in COMPETITORS],
        **{module.__name__.rpartition(".")[2]: _numbers_of(module) for module in _MODULES},
        "hollow_share": HOLLOW_SHARE,
        "loose_share": LOOSE_SHARE,
        **{
            name: [dealer for dealer, is_marked in zip(dealers, mask, strict=True) if is_marked]
            for name, mask in marked.items()
        },
    }
    (folder / "effects.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _numbers_of(module: ModuleType) -> dict[str, object]:
    """The module's constants: numbers, spans of time, rows of numbers, named numbers."""
    return {
        name.lower(): _plain(value)
        for name, value in vars(module).items()
        if name.isupper()
        and (
            isinstance(value, float | np.ndarray | Mapping)
            or (isinstance(value, int) and name.endswith(("_DAYS", "_MONTHS")))
            or (isinstance(value, tuple) and all(isinstance(each, float) for each in value))
        )
    }


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return dict(value) if isinstance(value, Mapping) else value
