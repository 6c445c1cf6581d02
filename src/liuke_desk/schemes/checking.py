"""The mistakes of a draft as people read them: in their language, beside the field or at the line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from liuke_desk.bridge.scheme_check import check_text, judge_examples_of, parse_text
from liuke_desk.schemes.fields import Field, lines_of
from liuke_desk.schemes.toml_places import Path, change_values, find_places
from liuke_desk.schemes.words import group_path, language

_ = gettext_noop

# How the library says what is wrong -> how it is said here. Groups of the pattern fill the places.
TOLD: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), msgid)
    for pattern, msgid in (
        (
            r"(?:(?P<who>[^:]+): )?gap: it ends (?P<how>\w+) (?P<end>\S+), but the better one before it"
            r" begins only (?P<edge>\w+) (?P<number>\S+)",
            _("%(who)sgap: it ends %(how)s %(end)s, but the better one begins only %(edge)s %(number)s"),
        ),
        (
            r"(?:(?P<who>[^:]+): )?overlap: it ends (?P<how>\w+) (?P<end>\S+), but the better one before it"
            r" begins (?P<edge>\w+) (?P<number>\S+)",
            _("%(who)soverlap: it ends %(how)s %(end)s, but the better one begins %(edge)s %(number)s"),
        ),
        (
            r"(?:(?P<who>[^:]+): )?out of order: it begins (?P<how>\w+) (?P<end>\S+), but the better one"
            r" before it (?P<edge>\w+) (?P<number>\S+)",
            _("%(who)sout of order: it begins %(how)s %(end)s, the better one before it %(edge)s %(number)s"),
        ),
        (
            r"(?P<kind>gap|overlap): the shares sum to (?P<total>\S+), not to 1",
            _("the shares sum to %(total)s; all together they must be 1 (100%%)"),
        ),
        (
            r"(?P<kind>gap|overlap): the weights sum to (?P<total>\S+), not to (?P<wanted>\S+)",
            _("the weights sum to %(total)s, not to %(wanted)s"),
        ),
        (
            r"the cut points do not rise: it ends at (?P<end>\S+), the one before at (?P<before>\S+)",
            _("the cut points do not rise: this one ends at %(end)s, the one before at %(before)s"),
        ),
        (
            r"customers are judged as of (?P<day>\S+) already.*",
            _("customers are judged as of %(day)s already; begin later than that day"),
        ),
        (
            r"(?P<label>\S+ v\d+) is in force from (?P<day>\S+) on; begin later than that day",
            _("%(label)s is in force from %(day)s on; begin later than that day"),
        ),
        (
            r"this is version (?P<version>\d+); the number is given, not chosen",
            _("this is version %(version)s; the number is given, not chosen"),
        ),
        (r"the name stays (?P<name>\S+);.*", _("the name stays %(name)s; another name is another scheme")),
        (
            r"the approval is written when.*",
            _("the approval is written when the version is approved; take it out"),
        ),
        (
            r"reads (?P<column>'[^']*')(?P<near>.*), which the view of customers does not have",
            _("reads %(column)s%(near)s, which the view of customers does not have"),
        ),
        (
            r"refers to (?P<name>'[^']*')(?P<near>.*), which no file declares",
            _("refers to %(name)s%(near)s, which no file declares"),
        ),
        (
            r"example (?P<number>\d+): \S+ \S+ gives (?P<found>'[^']*'), not (?P<wanted>'[^']*')",
            _("example %(number)s comes out as %(found)s, not as %(wanted)s as it says"),
        ),
        (
            r"entitlements/(?P<file>\S+), line (?P<line>\d+): .*has no tier (?P<tier>'[^']*').*",
            _("entitlements (%(file)s, line %(line)s) speak of the tier %(tier)s, which would be gone"),
        ),
        (r"(?P<key>'[^']*') is missing", _("%(key)s is missing")),
        (
            r"No cycle has run as of (?P<day>\S+) or earlier;.*",
            _("No cycle has run as of %(day)s or earlier; run one first."),
        ),
        (
            r"The company has (?P<count>\S+) customers, more than the (?P<most>\S+) that.*",
            _(
                "The company has %(count)s customers, more than the %(most)s that a page can judge. Save the "
                "text to a file and run “liuke tier what-if FILE”."
            ),
        ),
        (
            r"(?:Two schemes or more are needed|Schemes disagree where there are two).*",
            _("Schemes disagree where there are two: put another in use and run a cycle."),
        ),
        (
            r"The scheme (?P<name>'[^']*').* is not in force as of (?P<day>\S+); in force are.*",
            _("The scheme %(name)s is not in use as of %(day)s."),
        ),
        (
            r"(?P<who>.+) needs the column (?P<column>'[^']*'), which.*",
            _("%(who)sneeds the column %(column)s, which the view of customers does not have"),
        ),
        (
            r"The list of movers is no longer kept.*",
            _("The list of movers is no longer kept; ask the question again."),
        ),
        (
            r"(?P<key>'[^']*') is not a known setting(?P<near>.*?)(?:; known here: (?P<known>.*))?",
            _("%(key)s is not a known setting%(near)s"),
        ),
        (r"not valid TOML: (?P<error>.*)", _("not valid TOML: %(error)s")),
        (
            r"(?P<key>\S+): Input should be greater than or equal to (?P<least>\S+); found .*",
            _("%(key)s must be at least %(least)s"),
        ),
        (
            r"(?P<key>\S+): Input should be greater than (?P<least>\S+); found .*",
            _("%(key)s must be greater than %(least)s"),
        ),
        (
            r"(?P<key>\S+): Input should be less than or equal to (?P<most>\S+); found .*",
            _("%(key)s must be at most %(most)s"),
        ),
        (
            r"(?P<key>\S+): Input should be less than (?P<most>\S+); found .*",
            _("%(key)s must be less than %(most)s"),
        ),
        (r"(?P<key>\S+): String should have at least 1 character.*", _("%(key)s is empty")),
        (r"(?P<key>\S+): String should match pattern.*", _("%(key)s is not written as it must be")),
        (r"(?P<key>\S+): Input should be a valid (?P<kind>\w+).*", _("%(key)s is not a %(kind)s")),
    )
)


@dataclass(frozen=True)
class Said:
    """A mistake in the reader's language; line 0 where it concerns no line."""

    line: int
    message: str


