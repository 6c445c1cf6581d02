"""Approved versions written where the next cycle reads them: each in its own file, whole or not at all."""

import os
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

import tomli_w

from liuke.kernel.errors import LiukeError
from liuke.pipeline.schemes import open_book
from liuke.tier import SchemeBook
from liuke_desk.bridge import workspace as serving
from liuke_desk.bridge.scheme_check import check_text
from liuke_desk.bridge.schemes import own_folder, version_path


class VersionRefused(LiukeError):
    """A version that cannot be put in force as it stands."""


def write_version(text: str, *, name: str, version: int, by: str, on: date, note: str) -> Path:
    """Write an approved version into the workspace; from its effective_from on cycles judge by it.

    A scheme that so far came with Liuke gets its earlier version written beside, as it was: of a scheme
    the workspace declares itself, only its own versions count. Written again by the same person it stays
    as it is. Raises VersionRefused when the number is taken or the text has mistakes.
    """
    workspace = serving.current_workspace()
    path = path_of(name, version)
    approved = f"{text.rstrip()}\n\n{_approval(by=by, on=on, note=note)}"
    if path.is_file() and path.read_text(encoding="utf-8").startswith(_until_day(approved)):
        return path
    book = open_book(workspace)
    _refuse_taken(book, name, version, path)
    if mistakes := check_text(text, name=name, version=version):
        told = "\n".join(f"{each.line}: {each.message}" for each in mistakes)
        raise VersionRefused(f"{name} v{version} has mistakes, nothing was written:\n{told}")
    if name not in book.versions:
        for earlier in book.of(name):
            source = version_path(book, earlier).read_text(encoding="utf-8")
            _write_whole(path_of(name, earlier.version), source)
    _write_whole(path, approved)
    return path


def path_of(name: str, version: int) -> Path:
    """Where a version of a scheme belongs: schemes/telecom/vip.v2.toml."""
    *folders, last = name.split("/")
    return own_folder(serving.current_workspace()).joinpath(*folders, f"{last}.v{version}.toml")


def _approval(*, by: str, on: date, note: str) -> str:
    return tomli_w.dumps({"approval": {"by": by, "on": on, "note": note}})


def _until_day(approved: str) -> str:
    """The text and who approved it: the same approval asked again another day is still the same."""
    return approved[: approved.rindex("\non = ") + 1]


def _refuse_taken(book: SchemeBook, name: str, version: int, path: Path) -> None:
    taken = {scheme.version for scheme in book.of(name)}
    if version in taken:
        raise VersionRefused(f"{name} has a version {version} already; the next one is {max(taken) + 1}.")
    if version != max(taken) + 1:
        raise VersionRefused(f"The next version of {name} is {max(taken) + 1}, not {version}.")
    if path.exists():
        raise VersionRefused(f"The file {path.name} is there already and declares something else.")


def _write_whole(path: Path, text: str) -> None:
    """Never half a file under its name, even when the machine stops."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Its name does not end in .toml before it is whole: a cycle reads every file that does.
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False) as part:
        try:
            part.write(text)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).chmod(0o644)
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
