"""Refused rows: seen, taken out for repair, and put back in."""

from pathlib import Path
from typing import Any

from liuke.kernel.errors import LiukeError, suggestion
from liuke.pipeline.clock import company_now
from liuke.pipeline.workspace import Workspace


def list_refused(workspace: Workspace, *, source: str | None) -> list[dict[str, Any]]:
    """Every refusal with its source, file, row, field, reason and words in both languages."""
    from liuke.ingest.quarantine import list_quarantine

    rows: list[dict[str, Any]] = list_quarantine(workspace.warehouse, source).to_pylist()
    return rows


def export_refused(workspace: Workspace, source: str, file: Path) -> int:
    """Write a source's refused rows, as they came, to a CSV file for repair; returns how many."""
    from liuke.ingest.repair_file import export_quarantine

    _mapping_of(workspace, source)
    return export_quarantine(workspace.warehouse, source, file)


def replay(workspace: Workspace, source: str, file: Path, *, dry_run: bool) -> Any:
    """Take in a repaired file; what is right now leaves quarantine."""
    from liuke.ingest.replay import replay_quarantine

    if not file.is_file():
        raise LiukeError(f"There is no file {file}; write one with 'liuke quarantine export {source} FILE'.")
    mapping = _mapping_of(workspace, source)
    with workspace.warehouse.lock(doing=f"a replay of {source}"):
        return replay_quarantine(
            workspace.warehouse, mapping, file, loaded_at=company_now(workspace), dry_run=dry_run
        )


def _mapping_of(workspace: Workspace, source: str) -> Any:
    from liuke.ingest.mapping import load_mappings

    by_name = {mapping.source.name: mapping for mapping in load_mappings(workspace.root / "mappings")}
    if source not in by_name:
        raise LiukeError(
            f"There is no source {source!r}{suggestion(source, by_name)}; "
            f"the sources are {', '.join(sorted(by_name)) or 'none yet'}."
        )
    return by_name[source]
