"""Two versions of a scheme side by side, value by value."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from liuke_desk.schemes.declarations import Declared, Leaf, list_leaves
from liuke_desk.schemes.toml_places import Path
from liuke_desk.schemes.words import DOWNGRADE_WORDS, PERCENT_KEYS, say_group, say_key


@dataclass(frozen=True)
class Line:
    """One value in both versions; None where a version does not have it."""

    label: str
    before: str | None
    after: str | None
    colours: tuple[str | None, str | None] = (None, None)

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]

    @property
    def changes(self) -> int:
        return sum(line.is_changed for line in self.lines)


def compare(before: Declared, after: Declared) -> list[Section]:
    """Every value of either version under the heading it belongs to, in the order of the later one.

    Elements of lists are matched by their names, so that a tier put in is not told as all others changed.
    """
    sides = [{leaf.known_as: leaf for leaf in list_leaves(declared)} for declared in (before, after)]
    order = _merge(list(sides[0]), list(sides[1]))
    sections: dict[str, list[Line]] = {}
    for known_as in order:
        old, new = (side.get(known_as) for side in sides)
        shown, declared = (new, after) if new else (old, before)
        assert shown is not None
        title = say_group(declared, shown.path)
        sections.setdefault(title, []).append(_line(shown, old, new, before, after))
    return [Section(title, tuple(lines)) for title, lines in sections.items()]


def _merge(before: list[Path], after: list[Path]) -> list[Path]:
    """The order of the later version, with what it no longer has where it used to stand."""
    merged = list(after)
    known = set(after)
    for place, path in enumerate(before):
        if path not in known:
            ahead = next((each for each in reversed(before[:place]) if each in merged), None)
            merged.insert(merged.index(ahead) + 1 if ahead else 0, path)
    return merged


def _line(shown: Leaf, old: Leaf | None, new: Leaf | None, before: Declared, after: Declared) -> Line:
    colours = (old and str(old.value), new and str(new.value)) if shown.key == "color" else (None, None)
    told = [leaf and say_value(leaf, declared) for leaf, declared in ((old, before), (new, after))]
    label = say_key(shown.path)
    if "routes" in shown.path:
        label = f"{shown.known_as[-2]} · {label}"
    return Line(label, told[0], told[1], colours)


def say_value(leaf: Leaf, declared: Declared) -> str:
    value = leaf.value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if leaf.key in PERCENT_KEYS or (leaf.key == "up_to" and declared.get("kind") == "abc"):
        return say_percent(value)
    if isinstance(value, int | float):
        return say_number(value)
    if leaf.key == "downgrade":
        return str(DOWNGRADE_WORDS.get(value, value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def say_number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.12g}"


def say_percent(value: Any) -> str:
    """A share as percent, with as many decimals as it has: 19%, 0.5%."""
    text = f"{float(value) * 100:.6f}".rstrip("0").rstrip(".")
    return f"{text}%"


def count_changes(sections: list[Section]) -> int:
    return sum(section.changes for section in sections)


def only_changes(sections: list[Section]) -> list[Section]:
    kept = (
        Section(section.title, tuple(line for line in section.lines if line.is_changed))
        for section in sections
    )
    return [section for section in kept if section.lines]