@dataclass(frozen=True)
class Check:
    """All mistakes of a text, and those of them that stand at a field or a group of fields of the form."""

    mistakes: tuple[Said, ...]
    by_field: Mapping[Path, tuple[str, ...]]
    by_group: Mapping[Path, tuple[str, ...]]

    @property
    def is_right(self) -> bool:
        return not self.mistakes


def check_draft(text: str, *, name: str, version: int, fields: Iterable[Field] = ()) -> Check:
    """Judge a text as the next version of a scheme; nothing is stored."""
    mistakes = tuple(
        Said(each.line, say(each.message)) for each in check_text(text, name=name, version=version)
    )
    by_field: dict[Path, tuple[str, ...]] = {}
    by_group: dict[Path, tuple[str, ...]] = {}
    fields = list(fields)
    if fields and mistakes:
        by_line = _owners(text, fields)
        for each in mistakes:
            kind, path = by_line.get(each.line, ("", ()))
            found = {"field": by_field, "group": by_group}.get(kind)
            if found is not None:
                found[path] = (*found.get(path, ()), each.message)
    return Check(mistakes, by_field, by_group)


def follow_examples(text: str) -> str:
    """The text with its examples saying the tiers they now get; as it is while it has other mistakes."""
    found = judge_examples_of(text)
    told = [example["tier"] for example in parse_text(text).get("examples", ())] if found else []
    changes: dict[Path, str] = {
        ("examples", place, "tier"): tier
        for place, (tier, before) in enumerate(zip(found, told, strict=True))
        if tier != before
    }
    return change_values(text, changes)


def say(message: str) -> str:
    """The library's sentence in the reader's language; as it is where it has no words for it."""
    if language() == "en":
        return message
    for pattern, msgid in TOLD:
        if found := pattern.fullmatch(message):
            parts = {name: value or "" for name, value in found.groupdict().items()}
            if "who" in parts:
                parts["who"] = f"{parts['who']}：" if parts["who"] else ""
            parts |= {key: EDGES.get(parts[key], parts[key]) for key in ("how", "edge") if key in parts}
            return gettext(msgid) % parts
    return message


EDGES = {"at_least": "≥", "over": ">", "under": "<", "up_to": "≤"}


def _owners(text: str, fields: list[Field]) -> dict[int, tuple[str, Path]]:
    """Line -> the one field whose value stands there, else the group whose header or parts do."""
    places = find_places(text)
    owners: dict[int, tuple[str, Path]] = {}
    groups = {group_path(field.path) for field in fields}
    for path, end in places.headers.items():
        owner = next((path[:length] for length in range(len(path), 0, -1) if path[:length] in groups), None)
        if owner is not None:
            owners[text.count("\n", 0, end) + 1] = ("group", owner)
    on_line: dict[int, list[Path]] = {}
    asked = {field.path for field in fields if field.follows is None}
    for path, line in lines_of(places, text).items():
        on_line.setdefault(line, []).append(path)
    for line, paths in on_line.items():
        own = [path for path in paths if path in asked]
        group = next((group_path(path) for path in paths if group_path(path) in groups), None)
        if len(own) == 1 and len(paths) == 1:
            owners[line] = ("field", own[0])
        elif group is not None:
            owners[line] = ("group", group)
    return owners
