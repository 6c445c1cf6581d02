"""The schemes of a workspace: its own versions, else those that come with the library."""

from contextlib import suppress
from datetime import date
from pathlib import Path

from liuke.pipeline.config import TierUse
from liuke.pipeline.workspace import Workspace
from liuke.tier import Scheme, SchemeBook, load, read_schemes
from liuke.tier.scheme import NotInForce

FOLDER = "schemes"


def open_book(workspace: Workspace) -> SchemeBook:
    """Every version of the workspace's schemes. Raises ConfigRefused with all their mistakes."""
    return read_schemes(workspace.root / FOLDER)


def scheme_in_force(workspace: Workspace, use: TierUse, book: SchemeBook, *, as_of: date) -> Scheme:
    """The version of a scheme that a day is judged by; a scheme named by its file is that version."""
    file = workspace.root / use.scheme
    if use.scheme.endswith(".toml") and file.is_file():
        return load(Path(file))
    return book.in_force(use.scheme, as_of=as_of)


def find_schemes_in_force(workspace: Workspace, *, as_of: date) -> list[Scheme]:
    """The same without those that are of later days only."""
    book, found = open_book(workspace), []
    for use in workspace.config.tiers:
        with suppress(NotInForce):
            found.append(scheme_in_force(workspace, use, book, as_of=as_of))
    return found


def schemes_in_force(workspace: Workspace, *, as_of: date) -> tuple[Scheme, ...]:
    """The schemes that a day is judged by, in the order of the settings, the main one first."""
    book = open_book(workspace)
    return tuple(scheme_in_force(workspace, use, book, as_of=as_of) for use in workspace.config.tiers)
