"""A workspace: the folder a company owns, its settings, its warehouse."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.pipeline.config import Config, load_config, reveal

if TYPE_CHECKING:
    import ibis

    from liuke.pipeline.cycle import CycleReport
    from liuke.pipeline.scratch import Scratch
    from liuke.store import Engine, Warehouse


class Workspace:
    """One workspace opened for reading; `cycle` and the single steps write to it."""

    def __init__(self, root: Path):
        self.root = root.resolve()
        self.config: Config = load_config(self.root)

    @property
    def var(self) -> Path:
        """The folder of everything that is generated."""
        return self.root / "var"

    @property
    def is_simulated(self) -> bool:
        return self.config.world is not None

    @property
    def world_folder(self) -> Path | None:
        return self.root / self.config.world.folder if self.config.world else None

    @property
    def database(self) -> str:
        """The desk's database with secrets revealed: 'sqlite' or a postgresql:// address."""
        return reveal(self.config.database, root=self.root)

    @cached_property
    def engine(self) -> "Engine":
        from liuke.store import Engine

        return Engine(memory_gib=self.config.memory_gib)

    @cached_property
    def warehouse(self) -> "Warehouse":
        from liuke.store import Warehouse

        return Warehouse(self.root / self.config.warehouse, self.engine)

    @cached_property
    def scratch(self) -> "Scratch":
        """What this process found in the workspace's tables and asks for again."""
        from liuke.pipeline.scratch import Scratch

        return Scratch()

    def table(self, name: str, *, as_of: date | None = None) -> "ibis.Table":
        """A table of the warehouse, canonical or result, all as-of days or one.

        A table of the interface that has no rows yet is empty; any other name is refused.
        """
        from liuke.ingest.canonical import TABLES
        from liuke.pipeline.results import RESULTS

        partition = as_of.isoformat() if as_of else None
        if name in TABLES:
            return self.warehouse.table(name, TABLES[name].schema)
        if name in RESULTS:
            return self.warehouse.table(name, RESULTS[name], partition=partition)
        return self.warehouse.stored(name, partition=partition)

    def as_of_days(self, name: str = "warnings") -> tuple[date, ...]:
        """The as-of days a result table holds, earliest first."""
        return tuple(date.fromisoformat(day) for day in self.warehouse.manifest.partitions(name))

    def cycle(self, *, as_of: date, until: str | None = None) -> "CycleReport":
        """Run ingest → view → tier → predict → plan → publish as of a day; what is current is kept."""
        from liuke.pipeline.cycle import run_cycle

        return run_cycle(self, as_of=as_of, until=until)

    def hash_of(self, names: Iterable[str]) -> str:
        """A hash of the content of files and folders of the workspace, for fingerprints."""
        digest = sha256()
        for name in names:
            place = self.root / name
            files = sorted(place.rglob("*.toml")) if place.is_dir() else [place]
            for file in files:
                if file.is_file():
                    digest.update(file.relative_to(self.root).as_posix().encode() + b"\0")
                    digest.update(file.read_bytes() + b"\0")
        return digest.hexdigest()


def open_workspace(path: Path | str) -> Workspace:
    """The workspace in a folder; refused with all mistakes when liuke.toml has any."""
    return Workspace(Path(path))
