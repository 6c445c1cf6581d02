"""The numbers and words of a declaration as fields of a form, whatever kind of scheme it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from liuke_desk.schemes.declarations import Declared, Leaf, find_neighbours, find_part, list_leaves
from liuke_desk.schemes.toml_places import Path, Places
from liuke_desk.schemes.words import PERCENT_KEYS, group_path, say_group, say_key

# Texts that a form may change. Others name columns, tiers and ways of reckoning: those are for the text.
_WORD_KEYS = ("zh", "en")
STABILITY: Mapping[str, Any] = {
    "protection_days": 0,
    "minimum_stay_days": 0,
    "hysteresis": Decimal(0),
    "downgrade": "automatic",
}


@dataclass(frozen=True)
class Field:
    """One value that can be changed: kind is number, percent, days, words, colour, date or choice."""

    path: Path
    kind: str
    value: Any
    label: str
    follows: Path | None = None  # the edge that this end moves with; it is shown and not asked

    @property
    def name(self) -> str:
        return "f." + ".".join(map(str, self.path))

    @property
    def key(self) -> str:
        """Its name as an id of the page."""
        return "-".join(map(str, self.path)).replace(" ", "_")


@dataclass(frozen=True)
class Group:
    """Fields that stand under one heading; path is None of what concerns the whole scheme."""

    path: Path
    title: str
    fields: tuple[Field, ...]
    colour: str | None


def list_fields(declared: Declared) -> list[Field]:
    """Every number, word, colour and day of a declaration, in its order; how tiers are held last."""
    follows = {end: edge for edge, end in find_neighbours(declared).items()}
    fields = [
        Field(leaf.path, kind, leaf.value, say_key(leaf.path), follows.get(leaf.path))
        for leaf in list_leaves(declared)
        if leaf.path[0] != "stability" and (kind := _kind_of(leaf, declared))
    ]
    return [*fields, *_stability(declared)]


def group_fields(declared: Declared, fields: list[Field]) -> list[Group]:
    grouped: dict[Path, list[Field]] = {}
    for field in fields:
        grouped.setdefault(group_path(field.path), []).append(field)
    return [
        Group(
            path,
            say_group(declared, (*path, "it")),
            tuple(sorted(inside, key=_by_kind)),
            _colour(declared, path),
        )
        for path, inside in grouped.items()
    ]


def _by_kind(field: Field) -> bool:
    """Numbers and days before words and colours."""
    return field.kind in ("words", "colour")


def follow_edges(declared: Declared, changes: Mapping[Path, Any]) -> dict[Path, Any]:
    """The changes, and with each moved edge the end of the band below it."""
    neighbours = find_neighbours(declared)
    return dict(changes) | {neighbours[path]: value for path, value in changes.items() if path in neighbours}


def lines_of(places: Places, text: str) -> dict[Path, int]:
    """The line on which each value of a text stands."""
    return {path: text.count("\n", 0, begin) + 1 for path, (begin, _) in places.values.items()}


def _kind_of(leaf: Leaf, declared: Declared) -> str | None:
    value, key = leaf.value, leaf.key
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        is_share = key in PERCENT_KEYS or (key == "up_to" and declared.get("kind") == "abc")
        return "percent" if is_share else "number"
    if isinstance(value, date):
        return "date" if key == "effective_from" else None
    if key == "color":
        return "colour"
    return "words" if key in _WORD_KEYS and isinstance(value, str) else None


def _stability(declared: Declared) -> Iterator[Field]:
    kinds = {"hysteresis": "percent", "downgrade": "choice"}
    for key, default in STABILITY.items():
        path: Path = ("stability", key)
        value = find_part(declared, path)
        yield Field(path, kinds.get(key, "days"), default if value is None else value, say_key(path))


def _colour(declared: Declared, path: Path) -> str | None:
    part = find_part(declared, path)
    return part.get("color") if isinstance(part, Mapping) else None
