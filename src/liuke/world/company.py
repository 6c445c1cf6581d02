"""Make a simulated company, and ask it what day it is."""

import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

from liuke.kernel.errors import Busy, LiukeError
from liuke.world.contacting import Contacts
from liuke.world.history import LivedMonth, Settings, State, found, live_on
from liuke.world.months import Month
from liuke.world.parameters import write_parameters
from liuke.world.potential_outcomes import write_truth
from liuke.world.sources import write_month, write_places
from liuke.world.storage import hold_company, read_company, settle_stages, write_company, write_state

PACKS = ("telecom",)
SMALLEST = 10  # customers; below it a tree of units makes no sense


def new_company(
    folder: Path, *, pack: str = "telecom", customers: int, months: int, seed: int, today: date
) -> None:
    """Write a company that lived for some months before today, as source files and truth apart.

    customers: those with whom the history begins, `months` before today; about as many join later
    as leave. The folder appears whole or not at all; the same arguments make the same bytes.
    Raises LiukeError for a pack that cannot be simulated, and for a folder that is not empty.
    """
    _check(folder, pack=pack, customers=customers, months=months)
    end = Month(today)
    settings = Settings(pack, seed, customers, started=end.later(-months).first_on)
    draft = folder.parent / f".{folder.name}.{os.getpid()}"
    try:
        draft.mkdir(parents=True)
        write_places(draft / "sources", settings.tree, started=Month(settings.started), seed=seed)
        write_parameters(draft / "truth", settings)
        write_state(draft, _live_until(end, draft, settings))
        write_company(draft, settings, today)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def today(folder: Path) -> date:
    """The company's own day: everything before it has been lived.

    A month that was decided but not wholly moved to its place, because its process was killed, is
    finished first.
    """
    if (folder / "staged").is_dir():
        try:
            with hold_company(folder):
                settle_stages(folder)
        except Busy:
            pass  # whoever holds the company finishes it
    return read_company(folder)[1]


def _check(folder: Path, *, pack: str, customers: int, months: int) -> None:
    if pack not in PACKS:
        raise LiukeError(
            f"A company of the pack {pack!r} cannot be simulated yet; what can: {', '.join(PACKS)}."
        )
    if customers < SMALLEST or months < 1:
        raise LiukeError(
            f"A simulated company has at least {SMALLEST} customers and 1 month of history; "
            f"asked were {customers} and {months}."
        )
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise LiukeError(f"{folder} is not an empty folder; name a new one, nothing was written.")


def _live_until(end: Month, draft: Path, settings: Settings) -> State:
    """Live from the beginning; while one month is lived the one before it is written."""
    state = found(settings)
    with ThreadPoolExecutor(max_workers=1) as writer:
        written: Future[None] | None = None
        while state.month.number < end.number:
            month = state.month
            lived_month = live_on(state, settings, Contacts.none())
            if written is not None:
                written.result()
            written = writer.submit(_write, draft, lived_month, month, settings)
        if written is not None:
            written.result()
    return state


def _write(draft: Path, lived_month: LivedMonth, month: Month, settings: Settings) -> None:
    is_first = settings.months_lived(month) == 0
    write_month(draft / "sources", lived_month.tables, month, is_first=is_first)
    write_truth(draft / "truth", lived_month.here, lived_month.lived, lived_month.joined)
