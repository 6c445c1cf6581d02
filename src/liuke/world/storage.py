"""The folder of a simulated company, changed whole or not at all.

company.json            settings and today; replacing it is what makes a month lived
sources/                what the operator would have; all that Liuke may read
truth/                  what only the company's maker knows
state/<month>/          from which the month is lived
staged/<month>/         files of a month that are being moved to their places
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from liuke.kernel.errors import Busy, LiukeError
from liuke.world.history import Settings, State
from liuke.world.months import Month
from liuke.world.population import Population

FILE_NAME = "company.json"
FORMAT = 3  # since competitors take numbers over and prices step up


def read_company(folder: Path) -> tuple[Settings, date]:
    """What the company was made with, and its today."""
    path = folder / FILE_NAME
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise LiukeError(
                f"The simulated company in {folder} was made by another version of Liuke (format "
                f"{told['format']}, this version lives format {FORMAT}) and cannot be lived on.\n"
                "Make a new one with 'liuke world new PACK DIR', or a whole workspace with 'liuke init'."
            )
        settings = Settings(
            pack=told["pack"],
            seed=told["seed"],
            customers=told["customers"],
            started=date.fromisoformat(told["started"]),
        )
        return settings, date.fromisoformat(told["today"])
    except FileNotFoundError:
        raise LiukeError(
            f"{folder} holds no simulated company; make one with 'liuke world new PACK DIR'."
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise LiukeError(f"{path} cannot be read ({error}); make the company again.") from error


def write_company(folder: Path, settings: Settings, today: date) -> None:
    told = {
        "format": FORMAT,
        "simulated": True,
        "pack": settings.pack,
        "seed": settings.seed,
        "customers": settings.customers,
        "started": settings.started.isoformat(),
        "months": settings.months_lived(Month(today)),
        "today": today.isoformat(),
    }
    draft = folder / f".{FILE_NAME}"
    draft.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    sync(draft)
    draft.replace(folder / FILE_NAME)
    sync(folder)


def write_state(folder: Path, state: State) -> None:
    """The state in a folder of its own, named for its month."""
    place = folder / "state" / state.month.label
    place.mkdir(parents=True, exist_ok=True)
    pq.write_table(state.pop.to_table(), place / "population.parquet", compression="zstd")
    for name, rows in state.late.items():
        _write_late(place / f"late-{name}.arrow", rows)


def read_state(folder: Path, month: Month) -> State:
    """The company on the first day of a month that it reached since it was made."""
    place = folder / "state" / month.label
    if not place.is_dir():
        known = ", ".join(sorted(path.name for path in (folder / "state").glob("*-*"))) or "none"
        raise LiukeError(f"{folder} keeps no state of {month.label}; it keeps: {known}.")
    late = {path.stem.removeprefix("late-"): _read_late(path) for path in sorted(place.glob("late-*.arrow"))}
    return State(month, Population.from_table(pq.read_table(place / "population.parquet")), late)


def _write_late(path: Path, rows: pa.Table) -> None:
    """As Arrow's own file, which keeps every type; Parquet would turn seconds into milliseconds."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_table(rows)


def _read_late(path: Path) -> pa.Table:
    with pa.OSFile(str(path), "rb") as file, pa.ipc.open_file(file) as reader:
        return reader.read_all()


@contextmanager
def hold_company(folder: Path) -> Iterator[None]:
    """Be the only one who lives a month of this company. Raises Busy when somebody else does."""
    (folder / "state").mkdir(exist_ok=True)
    with (folder / "state" / "LOCK").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                f"A month of the simulated company in {folder} is being lived; try again later."
            ) from None
        yield


def stage_of(folder: Path, month: Month) -> Path:
    return folder / "staged" / month.label


def settle_stages(folder: Path) -> None:
    """Finish what was decided and drop what was not; needs the lock.

    Files of a month that company.json counts as lived are moved to their places; files of a month
    that was cut short before that are removed.
    """
    _, today = read_company(folder)
    for stage in sorted((folder / "staged").glob("*-*")):
        if stage.name < today.isoformat()[:7]:
            _move_all(stage, folder)
        shutil.rmtree(stage)
    if (folder / "staged").is_dir():
        (folder / "staged").rmdir()


def _move_all(stage: Path, folder: Path) -> None:
    for path in sorted(stage.rglob("*")):
        if path.is_file():
            target = folder / path.relative_to(stage)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


def sync(path: Path) -> None:
    """Force a file or a folder's entries to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
