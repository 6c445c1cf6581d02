"""Reports of a cycle, asked of the library and answered in plain values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from liuke.pipeline.export import write_rows
from liuke.pipeline.reporting import member_words, months_of, order_members, read_card
from liuke.pipeline.steps.reports import CARD
from liuke.pipeline.workspace import Workspace
from liuke.predict.reports.kinds import DIMENSION_WORDS, NET, REPORTS, say_kind
from liuke.predict.reports.lines import draw_members, draw_months, list_columns
from liuke.predict.reports.sums import Tally
from liuke.predict.reports.tables import DIMENSIONS
from liuke_desk.bridge.json_texts import as_json, by_columns
from liuke_desk.bridge.warehouse import open_anew

Row = dict[str, Any]

NAMES = tuple(REPORTS)
ALL = "all"  # the dimension of one member
ROWS_PER_BATCH = 10_000
NO_UNIT = "unassigned"
_CELL_KEYS = ("month", "kind", "member")
_CELL_OF = ("dimension", "measure", *_CELL_KEYS)
_SUMS = {
    **dict.fromkeys(("count", "variance", "third"), "float64"),
    **dict.fromkeys(("of_opening", "valued", "value_fen"), "int64"),
}
_OF_NET = ("new", "returned", "lost")


def read_frame(as_of: date) -> Row | None:
    """What is needed to read the figures of a cycle: months, bands, why a report is empty, words of members.

    None where the cycle made no reports.
    """
    with open_anew() as workspace:
        if not _has_reports(workspace, as_of):
            return None
        card = read_card(workspace, as_of)
        cells = workspace.table("report_cells", as_of=as_of)
        known = workspace.engine.to_arrow(cells.filter(_.member != "").select("dimension").distinct())
        return {
            **card,
            "dimensions": [name for name in DIMENSION_WORDS if name in set(known["dimension"].to_pylist())],
            "dealers": member_words(workspace, card, "dealer"),
            "net_churn": _read_net_churn(workspace, as_of),
        }


def read_cubes(as_of: date, *, ways_up: Mapping[str, Sequence[str]]) -> Iterator[pa.RecordBatch]:
    """unit_id, dimension, measure, and what the unit and all below it add up to: cells, as JSON by columns.

    ways_up: of each unit, those that its customers count for. Customers of no known unit count for NO_UNIT.
    """
    with open_anew() as workspace:
        if not _has_reports(workspace, as_of):
            return
        placed = [(own, unit_id) for own, way in ways_up.items() for unit_id in way]
        ways = ibis.memtable(pa.table({"own": [own for own, _ in placed], "above": [up for _, up in placed]}))
        cells = workspace.table("report_cells", as_of=as_of)
        known = cells.unit_id.isin(list(ways_up))
        cells = cells.mutate(own=ibis.ifelse(known, cells.unit_id, NO_UNIT)).drop("unit_id")
        summed = cells.join(ways, "own").group_by(unit_id=_.above, **{name: _[name] for name in _CELL_OF})
        summed = summed.aggregate(**{name: _[name].sum().cast(made) for name, made in _SUMS.items()})
        cell = ibis.struct({name: _[name] for name in (*_CELL_KEYS, *_SUMS)})
        cubes = summed.group_by("unit_id", "dimension", "measure").aggregate(
            cells=cell.collect(order_by=list(_CELL_KEYS))
        )
        told = cubes.mutate(cells=as_json(by_columns(cubes.cells)))
        yield from workspace.engine.batches(told, rows=ROWS_PER_BATCH)


def describe_reports() -> list[Row]:
    """Every report with its words, in their order."""
    return [{"name": name, "main": kind.main, **kind.words.model_dump()} for name, kind in REPORTS.items()]


def describe_dimensions(frame: Mapping[str, Any]) -> list[Row]:
    """The dimensions of which anything is known, with their words."""
    return [{"name": name, **DIMENSION_WORDS[name].model_dump()} for name in frame["dimensions"]]


def say_figure(report: str, measure: str, kind: str | None) -> dict[str, str]:
    """What a figure is called: its measure, and its kind if it is of one."""
    counted = next(each for each in REPORTS[report].counted if each.measure == measure)
    if kind is None:
        return counted.words.model_dump()
    of_kind = say_kind(kind)
    return {
        "zh": f"{counted.words.zh}：{of_kind.zh}",
        "en": f"{counted.words.en}: {of_kind.en}",
    }


def list_measures(report: str) -> tuple[str, ...]:
    """The measures that the figures of a report are sums of."""
    return tuple(counted.measure for counted in REPORTS[report].counted)


def list_report_months(frame: Mapping[str, Any], report: str) -> list[Row]:
    """The months a report tells of, earliest first: month, ends_on, is_over."""
    return [
        {"month": each.starts_on, "ends_on": each.ends_on, "is_over": each.is_over}
        for each in months_of(frame, REPORTS[report])
    ]


def draw_by_month(report: str, frame: Mapping[str, Any], cells: Iterable[Mapping[str, Any]]) -> Row:
    """Columns and a line for each month."""
    kind, tally = REPORTS[report], Tally(cells)
    lines = draw_months(kind, tally, months_of(frame, kind))
    return _plain(report, tally, lines)


def draw_by_member(
    report: str,
    frame: Mapping[str, Any],
    cells: Iterable[Mapping[str, Any]],
    *,
    month: date,
    dimension: str,
    members: Sequence[str] | None = None,
) -> Row:
    """Columns and a line for each member in one month: in the order given, else that of the dimension."""
    kind, tally = REPORTS[report], Tally(cells)
    months = months_of(frame, kind)
    chosen = next(each for each in months if each.starts_on == month)
    ordered = members if members is not None else order_members(tally, kind, chosen, dimension, frame)
    return _plain(report, tally, draw_members(kind, tally, months, chosen, ordered))


@lru_cache(maxsize=8)
def list_standing(
    *,
    as_of: date,
    measure: str,
    kind: str | None,
    month: date,
    dimension: str,
    member: str,
    units: tuple[str, ...] | None,
    most: int,
    stamp: int,
) -> tuple[Row, ...]:
    """Who stands behind one figure, the greatest value first: customer_id, measure, kind, at, weight, value.

    kind: None for all. units: None for every one. Asked of the warehouse once for each `stamp`.
    """
    with open_anew() as workspace:
        rows = workspace.table("report_customers", as_of=as_of).filter(
            _.measure.isin(_OF_NET if measure == NET else (measure,)), _.month == ibis.literal(month)
        )
        if kind is not None:
            rows = rows.filter(_.kind == kind)
        if (column := DIMENSIONS[dimension]) is not None:
            rows = rows.filter(rows[column] == member)
        if units is not None:
            known = workspace.engine.to_arrow(workspace.table("units").select("unit_id"))["unit_id"]
            here = _.unit_id.isin(units)
            rows = rows.filter(here | ~_.unit_id.isin(known.to_pylist()) if NO_UNIT in units else here)
        worth = _.weight * _.value_fen.cast("float64")
        order = [ibis.desc(worth, nulls_first=False), ibis.desc("weight"), "customer_id", "at"]
        names = ("customer_id", "measure", "kind", "at", "weight", "value_fen")
        found = workspace.engine.to_arrow(rows.order_by(order).limit(most).select(*names))
        return tuple(found.to_pylist())


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Lines as a file that spreadsheets open; text never becomes a formula."""
    lines = [dict(zip(columns, row, strict=True)) for row in rows]
    table = pa.Table.from_pylist(lines) if lines else pa.table({name: pa.nulls(0) for name in columns})
    with TemporaryDirectory(prefix="liuke-report-") as folder:
        file = Path(folder) / "report.csv"
        write_rows(table, file)
        return file.read_bytes()


def _has_reports(workspace: Workspace, as_of: date) -> bool:
    return (workspace.var / "runs" / as_of.isoformat() / CARD).is_file() and bool(
        workspace.warehouse.manifest.parts("report_cells", as_of.isoformat())
    )


def _read_net_churn(workspace: Workspace, as_of: date) -> list[Row]:
    """Re-entry of the whole company by month with its interval, as `liuke reentry` tells it."""
    if not workspace.warehouse.manifest.parts("net_churn", as_of.isoformat()):
        return []
    rows = workspace.table("net_churn", as_of=as_of).filter(_.month.notnull()).order_by("month")
    found = workspace.engine.to_arrow(rows.drop("as_of")).to_pylist()
    return [row | {"month": row["month"].isoformat()} for row in found]


def _plain(report: str, tally: Tally, lines: Sequence[Any]) -> Row:
    columns = list_columns(REPORTS[report], tally)
    return {
        "columns": [
            {"name": column.name, "measure": column.measure, "kind": column.kind, **column.words}
            for column in columns
        ],
        "lines": [asdict(line) for line in lines],
    }
