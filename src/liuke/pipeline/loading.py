"""Load sources alone, without the rest of the cycle."""

from collections.abc import Callable

from liuke.kernel.errors import LiukeError, suggestion
from liuke.pipeline.clock import resolve_as_of
from liuke.pipeline.ports import find_desk
from liuke.pipeline.steps.ingest import DESK, ingest
from liuke.pipeline.steps.run import Run, StepReport
from liuke.pipeline.workspace import Workspace


def load_sources(
    workspace: Workspace,
    *,
    source: str | None,
    dry_run: bool,
    as_of: str | None,
    progress: Callable[[str], None],
) -> StepReport:
    """Load every mapped source, or one by name.

    Raises LiukeError for a name that no mapping has, ConfigRefused for wrong mappings, DataRefused for a
    source with too many bad rows, Busy when another process writes.
    """
    if source is not None:
        _refuse_unknown(workspace, source)
    with workspace.warehouse.lock(doing="a load of sources"):
        run = Run(workspace, as_of=resolve_as_of(workspace, as_of), progress=progress, desk=find_desk())
        return ingest(run, source=source, dry_run=dry_run)


def _refuse_unknown(workspace: Workspace, source: str) -> None:
    from liuke.ingest.mapping import load_mappings

    names = [mapping.source.name for mapping in load_mappings(workspace.root / "mappings")] + [DESK]
    if source not in names:
        raise LiukeError(
            f"There is no source {source!r}{suggestion(source, names)}; the sources are {', '.join(names)}."
        )
