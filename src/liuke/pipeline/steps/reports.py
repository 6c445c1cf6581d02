"""Who came, went, was suspended or is expected to go: the reports part of the predict step."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from liuke.kernel.days import add_months
from liuke.pipeline.report_terms import find_terms
from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.heard import churn_tables
from liuke.pipeline.steps.run import Run, StepReport

if TYPE_CHECKING:
    from liuke.predict.reports.standing import ReportInputs
    from liuke.predict.reports.terms import ReportTerms
    from liuke.store import Draft, Engine

CARD = "reports.json"
ROWS_PER_FILE = 1_000_000
_ROWS_TOGETHER = 122_880  # always in one file: a group of the engine
_SETTINGS = ("liuke.toml", "churn.toml", "reports.toml")
_USED = ("leavings", "warnings", "reentries")


def reports(run: Run) -> StepReport:
    """Store who stands behind every figure, and the figures by unit and dimension."""
    fingerprint = run.fingerprint(settings=_SETTINGS, tables=_USED)
    if run.is_current("reports", fingerprint):
        return StepReport("reports", was_current=True)
    from liuke.predict.reports.cells import sum_cells

    terms = find_terms(run.workspace)
    inputs = _gather(run, terms)
    engine = run.workspace.engine
    draft = run.warehouse.draft(source=f"reports/{run.partition}")
    rows = _store_rows(run, draft, inputs)
    files = [
        run.warehouse.root / part.file for part in draft.manifest.parts("report_customers", run.partition)
    ]
    cells = engine.to_arrow(sum_cells(engine.read(files, RESULTS["report_customers"])))
    draft.replace("report_cells", cells.cast(RESULTS["report_cells"]), partition=run.partition)
    missing = _missing(run, inputs, cells)
    _write_card(run, inputs, terms, missing)
    draft.note(f"reports/{run.partition}", fingerprint)
    draft.commit()
    months = len(inputs.months) if inputs else 0
    figures: dict[str, Any] = {"report months": months, "report rows": rows}
    return StepReport(
        "reports", figures=figures, lines=tuple({"report": name} | why for name, why in missing.items())
    )


def _gather(run: Run, terms: "ReportTerms") -> "ReportInputs | None":
    """What reports are made of; None where no bill, usage, suspension or leaving tells of any day."""
    from liuke.predict.churn import load_churn
    from liuke.predict.reports.months import find_first_day, list_months
    from liuke.predict.reports.standing import ReportInputs

    definition = load_churn(run.workspace.root / "churn.toml")
    engine, tables = run.workspace.engine, churn_tables(run, definition)
    leavings = run.warehouse.stored("leavings", partition=run.partition)
    first_on = find_first_day(tables, leavings, engine, known_by=run.as_of)
    months = list_months(first_on, as_of=run.as_of, most=terms.months)
    if not months:
        return None
    searched = run.warehouse.manifest.parts("reentries", run.partition)
    return ReportInputs(
        tables=tables,
        leavings=leavings,
        warnings=run.warehouse.stored("warnings", partition=run.partition),
        reentries=run.workspace.table("reentries", as_of=run.as_of) if searched else None,
        searched_from=_searched_from(run) if searched else None,
        definition=definition,
        terms=terms,
        months=months,
        margin_rate=run.config.margin_rate,
        has_bills=bool(run.warehouse.manifest.parts("bills")),
        as_of=run.as_of,
    )


def _searched_from(run: Run) -> date:
    from liuke.predict.reentry.settings import DEFAULTS

    return add_months(run.as_of, -DEFAULTS.months_back)


def _store_rows(run: Run, draft: "Draft", inputs: "ReportInputs | None") -> int:
    """The rows in files of a bounded size, so that memory does not grow with the company.

    Each is written while the rows of the next are made.
    """
    schema = RESULTS["report_customers"]
    draft.replace("report_customers", schema.empty_table(), partition=run.partition)
    if inputs is None:
        return 0
    stored = 0
    with ThreadPoolExecutor(1) as writer:
        written: Future[None] | None = None
        for rows in _files(inputs, run.workspace.engine):
            if written is not None:
                written.result()
            written = writer.submit(draft.append, "report_customers", rows, partition=run.partition)
            stored += rows.num_rows
        if written is not None:
            written.result()
    return stored


def _files(inputs: "ReportInputs", engine: "Engine") -> Iterator[pa.Table]:
    """The rows, about as many at once as stand in a file."""
    from liuke.predict.reports.parts import stand_in_parts

    kept: list[pa.Table] = []
    parts = (
        part.slice(start, _ROWS_TOGETHER)
        for part in stand_in_parts(inputs, engine)
        for start in range(0, part.num_rows, _ROWS_TOGETHER)
    )
    for part in parts:
        kept.append(part)
        if sum(each.num_rows for each in kept) >= ROWS_PER_FILE:
            yield pa.concat_tables(kept)
            kept = []
    if kept:
        yield pa.concat_tables(kept)


def _missing(run: Run, inputs: "ReportInputs | None", cells: pa.Table) -> dict[str, dict[str, str]]:
    """Why a report is empty, by report: what would have to be told."""
    from liuke.predict.reports.absence import explain_absence

    measures = set(cells["measure"].unique().to_pylist())
    return explain_absence(
        measures,
        has_months=inputs is not None,
        has_search=inputs is not None and inputs.reentries is not None,
        kinds=inputs.definition.kinds if inputs else (),
    )


def _write_card(
    run: Run, inputs: "ReportInputs | None", terms: "ReportTerms", missing: Mapping[str, dict[str, str]]
) -> None:
    """What is needed to read the tables: months, bands and their words, why a report is empty."""
    months = inputs.months if inputs else ()
    card = {
        "as_of": run.partition,
        "months": [
            {"month": str(each.starts_on), "ends_on": str(each.ends_on), "is_over": each.is_over}
            for each in months
        ],
        "bands": {
            "tenure": {band.name: band.words.model_dump() for band in terms.tenure},
            "value": {band.name: band.words.model_dump() for band in terms.value},
        },
        "searched_from": str(inputs.searched_from) if inputs and inputs.searched_from else None,
        "missing": missing,
    }
    folder = run.workspace.var / "runs" / run.partition
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{CARD}"
    draft.write_text(json.dumps(card, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(folder / CARD)
