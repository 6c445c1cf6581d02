"""A scheme's TOML text judged, nothing written into the workspace: all mistakes at once, with lines."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from liuke.kernel.errors import ConfigRefused, LiukeError, Mistake, suggestion
from liuke.kernel.toml import TomlFile
from liuke.pipeline.config import TierUse
from liuke.pipeline.schemes import open_book
from liuke.pipeline.tier_feed import fed_columns
from liuke.pipeline.what_if import scheme_name
from liuke.pipeline.workspace import Workspace
from liuke.tier import Scheme, SchemeBook, find_entitlements, load
from liuke.tier.examples import judge_examples
from liuke_desk.bridge import workspace as serving
from liuke_desk.bridge.schemes import last_cycle_day

LONGEST_TEXT = 200_000  # characters; the longest scheme that comes with Liuke has 6,000


@dataclass(frozen=True)
class TextMistake:
    """One thing wrong in a text; line 0 where it concerns no line of it."""

    line: int
    message: str


def check_text(text: str, *, name: str, version: int) -> list[TextMistake]:
    """Every mistake of a text that is to be a version of a scheme, from the first line to the last.

    Beside the declaration itself: whether it is that version, begins after the days already judged, builds
    on schemes and columns that there are, judges its examples as it says, and leaves the tiers that
    entitlements and other schemes speak of.
    """
    try:
        scheme, file = _read(text)
    except TextRefused as refused:
        return _sorted(refused.mistakes)
    workspace = serving.current_workspace()
    found = [
        mistake
        for check in _CHECKS
        for mistake in check(_Question(workspace, open_book(workspace), scheme, file, name, version))
    ]
    return _sorted([TextMistake(each.line, each.message) for each in found])


def read_scheme_text(text: str) -> Scheme:
    """The scheme a text declares. Raises TextRefused with all mistakes of the declaration itself."""
    return _read(text)[0]


def judge_examples_of(text: str) -> list[str]:
    """The tier that each example of a text gets; none while the text declares no scheme."""
    try:
        scheme = _in_force_ever_since(read_scheme_text(text))
        return [found for _, found in judge_examples(scheme)]
    except LiukeError:
        return []


def parse_text(text: str) -> dict[str, Any]:
    """The tables of a TOML text, not judged. Raises TextRefused when it is no TOML."""
    if len(text) > LONGEST_TEXT:
        told = f"the text has {len(text):,} characters; a scheme has at most {LONGEST_TEXT:,}"
        raise TextRefused([TextMistake(1, told)])
    try:
        return tomllib.loads(text)
    except RecursionError:
        told = "not valid TOML: too many brackets within brackets"
        raise TextRefused([TextMistake(1, told)]) from None
    except ValueError as error:  # not only TOMLDecodeError: numbers of thousands of digits
        line = re.search(r"line (\d+)", str(error))
        place = int(line[1]) if line else text.count("\n") + 1
        raise TextRefused([TextMistake(place, f"not valid TOML: {error}")]) from None


class TextRefused(LiukeError):
    """A text that declares no scheme; `mistakes` are all there are."""

    def __init__(self, mistakes: list[TextMistake]):
        self.mistakes = mistakes
        super().__init__("\n".join(f"{each.line}: {each.message}" for each in mistakes))


@dataclass(frozen=True)
class _Question:
    workspace: Workspace
    book: SchemeBook
    scheme: Scheme
    file: TomlFile
    name: str
    version: int


def _read(text: str) -> tuple[Scheme, TomlFile]:
    parse_text(text)
    with TemporaryDirectory(prefix="liuke-scheme-") as folder:
        path = Path(folder) / "scheme.toml"
        path.write_text(text, encoding="utf-8")
        try:
            return load(path), TomlFile(path)
        except ConfigRefused as refused:
            raise TextRefused([TextMistake(each.line, each.message) for each in refused.mistakes]) from None
        except LiukeError as refused:
            raise TextRefused([TextMistake(0, str(refused))]) from None


def _is_that_version(asked: _Question) -> Iterator[Mistake]:
    if asked.scheme.name != asked.name:
        told = f"the name stays {asked.name!r}; a scheme of another name is another scheme"
        yield asked.file.mistake(("name",), told)
    if asked.scheme.version != asked.version:
        yield asked.file.mistake(
            ("version",), f"this is version {asked.version}; the number is given, not chosen"
        )
    if asked.scheme.approval is not None:
        told = "the approval is written when the version is approved; take it out"
        yield asked.file.mistake(("approval",), told)


def _begins_later(asked: _Question) -> Iterator[Mistake]:
    """After the version before, and after the last day on which customers were judged."""
    begins = asked.scheme.effective_from
    before = [each for each in _versions(asked) if each.version < asked.version]
    if before and begins <= before[-1].effective_from:
        told = (
            f"{before[-1].label} is in force from {before[-1].effective_from} on; begin later than that day"
        )
        yield asked.file.mistake(("effective_from",), told)
    last = last_cycle_day()
    if last is not None and begins <= last:
        told = f"customers are judged as of {last} already; begin later than that day"
        yield asked.file.mistake(("effective_from",), told)


def _builds_on_what_there_is(asked: _Question) -> Iterator[Mistake]:
    names = asked.book.names
    for name in asked.scheme.references:
        if name not in names:
            yield _at_text(
                asked, name, f"refers to {name!r}{suggestion(name, names)}, which no file declares"
            )
        elif name == asked.name or asked.name in _reached_from(asked.book, name):
            yield _at_text(asked, name, f"refers to {name!r}, which builds on this scheme itself")


def _is_fed(asked: _Question) -> Iterator[Mistake]:
    """A scheme in use reads columns that the view has. One that is not in use is fed by nobody yet."""
    from liuke.view.features import load_features

    use = _use_of(asked)
    if use is None:
        return
    try:
        known = {"customer_id", *(each.name for each in load_features(asked.workspace.root / "features"))}
        fed = fed_columns(use, asked.scheme, asked.book)
    except LiukeError:
        return  # told by the check of the features and of the references
    for read, column in fed.items():
        if column not in known and not (column == read and f"{read}_fen" in known):
            told = f"reads {column!r}{suggestion(column, known)}, which the view of customers does not have"
            yield _at_text(asked, read, told)


def _judges_its_examples(asked: _Question) -> Iterator[Mistake]:
    try:
        faults = _in_force_ever_since(asked.scheme).example_faults()
    except LiukeError as refused:
        faults = (str(refused),)
    for fault in faults:
        number = re.match(r"example (\d+)", fault)
        place = ("examples", int(number[1]) - 1) if number else ("examples",)
        yield asked.file.mistake(place, fault)


def _in_force_ever_since(scheme: Scheme) -> Scheme:
    """An example may tell of a day before the version begins."""
    return scheme.model_copy(update={"effective_from": date.min})


def _keeps_entitled_tiers(asked: _Question) -> Iterator[Mistake]:
    try:
        find_entitlements(asked.workspace.root / "entitlements", asked.scheme)
    except ConfigRefused as refused:
        for each in refused.mistakes:
            told = f"entitlements/{each.file.name}, line {each.line}: {each.message}"
            yield Mistake(each.file, 0, told)


def _keeps_tiers_others_build_on(asked: _Question) -> Iterator[Mistake]:
    """Matrices that cross this scheme name its tiers; one that is gone leaves their cells without a side."""
    for versions in asked.book.versions.values():
        other = versions[-1].scheme
        resolve = getattr(other, "resolved", None)
        if resolve is None or asked.name not in other.references:
            continue
        try:
            resolve(lambda name: asked.scheme if name == asked.name else asked.book.of(name)[-1])
        except LiukeError as refused:
            yield Mistake(asked.file.path, 0, f"{other.label} builds on this scheme: {refused}")


_CHECKS: tuple[Callable[[_Question], Iterator[Mistake]], ...] = (
    _is_that_version,
    _begins_later,
    _builds_on_what_there_is,
    _is_fed,
    _judges_its_examples,
    _keeps_entitled_tiers,
    _keeps_tiers_others_build_on,
)


def _versions(asked: _Question) -> tuple[Scheme, ...]:
    return asked.book.of(asked.name) if asked.name in asked.book.names else ()


def _use_of(asked: _Question) -> TierUse | None:
    uses = {scheme_name(asked.workspace, use): use for use in asked.workspace.config.tiers}
    return uses.get(asked.name)


def _reached_from(book: SchemeBook, name: str) -> set[str]:
    """All schemes that a scheme builds on, and what those build on."""
    reached: set[str] = set()
    open_names = [name]
    while open_names:
        for version in book.of(open_names.pop()):
            fresh = [each for each in version.references if each not in reached and each in book.names]
            reached.update(fresh)
            open_names += fresh
    return reached


def _at_text(asked: _Question, word: str, message: str) -> Mistake:
    """The mistake at the first line that holds the word in quotes, or as a key."""
    mentions = re.compile(rf'"{re.escape(word)}"|^\s*{re.escape(word)}\s*=|[{{,]\s*{re.escape(word)}\s*=')
    lines = enumerate(asked.file.text.splitlines(), start=1)
    line = next((number for number, text in lines if mentions.search(text)), 1)
    return Mistake(asked.file.path, line, message)


def _sorted(mistakes: list[TextMistake]) -> list[TextMistake]:
    return sorted(dict.fromkeys(mistakes), key=lambda each: (each.line, each.message))
