"""The champion: the model set in force as of a day, and whether it can still serve.

`champions.json` is the one pointer. It names, for each as-of day from which a set is in force, the set by
the sha256 of its content. A set never serves a day before the one it was made on, because it may have
learned from what was not known by then.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from liuke.kernel.failpoints import reach
from liuke.predict.declared import features_hash, leaving_hash, monotone_hash
from liuke.predict.model_set import ModelSet
from liuke.predict.model_store import ModelRefused, replace_file
from liuke.predict.warning_inputs import Inputs

POINTER = "champions.json"
FORMAT = 1


@dataclass(frozen=True, order=True)
class Reign:
    """From which as-of day a set is in force, which one, and why it was put there."""

    since: date
    sha256: str
    why: str

    @property
    def file_name(self) -> str:
        return f"{self.sha256[:16]}.models"


@dataclass(frozen=True)
class Standing:
    """The champion as of a day; or none, with the reason code and, for a refused file, what was said."""

    champion: ModelSet | None
    reign: Reign | None
    why_not: str | None = None
    detail: str = ""


def read_reigns(folder: Path) -> tuple[Reign, ...]:
    """Every reign of a model folder, the earliest first. Raises ModelRefused when the pointer is damaged."""
    place = folder / POINTER
    try:
        held = json.loads(place.read_text(encoding="utf-8"))
        if held["format"] != FORMAT:
            raise ValueError(f"format {held['format']}")
        found = [
            Reign(date.fromisoformat(each["since"]), each["sha256"], each["why"]) for each in held["reigns"]
        ]
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError) as error:
        raise ModelRefused(
            f"{place} does not tell which models are in force ({error}). Delete it; the next cycle or"
            " 'liuke train' makes new models."
        ) from None
    return tuple(sorted(found))


def reign_of(folder: Path | None, *, as_of: date) -> Reign | None:
    """Which set is in force as of a day; None when none is, or the pointer is damaged."""
    if folder is None:
        return None
    try:
        reigns = read_reigns(folder)
    except ModelRefused:
        return None
    return max((reign for reign in reigns if reign.since <= as_of), default=None)


def say_reign(reign: Reign | None) -> dict[str, str] | None:
    """A reign for a card."""
    return None if reign is None else asdict(reign) | {"since": reign.since.isoformat()}


def crown(folder: Path, models: ModelSet, *, since: date, why: str) -> Reign:
    """Store a set and put it in force from a day on; killed in between, the one before stays in force."""
    draft = folder / ".challenger"
    sha256 = models.save(draft)
    reign = Reign(since, sha256, why)
    draft.replace(folder / reign.file_name)
    try:
        others = [other for other in read_reigns(folder) if other.since != since]
    except ModelRefused:
        others = []  # a damaged pointer is written anew
    reigns = sorted([*others, reign])
    written = [asdict(each) | {"since": each.since.isoformat()} for each in reigns]
    text = json.dumps({"format": FORMAT, "reigns": written}, indent=1, sort_keys=True)
    reach("models.before_pointer")
    replace_file(folder / POINTER, text.encode())
    _sweep(folder, {each.file_name for each in reigns})
    return reign


def find_champion(inputs: Inputs) -> Standing:
    """The set in force as of the inputs' day, loaded, when it can serve as things are declared now."""
    folder = inputs.model_folder
    if folder is None:
        return Standing(None, None, "no_champion")
    try:
        reigns = read_reigns(folder)
    except ModelRefused as refused:
        return Standing(None, None, "pointer_damaged", str(refused))
    reign = max((each for each in reigns if each.since <= inputs.as_of), default=None)
    if reign is None:
        return Standing(None, None, "no_champion")
    try:
        champion = ModelSet.load(folder / reign.file_name)
    except ModelRefused as refused:
        return Standing(None, reign, "files_refused", str(refused))
    changed = why_unfit(champion.about, inputs)
    return Standing(champion if changed is None else None, reign, changed)


def why_unfit(about: Mapping[str, Any], inputs: Inputs) -> str | None:
    """What has been declared anew since a set was made, so that it cannot speak for it; or None."""
    if about["leaving_hash"] != leaving_hash(inputs.definition):
        return "definition_changed"
    if about["features_hash"] != features_hash(inputs.features):
        return "features_changed"
    if about["monotone_hash"] != monotone_hash(inputs.definition):
        return "monotone_changed"
    return None


def _sweep(folder: Path, kept: set[str]) -> None:
    """Remove sets that nothing points to."""
    for place in folder.glob("*.models"):
        if place.name not in kept:
            place.unlink()
