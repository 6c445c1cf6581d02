"""Ingest: every mapped source, and what people recorded at the workbench, into canonical tables."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from liuke.kernel.errors import ConfigRefused
from liuke.pipeline.clock import company_now
from liuke.pipeline.steps.run import Run, StepReport

if TYPE_CHECKING:
    from liuke.ingest.load import LoadReport

DESK = "workbench"


def ingest(run: Run, *, source: str | None = None, dry_run: bool = False) -> StepReport:
    """Load what is new; a source with too many bad rows stops the cycle and leaves the data as it was."""
    reports = [*_load_mapped(run, source=source, dry_run=dry_run)]
    if source in (None, DESK) and not dry_run:
        reports += _load_desk(run)
    totals = {
        name: sum(getattr(report, name) for report in reports)
        for name in ("read", "accepted", "quarantined", "skipped")
    }
    lines = tuple(
        {
            "source": report.source,
            "read": report.read,
            "accepted": report.accepted,
            "quarantined": report.quarantined,
            "skipped": report.skipped,
        }
        for report in reports
    )
    unchanged = bool(reports) and totals["read"] == totals["skipped"]
    return StepReport("ingest", was_current=unchanged, figures=totals, lines=lines)


def _load_mapped(run: Run, *, source: str | None, dry_run: bool) -> Iterator["LoadReport"]:
    from liuke.ingest.load import ingest_source
    from liuke.ingest.mapping import check_mappings, load_mappings

    root = run.workspace.root
    mistakes = check_mappings(root / "mappings", root)
    if mistakes:
        raise ConfigRefused(mistakes)
    loaded_at = company_now(run.workspace)
    for mapping in load_mappings(root / "mappings"):
        if source is None or mapping.source.name == source:
            run.progress(f"loading {mapping.source.name} …")
            yield ingest_source(
                run.warehouse,
                mapping,
                root=root,
                loaded_at=loaded_at,
                dry_run=dry_run,
                progress=run.progress,
            )


def _load_desk(run: Run) -> Iterator["LoadReport"]:
    from liuke.ingest.load import ingest_canonical

    if run.desk is None:
        return
    for table, rows in run.desk.export_facts(run.workspace):
        yield ingest_canonical(run.warehouse, table, rows, source=DESK)
