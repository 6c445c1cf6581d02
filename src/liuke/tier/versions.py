"""All versions of a company's schemes: which is in force on a day, and whether they fit each other.

A folder holds one version in each file, in whatever folders below it. What it does not declare is taken
from the schemes that come with Liuke; a later version of one of those begins where the given one ends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from liuke.kernel.errors import ConfigRefused, Mistake, suggestion
from liuke.kernel.toml import TomlFile
from liuke.tier.registry import built_in_schemes, read_scheme
from liuke.tier.scheme import NotInForce, Scheme, SchemeRefused


@dataclass(frozen=True)
class SchemeVersion:
    """A version and the file it stands in."""

    scheme: Scheme
    path: Path

    def mistake(self, key: str, message: str) -> Mistake:
        return TomlFile(self.path).mistake((key,), message)


class SchemeBook:
    """Every version by name, the oldest first."""

    def __init__(self, versions: Mapping[str, tuple[SchemeVersion, ...]]):
        self.versions = versions

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({*self.versions, *built_in_schemes()}))

    def of(self, name: str) -> tuple[Scheme, ...]:
        """Versions of a scheme, the oldest first; one that comes with Liuke stands before later ones.

        Raises SchemeRefused when there is none.
        """
        own = tuple(version.scheme for version in self.versions.get(name, ()))
        known = built_in_schemes()
        if name not in known:
            if own:
                return own
            raise SchemeRefused(
                f"No scheme is called {name!r}{suggestion(name, self.names)}; "
                f"there are {', '.join(self.names)}."
            )
        given = read_scheme(known[name])
        if not own:
            return (given,)
        is_earlier = given.version < own[0].version and given.effective_from < own[0].effective_from
        return (given, *own) if is_earlier else own

    def in_force(self, name: str, *, as_of: date) -> Scheme:
        """The version in force on a day, built on the versions in force on it of what it refers to.

        Raises NotInForce when none is yet.
        """
        return self._begun(name, as_of).resolved(lambda other: self._begun(other, as_of))

    def _begun(self, name: str, as_of: date) -> Scheme:
        versions = self.of(name)
        begun = [scheme for scheme in versions if scheme.effective_from <= as_of]
        if not begun:
            first = versions[0]
            raise NotInForce(
                f"{name} has no version in force as of {as_of}; the first is {first.label}, "
                f"from {first.effective_from} on. Choose a later day, or give it an earlier effective_from."
            )
        return begun[-1]


def read_schemes(folder: Path) -> SchemeBook:
    """Every version in a folder of TOML files, an absent folder being empty.

    Raises ConfigRefused with the mistakes of all files at once: those of each declaration, a version given
    twice, one that would judge again days which an earlier version has judged, a reference to a scheme that
    is not there, and references that lead back to where they began.
    """
    book, mistakes = collect_schemes(folder)
    if mistakes:
        raise ConfigRefused(mistakes)
    return book


def collect_schemes(folder: Path) -> tuple[SchemeBook, list[Mistake]]:
    """The versions that can be read, and the mistakes of all files; see read_schemes."""
    mistakes: list[Mistake] = []
    read: list[SchemeVersion] = []
    for path in sorted(folder.rglob("*.toml")):
        try:
            read.append(SchemeVersion(read_scheme(path), path))
        except ConfigRefused as refused:
            mistakes += refused.mistakes
    read.sort(key=lambda version: (version.scheme.name, version.scheme.version, version.path))
    versions: dict[str, tuple[SchemeVersion, ...]] = {}
    for version in read:
        versions[version.scheme.name] = (*versions.get(version.scheme.name, ()), version)
    book = SchemeBook(versions)
    mistakes += _version_faults(book)
    mistakes += _reference_faults(book, unread=bool(mistakes))
    return book, mistakes


def _version_faults(book: SchemeBook) -> Iterator[Mistake]:
    for versions in book.versions.values():
        for earlier, later in pairwise(versions):
            old, new = earlier.scheme, later.scheme
            if old.version == new.version:
                told = f"{new.label} is also declared in {earlier.path}; a change is a version of its own"
                yield later.mistake("version", told)
            elif new.effective_from <= old.effective_from:
                yield later.mistake(
                    "effective_from",
                    f"{new.label} would be in force from {new.effective_from}, when {old.label} was approved "
                    f"for the days from {old.effective_from} on; days already judged are not judged again: "
                    "begin later",
                )


def _reference_faults(book: SchemeBook, *, unread: bool) -> Iterator[Mistake]:
    """unread: some files could not be read, so that a name that is not there may stand in one of them."""
    for versions in book.versions.values():
        for version in versions:
            for name in version.scheme.references:
                if name not in book.names and not unread:
                    told = f"refers to {name!r}{suggestion(name, book.names)}, which no file declares"
                    yield _at_reference(version, name, told)
            if cycle := _cycle_from(book, version.scheme):
                told = f"refers to itself: {' → '.join(cycle)}; a scheme builds only on others"
                yield _at_reference(version, cycle[1], told)
            elif not unread and set(version.scheme.references) <= set(book.names):
                yield from _misfits(book, version)


def _misfits(book: SchemeBook, version: SchemeVersion) -> Iterator[Mistake]:
    """A version that does not fit the newest versions of what it refers to."""
    try:
        version.scheme.resolved(lambda name: book.of(name)[-1])
    except SchemeRefused as refused:
        yield _at_reference(version, version.scheme.references[0], str(refused))


def _cycle_from(book: SchemeBook, scheme: Scheme) -> tuple[str, ...]:
    """The way of references from a scheme back to itself, or nothing."""

    def follow(way: tuple[str, ...], references: tuple[str, ...]) -> tuple[str, ...]:
        for name in references:
            if name == scheme.name:
                return (*way, name)
            if name in way or name not in book.names:
                continue
            further = tuple(each for version in book.of(name) for each in version.references)
            if found := follow((*way, name), further):
                return found
        return ()

    return follow((scheme.name,), scheme.references)


def _at_reference(version: SchemeVersion, name: str, message: str) -> Mistake:
    """The mistake at the line that holds the reference."""
    lines = TomlFile(version.path).text.splitlines()
    line = next((number for number, text in enumerate(lines, start=1) if f'"{name}"' in text), 1)
    return Mistake(version.path, line, message)
