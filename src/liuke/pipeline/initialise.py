"""Make a workspace: a pack's declarations copied to where a company can own and change them."""

import os
import shutil
import tomllib
from collections.abc import Callable
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import tomli_w

from liuke.kernel.errors import LiukeError, suggestion
from liuke.kernel.words import Language
from liuke.pipeline.config import FILE_NAME

WORLD = "world"
_COPIED = (
    "features",
    "schemes",
    "reasons",
    "policies",
    "campaigns",
    "entitlements",
    "churn.toml",
    "reports.toml",
)
_HEADER = """\
# The settings of this workspace. Secrets never stand here: write "${env:NAME}" or "${file:PATH}".
# engine    what computes: "duckdb"
# warehouse where tables are kept, below this folder or an absolute path
# database  of the workbench: "sqlite", or "postgresql://…" for many people at once
# [warnings] unless set: share = 0.1, fewest = 50, most = 50_000, risk_step = 0.05, kept = 24

"""


def initialise(
    pack: str,
    folder: Path,
    *,
    sample: str | None,
    language: Language | None,
    seed: int = 1,
    make_world: Callable[[Path], None] | None = None,
) -> Path:
    """Make the workspace whole or not at all.

    make_world: writes the simulated company into the folder it is given, for the sample "world".
    Raises LiukeError for an unknown pack or sample, and for a folder that is not empty.
    """
    source = _pack_folder(pack)
    sample_source = _sample_folder(source, pack, sample) if sample else None
    _refuse_occupied(folder)
    draft = folder.parent / f".{folder.name}.{os.getpid()}"
    try:
        draft.mkdir(parents=True)
        _copy_declarations(source, draft)
        _copy_tree(source / "mappings", draft / "mappings")
        if sample_source is not None:
            _lay_sample(sample_source, draft)
            _write_sources(sample or "", draft, make_world)
        settings = _settings(source, sample_source, pack=pack, language=language, seed=seed)
        text = _HEADER + tomli_w.dumps(settings)
        (draft / FILE_NAME).write_text(text, encoding="utf-8")
        (draft / ".gitignore").write_text("var/\n", encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return folder


def pack_names() -> tuple[str, ...]:
    """The packs that come with the library and can make a workspace."""
    root = files("liuke") / "packs"
    return tuple(sorted(place.name for place in root.iterdir() if (place / "churn.toml").is_file()))


def sample_names(pack: str) -> tuple[str, ...]:
    folder = files("liuke") / "packs" / pack / "samples"
    return tuple(sorted(place.name for place in folder.iterdir())) if folder.is_dir() else ()


def _pack_folder(pack: str) -> Traversable:
    known = pack_names()
    if pack not in known:
        raise LiukeError(
            f"There is no pack {pack!r}{suggestion(pack, known)}; the packs are {', '.join(known)}."
        )
    return files("liuke") / "packs" / pack


def _sample_folder(source: Traversable, pack: str, sample: str) -> Traversable:
    known = sample_names(pack)
    if sample not in known:
        raise LiukeError(
            f"The pack {pack!r} has no sample {sample!r}{suggestion(sample, known)}; "
            f"it has: {', '.join(known) or 'none'}."
        )
    return source / "samples" / sample


def _refuse_occupied(folder: Path) -> None:
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise LiukeError(f"{folder} is not an empty folder; name a new one, nothing was written.")


def _copy_declarations(source: Traversable, draft: Path) -> None:
    for name in _COPIED:
        place = source / name
        if place.is_file():
            (draft / name).write_bytes(place.read_bytes())
        elif place.is_dir():
            _copy_tree(place, draft / name)


def _copy_tree(source: Traversable, target: Path) -> None:
    if source.is_dir():
        with as_file(source) as folder:
            shutil.copytree(folder, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


def _lay_sample(sample: Traversable, draft: Path) -> None:
    """A sample's own files over the pack's; its mappings instead of the pack's templates."""
    shutil.rmtree(draft / "mappings", ignore_errors=True)
    with as_file(sample) as folder:
        shutil.copytree(folder, draft, dirs_exist_ok=True, ignore=shutil.ignore_patterns(FILE_NAME))


def _write_sources(sample: str, draft: Path, make_world: Callable[[Path], None] | None) -> None:
    if sample == WORLD:
        if make_world is None:
            raise LiukeError("The sample 'world' needs a simulated company; use 'liuke init' to make it.")
        make_world(draft / WORLD)
        return
    from liuke.ingest.samples import write_sample

    write_sample(sample, draft)


def _settings(
    source: Traversable, sample: Traversable | None, *, pack: str, language: Language | None, seed: int
) -> dict[str, Any]:
    """The pack's settings, the sample's over them, and the choices made on the command line over both."""
    settings: dict[str, Any] = {
        "pack": pack,
        "language": "zh",
        "currency": "CNY",
        "seed": seed,
        "engine": "duckdb",
        "warehouse": "var/warehouse",
        "database": "sqlite",
    }
    settings |= tomllib.loads((source / "pack.toml").read_text(encoding="utf-8")).get("settings", {})
    if sample is not None and (sample / FILE_NAME).is_file():
        settings |= tomllib.loads((sample / FILE_NAME).read_text(encoding="utf-8"))
    if language is not None:
        settings["language"] = language
    tables = {name: value for name, value in settings.items() if isinstance(value, (dict, list))}
    return {name: value for name, value in settings.items() if name not in tables} | tables
