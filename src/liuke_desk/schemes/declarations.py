"""A scheme's declaration as single values with their places, for forms and comparisons of every kind."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from liuke_desk.schemes.toml_places import Path

Declared = Mapping[str, Any]

# What names a scheme and a version is neither changed in a form nor a difference between versions.
NAMING = frozenset({"name", "version", "kind", "approval"})
LOWER = ("at_least", "over")
UPPER = ("under", "up_to")


@dataclass(frozen=True)
class Leaf:
    """One value. known_as: its path with the names of list elements instead of their numbers."""

    path: Path
    known_as: Path
    value: Any

    @property
    def key(self) -> str:
        return str(self.path[-1])


def list_leaves(declared: Declared) -> Iterator[Leaf]:
    """Every value of a declaration in the order of its text, without what names it and its examples."""
    for key, value in declared.items():
        if key not in NAMING and key != "examples":
            yield from _leaves_in(value, (key,), (key,))


def find_part(declared: Any, path: Path) -> Any:
    """What lies at a path; None where nothing does."""
    for step in path:
        try:
            declared = declared[step]
        except (KeyError, IndexError, TypeError):
            return None
    return declared


def find_neighbours(declared: Declared) -> dict[Path, Path]:
    """Edge of a band -> the end of the next lower band, where the two stand at the same number.

    Whoever moves the one moves the other, so that no gap opens between neighbours.
    """
    pairs = {}
    for bands in _lists_of_bands(declared):
        for (upper, better), (lower, worse) in pairwise(bands):
            edge = next((key for key in LOWER if key in better), None)
            end = next((key for key in UPPER if key in worse), None)
            if edge and end and better[edge] == worse[end]:
                pairs[(*upper, edge)] = (*lower, end)
    return pairs


def name_element(element: Any, place: int) -> str | int:
    """What tells an element of a list from the others when elements are put in between."""
    if isinstance(element, Mapping):
        if "row" in element and "column" in element:
            return f"{element['row']} × {element['column']}"
        for key in ("name", "column", "tier"):
            if isinstance(element.get(key), str):
                return element[key]
    return place


def _leaves_in(value: Any, path: Path, known_as: Path) -> Iterator[Leaf]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves_in(part, (*path, key), (*known_as, key))
    elif isinstance(value, list) and any(isinstance(part, Mapping) for part in value):
        seen: Counter[str | int] = Counter()
        for place, part in enumerate(value):
            name = name_element(part, place)
            seen[name] += 1
            told = name if seen[name] == 1 else f"{name} ({seen[name]})"
            yield from _leaves_in(part, (*path, place), (*known_as, told))
    else:
        yield Leaf(path, known_as, value)


def _lists_of_bands(declared: Declared) -> Iterator[list[tuple[Path, Mapping[str, Any]]]]:
    """Bands on the same number, best first, each with its path."""
    yield from _plain_lists(declared, ())
    along: dict[Any, list[tuple[Path, Mapping[str, Any]]]] = {}
    for at, tier in enumerate(declared.get("tiers") or ()):
        routes = tier.get("routes") if isinstance(tier, Mapping) else None
        for number, route in enumerate(routes or ()):
            if isinstance(route, Mapping):
                along.setdefault(route.get("column"), []).append((("tiers", at, "routes", number), route))
    yield from along.values()


def _plain_lists(value: Any, path: Path) -> Iterator[list[tuple[Path, Mapping[str, Any]]]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key != "routes":
                yield from _plain_lists(part, (*path, key))
    elif isinstance(value, list):
        yield [((*path, place), part) for place, part in enumerate(value) if isinstance(part, Mapping)]
        for place, part in enumerate(value):
            yield from _plain_lists(part, (*path, place))
