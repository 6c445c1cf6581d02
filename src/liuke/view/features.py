"""Features: each declared once, in TOML, with its words, unit and window.

    [[feature]]
    name = "billed_3m_fen"
    label = { zh = "近3个月出账金额", en = "billed in the last 3 months" }
    unit = "fen"
    cause = "spend"
    source = "bills"
    measure = "sum"
    of = "billed_fen"
    months = 3
    missing = "zero"

    [[feature]]
    name = "billed_change_3m"
    label = { zh = "消费变化率", en = "change of spend" }
    unit = "change"
    cause = "spend"
    measure = "change"
    of = "billed_3m_fen"
    base = "billed_3m_before_fen"

A declaration is checked when it is built: a wrong one never reaches an evaluator.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from liuke.kernel.errors import ConfigRefused, Mistake, suggestion
from liuke.kernel.toml import TomlFile, mistakes_of
from liuke.view.feature import DerivedFeature, Feature
from liuke.view.measures import DERIVED
from liuke.view.order import order_derived
from liuke.view.row_feature import RowFeature

__all__ = ["DerivedFeature", "Feature", "RowFeature", "load_features"]

_Place = tuple[TomlFile, int]


def load_features(folder: Path) -> tuple[Feature, ...]:
    """Every feature declared in the folder's TOML files, by file name and place in the file.

    Raises ConfigRefused with all mistakes of all files.
    """
    mistakes: list[Mistake] = []
    declared: list[tuple[Feature, _Place]] = []
    for path in sorted(Path(folder).glob("*.toml")):
        try:
            declared += _read_file(TomlFile(path), mistakes)
        except ConfigRefused as refused:
            mistakes += refused.mistakes
    mistakes += _doubled(declared)
    mistakes += _ill_based(declared, complete=not mistakes)
    if mistakes:
        raise ConfigRefused(mistakes)
    return tuple(feature for feature, _ in declared)


def _read_file(file: TomlFile, mistakes: list[Mistake]) -> list[tuple[Feature, _Place]]:
    for key in file.data.keys() - {"feature"}:
        known = suggestion(key, ["feature"])
        mistakes.append(file.mistake((key,), f"{key!r} is not known here{known}; write [[feature]] tables"))
    entries = file.data.get("feature", [])
    if not isinstance(entries, list):
        mistakes.append(
            file.mistake(("feature",), "'feature' is a list; write [[feature]] with two brackets")
        )
        return []
    found = [
        (_read_entry(entry, (file, place), mistakes), (file, place)) for place, entry in enumerate(entries)
    ]
    return [(feature, where) for feature, where in found if feature is not None]


def _read_entry(entry: Any, place: _Place, mistakes: list[Mistake]) -> Feature | None:
    model = _model_for(entry)
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        mistakes += mistakes_of(error, model, place[0], at=("feature", place[1]))
        return None


def _model_for(entry: Any) -> type[RowFeature] | type[DerivedFeature]:
    derived = isinstance(entry, dict) and (entry.get("measure") in DERIVED or "base" in entry)
    return DerivedFeature if derived else RowFeature


def _doubled(declared: Sequence[tuple[Feature, _Place]]) -> list[Mistake]:
    mistakes, first = [], dict[str, _Place]()
    for feature, place in declared:
        file, number = place
        if feature.name in first:
            other, index = first[feature.name]
            where = f"{other.path.name}:{other.line_of(('feature', index, 'name'))}"
            mistakes.append(
                file.mistake(("feature", number, "name"), f"{feature.name!r} is already declared in {where}")
            )
        first.setdefault(feature.name, place)
    return mistakes


def _ill_based(declared: Sequence[tuple[Feature, _Place]], *, complete: bool) -> list[Mistake]:
    """Derived features whose parts are not there, are no numbers, or need each other.

    When some declarations could not be read, a missing part may be one of them and is not told.
    """
    _, faults = order_derived([feature for feature, _ in declared])
    places = {feature.name: place for feature, place in declared}
    return [
        places[fault.feature][0].mistake(("feature", places[fault.feature][1], fault.key), fault.message)
        for fault in faults
        if complete or not fault.absent
    ]
