"""Results found once for a day and the data known by it, by the cycle or when asked for, then kept."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import Workspace

SETTINGS = ("liuke.toml", "churn.toml")
Found = tuple[Mapping[str, pa.Table], dict[str, Any]]


@dataclass(frozen=True)
class Search:
    """What is looked for: the name of its note and card, the result tables it leaves, and how it is found.

    find raises TableMissing where the company's tables cannot answer.
    """

    name: str
    tables: tuple[str, ...]
    find: Callable[[Run], Found]


def ask(
    workspace: Workspace, search: Search, *, as_of: date, progress: Callable[[str], None] = lambda doing: None
) -> Found:
    """What a search finds as of a day, as `keep_found`. Raises Busy when another process writes."""
    with workspace.warehouse.lock(doing=f"{search.name} as of {as_of}"):
        return keep_found(Run(workspace, as_of=as_of, progress=progress, desk=None), search)


def keep_found(run: Run, search: Search) -> Found:
    """The result tables as of the run's day and their card, found anew where anything changed.

    The warehouse is the run's alone. Raises TableMissing.
    """
    card_file = run.workspace.var / "runs" / run.partition / f"{search.name}.json"
    fingerprint = run.fingerprint(settings=SETTINGS)
    if run.is_current(search.name, fingerprint) and card_file.is_file():
        stored = {name: _stored(run, name) for name in search.tables}
        return stored, json.loads(card_file.read_text(encoding="utf-8"))
    run.progress(f"{search.name} as of {run.as_of} …")
    found, card = search.find(run)
    _write_card(run, search.name, card)
    run.store(search.name, fingerprint, found)
    return found, json.loads(_text(card))


def _stored(run: Run, name: str) -> pa.Table:
    workspace = run.workspace
    return workspace.engine.to_arrow(workspace.table(name, as_of=run.as_of)).cast(RESULTS[name])


def _write_card(run: Run, name: str, card: dict[str, Any]) -> None:
    folder = run.workspace.var / "runs" / run.partition
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name}.json"
    draft.write_text(_text(card), encoding="utf-8")
    draft.replace(folder / f"{name}.json")


def _text(card: dict[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True, default=float)
