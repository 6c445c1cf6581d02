"""The champion at work: kept while it can serve, challenged when asked, replaced by a verdict only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from liuke.kernel.words import Language
from liuke.predict.challenger import Challenger, train_challenger
from liuke.predict.model_set import ModelSet
from liuke.predict.model_store import replace_file
from liuke.predict.standing import Reign, Standing, crown, find_champion
from liuke.predict.unlearned import NothingLearned
from liuke.predict.verdict import Verdict, judge_challenger
from liuke.predict.warning_inputs import Inputs

VERDICTS_FOLDER = "verdicts"


@dataclass(frozen=True)
class Serving:
    """Who serves as of a day. models: None when nothing could be learned, and why_empty says why.

    verdict: of the training that was just done; None when nothing was trained.
    """

    models: ModelSet | None
    reign: Reign | None
    why_empty: str | None
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Trained:
    """A challenge: who was challenged, by whom, and how it ended. reign: of who is in force after it."""

    standing: Standing
    challenger: Challenger
    verdict: Verdict
    reign: Reign | None

    @property
    def in_force(self) -> Mapping[str, Any]:
        """What is to be known of the set in force after the verdict."""
        models = self.challenger.models if self.verdict.promoted else self.standing.champion
        assert models is not None
        return models.about


def serve(inputs: Inputs) -> Serving:
    """The champion when it can serve; else a new one, made from all known by the day and put in force.

    A champion made when the history was too short for every horizon is challenged as time goes on.
    """
    standing = find_champion(inputs)
    if standing.champion is not None and not _may_tell_more(standing.champion, inputs):
        return _keep(standing)
    challenger = train_challenger(inputs)
    if challenger.models is None:
        return Serving(None, None, challenger.why_empty)
    trained = settle(inputs, standing, challenger)
    if not trained.verdict.promoted:
        return _keep(standing, trained.verdict)
    why_empty = challenger.models.hazards.why_empty
    return Serving(challenger.models, trained.reign, why_empty, trained.verdict)


def challenge(inputs: Inputs, *, language: Language = "en") -> Trained:
    """Train a challenger, judge it beside the champion, and put it in force when the rule says so.

    Raises NothingLearned when there is too little to learn from; the champion, if any, stays then.
    """
    standing = find_champion(inputs)
    challenger = train_challenger(inputs)
    if challenger.models is None:
        raise NothingLearned(challenger.why_empty or "history_too_short", challenger.seen, language=language)
    return settle(inputs, standing, challenger)


def settle(inputs: Inputs, standing: Standing, challenger: Challenger) -> Trained:
    """The verdict, written down; the challenger in force when it is promoted."""
    verdict = judge_challenger(inputs, standing, challenger)
    assert challenger.models is not None
    reign = standing.reign
    if inputs.model_folder is not None:
        if verdict.promoted:
            reign = crown(inputs.model_folder, challenger.models, since=inputs.as_of, why=verdict.why)
        _write_verdict(inputs.model_folder, inputs.as_of, verdict, reign)
    return Trained(standing, challenger, verdict, reign)


def _keep(standing: Standing, verdict: Verdict | None = None) -> Serving:
    assert standing.champion is not None
    return Serving(standing.champion, standing.reign, standing.champion.hazards.why_empty, verdict)


def _may_tell_more(champion: ModelSet, inputs: Inputs) -> bool:
    """Whether horizons are missing that a later day may be able to learn."""
    made = date.fromisoformat(champion.about["made_as_of"])
    return champion.months < len(inputs.definition.horizons) and inputs.as_of > made


def _write_verdict(folder: Path, as_of: date, verdict: Verdict, reign: Reign | None) -> None:
    place = folder / VERDICTS_FOLDER / f"{as_of}.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    told = verdict.document() | {"as_of": as_of.isoformat(), "in_force": reign.sha256 if reign else None}
    replace_file(place, json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode())
