"""Results that are asked for apart from a cycle: found once for a day and the data known by it, then kept."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import Workspace

SETTINGS = ("liuke.toml", "churn.toml")
Found = tuple[Mapping[str, pa.Table], dict[str, Any]]


def keep_results(
    workspace: Workspace,
    name: str,
    tables: tuple[str, ...],
    find: Callable[[Run], Found],
    *,
    as_of: date,
    progress: Callable[[str], None],
) -> Found:
    """The result tables as of a day and the card that goes with them, found anew where anything changed.

    Raises Busy when another process writes to the workspace.
    """
    with workspace.warehouse.lock(doing=f"{name} as of {as_of}"):
        run = Run(workspace, as_of=as_of, progress=progress, desk=None)
        card_file = workspace.var / "runs" / run.partition / f"{name}.json"
        fingerprint = run.fingerprint(settings=SETTINGS)
        if run.is_current(name, fingerprint) and card_file.is_file():
            stored = {each: _stored(workspace, each, as_of) for each in tables}
            return stored, json.loads(card_file.read_text(encoding="utf-8"))
        progress(f"{name} …")
        found, card = find(run)
        _write_card(run, name, card)
        run.store(name, fingerprint, found)
        return found, json.loads(_text(card))


def _stored(workspace: Workspace, name: str, as_of: date) -> pa.Table:
    return workspace.engine.to_arrow(workspace.table(name, as_of=as_of)).cast(RESULTS[name])


def _write_card(run: Run, name: str, card: dict[str, Any]) -> None:
    folder = run.workspace.var / "runs" / run.partition
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name}.json"
    draft.write_text(_text(card), encoding="utf-8")
    draft.replace(folder / f"{name}.json")


def _text(card: dict[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True, default=float)
