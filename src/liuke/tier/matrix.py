"""Matrices: two sides crossed, a tier and a treatment for each cell.

A side is a column of named values or another scheme, whose tiers are judged over the same table. A
matrix measures nothing: no number is missing for a better cell. A row whose value on a side is missing or
not one of its values is unrated, and told on which side.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any, Literal, Self

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from liuke.kernel.words import Words
from liuke.tier.axis import Axis, Side, faults_of_axis
from liuke.tier.edges import Fault
from liuke.tier.scheme import UNRATED, Scheme, SchemeRefused, Tier
from liuke.tier.speech import first_of, sentence

COLORS = ("#531dab", "#9e1068", "#cf1322", "#ad4e00", "#237804", "#08979c", "#0958d9", "#595959", "#434343")


class Cell(BaseModel):
    """A cell and what to do with its customers; words and colour are made up unless given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: str
    column: str
    words: Words | None = None
    color: str | None = Field(default=None, pattern=r"^#[0-9a-f]{6}$")
    treatment: Words


class MatrixScheme(Scheme):
    """Cells of two sides, called row-column.

    cells: best first, every cell once. When none is given cells are ranked by how far they lie from the
    best one (the sum of their places, then the row), and have no treatment.
    """

    kind: Literal["matrix"]
    rows: Axis
    columns: Axis
    cells: tuple[Cell, ...] = ()
    _referred: Mapping[str, Scheme] = PrivateAttr(default_factory=dict)

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        names: list[list[str]] = []
        for side in ("rows", "columns"):
            axis = declared.get(side)
            yield from faults_of_axis(axis, where=side)
            if isinstance(axis, Mapping) and axis.get("scheme") == declared.get("name"):
                yield (side, "scheme"), f"refers to itself: {axis['scheme']!r}; cross it with another scheme"
            try:
                names.append([value["name"] for value in axis["values"]])  # type: ignore[index]
            except (KeyError, TypeError):
                names.append([])  # known once the scheme is at hand, or told by the check of the parts
        if all(names):
            yield from _faults_of_cells(declared.get("cells") or (), *names)

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(axis.scheme for axis in (self.rows, self.columns) if axis.scheme))

    @property
    def reads(self) -> tuple[str, ...]:
        """Its own columns and those of the schemes it refers to."""
        sides = [(axis, self._side(axis)) for axis in (self.rows, self.columns)]
        columns = [
            side.scheme.reads if side.scheme is not None else (str(axis.column),) for axis, side in sides
        ]
        return tuple(dict.fromkeys(column for side in columns for column in side))

    def resolved(self, find: Callable[[str], Scheme]) -> Self:
        """The same matrix with the schemes it refers to taken from `find`, all the way down.

        Without it they are taken from those that come with Liuke. Raises SchemeRefused when references
        lead back to where they began, or when the cells do not fit the tiers that were found.
        """
        return self._resolved(find, way=(self.name,))

    def _resolved(self, find: Callable[[str], Scheme], *, way: tuple[str, ...]) -> Self:
        found: dict[str, Scheme] = {}
        for name in self.references:
            if name in way:
                told = " → ".join((*way, name))
                raise SchemeRefused(f"{self.label} refers to itself: {told}; a scheme builds only on others")
            scheme = find(name)
            found[name] = (
                scheme._resolved(find, way=(*way, name)) if isinstance(scheme, MatrixScheme) else scheme
            )
        made = self.model_copy()
        made._referred = found
        made._check_cells()
        return made

    def _side(self, axis: Axis) -> Side:
        if axis.scheme is None:
            return Side(axis, None)
        if axis.scheme in self._referred:
            return Side(axis, self._referred[axis.scheme])
        from liuke.tier.registry import load  # the registry knows this kind

        return self.resolved(load)._side(axis)

    def _check_cells(self) -> None:
        sides = [[name for name, _ in self._side(axis).values] for axis in (self.rows, self.columns)]
        cells = [cell.model_dump() for cell in self.cells]
        if told := [message for _, message in _faults_of_cells(cells, *sides)]:
            raise SchemeRefused(f"{self.label} does not fit what it refers to:\n  " + "\n  ".join(told))

    def _places(self) -> list[tuple[int, int]]:
        """Row and column of every cell, best first."""
        rows, columns = ([name for name, _ in self._side(axis).values] for axis in (self.rows, self.columns))
        if self.cells:
            return [(rows.index(cell.row), columns.index(cell.column)) for cell in self.cells]
        every = product(range(len(rows)), range(len(columns)))
        return sorted(every, key=lambda place: (sum(place), place))

    def _tiers(self) -> Iterable[Tier]:
        rows, columns = self._side(self.rows).values, self._side(self.columns).values
        places = self._places()
        for at, (row, column) in enumerate(places):
            (row_name, row_words), (column_name, column_words) = rows[row], columns[column]
            made = Words(zh=f"{row_words.zh}·{column_words.zh}", en=f"{row_words.en}, {column_words.en}")
            cell = self.cells[at] if self.cells else None
            yield Tier(
                name=f"{row_name}-{column_name}",
                words=(cell and cell.words) or made,
                color=(cell and cell.color) or COLORS[at * len(COLORS) // len(places)],
            )

    def _takes(self) -> Mapping[str, Words]:
        names = [tier.name for tier in self._tiers()]
        return {name: cell.treatment for name, cell in zip(names, self.cells, strict=False)}

    def _extra_columns(self) -> tuple[str, ...]:
        return ("treatment", "treatment_zh")

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        sides = (self._side(self.rows), self._side(self.columns))
        for prefix, side in zip(("row", "column"), sides, strict=True):
            table = side.read(table, prefix, wanted_by=self.label, as_of=as_of)
        tiers = list(self._tiers())
        table = table.mutate(cell=self._cell(table))
        nothing = ibis.null("string")
        treatments = [cell.treatment for cell in self.cells]
        table = table.mutate(
            tier=_by_cell(table, [tier.name for tier in tiers], UNRATED),
            rank=ibis.coalesce(table.cell + 1, len(tiers) + 1),
            measure=ibis.null("float64"),
            next_tier=nothing,
            missing=ibis.null("float64"),
            treatment=_by_cell(table, [words.en for words in treatments], nothing),
            treatment_zh=_by_cell(table, [words.zh for words in treatments], nothing),
        )
        return table.mutate(
            why=self._why(table, sides, tiers, "en"), why_zh=self._why(table, sides, tiers, "zh")
        )

    def _cell(self, table: ir.Table) -> ir.IntegerValue:
        """The number of each row's cell, 0 the best; null when a side is unknown."""
        branches = [
            ((table.row_place == row) & (table.column_place == column), at)
            for at, (row, column) in enumerate(self._places())
        ]
        return first_of(branches, ibis.null("int64"))

    def _why(
        self, table: ir.Table, sides: tuple[Side, Side], tiers: Sequence[Tier], language: Literal["zh", "en"]
    ) -> ir.StringValue:
        zh = language == "zh"
        colon, comma, suffix = ("：", "，", "_zh") if zh else (": ", ", ", "")
        told = []
        for (row, column), tier in zip(self._places(), tiers, strict=True):
            parts = [
                f"{side.words.say(language)}{colon}{side.values[place][1].say(language)}"
                for side, place in zip(sides, (row, column), strict=True)
            ]
            told.append(f"{comma.join(parts)}{colon}{tier.words.say(language)}")
        row_why, column_why = table[f"row_why{suffix}"], table[f"column_why{suffix}"]
        unknown = first_of(
            [
                (table.row_place.isnull() & table.column_place.isnull(), _both(row_why, column_why, zh=zh)),
                (table.row_place.isnull(), row_why),
            ],
            column_why,
        )
        return _by_cell(table, told, unknown)


def _both(one: ir.StringValue, other: ir.StringValue, *, zh: bool) -> ir.StringValue:
    return sentence(one, "；" if zh else "; ", other)


def _by_cell(table: ir.Table, results: Sequence[Any], unknown: Any) -> Any:
    return first_of([(table.cell == at, result) for at, result in enumerate(results)], unknown)


def _faults_of_cells(cells: Any, rows: Sequence[str], columns: Sequence[str]) -> Iterator[Fault]:
    """Cells that are not there, that are there twice, or that cannot be told apart by name."""
    called = Counter(f"{row}-{column}" for row, column in product(rows, columns))
    for name in sorted(name for name, count in called.items() if count > 1):
        yield ("rows",), f"overlap: two cells would be called {name!r}; rename a value"
    left = list(product(rows, columns))
    for at, cell in enumerate(cells):
        place = (cell.get("row"), cell.get("column")) if isinstance(cell, Mapping) else (None, None)
        if place in left:
            left.remove(place)
        elif place[0] in rows and place[1] in columns:
            yield ("cells", at), f"overlap: the cell {place[0]}-{place[1]} stands here a second time"
        else:
            yield (
                ("cells", at),
                f"no cell is {place[0]}-{place[1]}; rows are {', '.join(rows)}, columns {', '.join(columns)}",
            )
    if cells and left:
        shown = ", ".join(f"{row}-{column}" for row, column in left[:5]) + (" …" if len(left) > 5 else "")
        yield ("cells", len(cells) - 1), f"gap: {len(left)} cells are not listed: {shown}"
