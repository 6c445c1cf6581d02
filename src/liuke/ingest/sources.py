"""The files of a source, their headers, and the order in which sources are loaded."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from liuke.ingest.check import read_mapping
from liuke.ingest.declared import Mapping
from liuke.ingest.readers import Rows, open_rows
from liuke.kernel.errors import ConfigRefused, DataRefused, Mistake, suggestion
from liuke.kernel.toml import TomlFile


@dataclass(frozen=True)
class SourceFile:
    """One file of a source. shown: its path as users see it, relative to the workspace if it is inside."""

    path: Path
    shown: str

    def digest(self) -> str:
        found = sha256()
        with self.path.open("rb") as readable:
            while block := readable.read(1 << 20):
                found.update(block)
        return found.hexdigest()


def source_files(mapping: Mapping, *, root: Path) -> tuple[SourceFile, ...]:
    """The files that a mapping's path finds, by name.

    Raises ConfigRefused when the path leaves the workspace, or finds nothing.
    """
    place = ("source", "path")
    given = Path(mapping.source.path)
    if not given.is_absolute() and ".." in given.parts:
        message = f"{mapping.source.path!r} leaves the workspace; write an absolute path if that is meant"
        raise ConfigRefused([mapping.mistake(place, message)])
    found = [SourceFile(path, _shown(path, root)) for path in _matching(given, root)]
    if not found:
        raise ConfigRefused([mapping.mistake(place, _nothing_found(given, root))])
    return tuple(found)


def header_mistakes(mapping: Mapping, *, root: Path) -> list[Mistake]:
    """What the mapping reads and the source's headers do not have.

    A file that cannot be read is no mistake of the mapping; its load will be refused.
    """
    try:
        files = source_files(mapping, root=root)
    except ConfigRefused as refused:
        return list(refused.mistakes)
    mistakes: list[Mistake] = []
    for file in files:
        with suppress(DataRefused):
            mistakes += missing_columns(mapping, file, open_rows(file.path, mapping, header_only=True))
    return mistakes


def missing_columns(mapping: Mapping, file: SourceFile, rows: Rows) -> Iterator[Mistake]:
    """Columns that the mapping names and the file does not have, or has twice; each told once."""
    header = rows.header
    first = {column: place for place, column in reversed([*mapping.named_columns()])}
    has = ", ".join(header.names[:30]) + (", …" if len(header.names) > 30 else "")
    if len(first) > 1 and not first.keys() & set(header.names):
        yield mapping.mistake(
            ("source", "path"),
            f"{file.shown} has none of the {len(first)} columns that this mapping reads; it has: {has}; "
            "is it the right file, and are delimiter and header_row right?",
        )
        return
    for column, place in first.items():
        if column in header.repeated:
            yield mapping.mistake(place, f"{file.shown} has the column {column!r} more than once")
        elif column not in header.names:
            near = suggestion(column, header.names)
            yield mapping.mistake(place, f"{file.shown} has no column {column!r}{near}; it has: {has}")


def load_mappings(folder: Path) -> tuple[Mapping, ...]:
    """Every mapping of a folder, in the order to load them: customers before what they do.

    Raises ConfigRefused with the mistakes of all files at once.
    """
    mappings, mistakes = [], list[Mistake]()
    for path in sorted(folder.glob("*.toml")):
        try:
            mappings.append(read_mapping(TomlFile(path)))
        except ConfigRefused as refused:
            mistakes += refused.mistakes
    mistakes += repeated_names(mappings)
    if mistakes:
        raise ConfigRefused(mistakes)
    return tuple(sorted(mappings, key=_rank))


def repeated_names(mappings: Iterable[Mapping]) -> Iterator[Mistake]:
    """Mappings that take the name of another."""
    named: dict[str, Mapping] = {}
    for mapping in mappings:
        first = named.setdefault(mapping.name, mapping)
        if first is not mapping:
            message = f"the name {mapping.name!r} is taken by {first.path.name}; give this source its own"
            yield mapping.mistake(("source", "name"), message)


def check_mappings(folder: Path, workspace_root: Path) -> list[Mistake]:
    """Every mistake in the mapping files of a folder and in the headers of the sources they name."""
    mistakes: list[Mistake] = []
    mappings = []
    for path in sorted(folder.glob("*.toml")):
        try:
            mappings.append(read_mapping(TomlFile(path)))
        except ConfigRefused as refused:
            mistakes += refused.mistakes
    mistakes += repeated_names(mappings)
    for mapping in mappings:
        mistakes += header_mistakes(mapping, root=workspace_root)
    return sorted(mistakes)


def _rank(mapping: Mapping) -> tuple[int, str]:
    if mapping.tables <= {"units", "staff"}:
        return 0, mapping.path.name
    return (1 if "customers" in mapping.tables else 2), mapping.path.name


def _matching(given: Path, root: Path) -> list[Path]:
    """Files that the path or pattern finds; hidden ones and Excel's own lock files are left out."""
    if given.is_absolute():
        found = Path(given.anchor).glob(str(given.relative_to(given.anchor)))
    elif (root / given).is_file():  # a name may hold the characters of a pattern
        return [root / given]
    else:
        found = root.glob(str(given))
    return sorted(path for path in found if path.is_file() and not path.name.startswith((".", "~$")))


def _nothing_found(given: Path, root: Path) -> str:
    folder = (given if given.is_absolute() else root / given).parent
    if not folder.is_dir():
        return f"no file at {str(given)!r}: the folder {_shown(folder, root)} does not exist"
    names = [path.name for path in folder.iterdir() if path.is_file()]
    return f"no file at {str(given)!r}{suggestion(given.name, names)}"


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
