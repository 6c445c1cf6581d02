"""Routes: several ways lead to a tier, any of them is enough, and the one that was taken is named.

A figure that is unknown opens no route, and closes none of the others: the customer has the best tier that
a known figure reaches, and is told which unknown one could give a better tier. When two routes lead to the
same tier, the one whose figure exceeds its edge by the larger ratio is named, the first listed when they
are equal. A figure of a household is told as it stands, as one sum; nothing is said of its members.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.errors import MissingColumn, suggestion
from liuke.kernel.words import Words
from liuke.tier.edges import Band, Fault, faults_of_bands
from liuke.tier.measure import Measure, MeasureRefused
from liuke.tier.route_words import RouteWords
from liuke.tier.scheme import UNRATED, Scheme, Tier
from liuke.tier.speech import first_of


class Gate(BaseModel):
    """A yes or no that stands before every tier; a customer without a yes is unrated, whatever they own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    yes: Words
    no: Words

    def read(self, table: ir.Table, *, wanted_by: str) -> ir.BooleanValue:
        """Whether there is a yes; what is missing is none."""
        return read_flag(table, self.column, wanted_by=wanted_by).fill_null(False)


class Route(Band):
    """One way into a tier: an amount and the edge it must reach."""

    column: str


class RoutesTier(Tier):
    """A tier and the routes to it."""

    routes: tuple[Route, ...] = Field(min_length=1)


class RoutesScheme(Scheme):
    """The best tier of which any route is reached.

    amounts: what routes are about, all money or none of them; otherwise: the tier of who reaches no route
    (with a gate everybody behind it, without one everybody of whom an amount is known).
    The result has two more columns: `route`, the amount that won, and `missing_route`, the amount of which
    `missing` is told; a customer whom no route won has the latter's figure as the measure.
    """

    kind: Literal["routes"]
    amounts: tuple[Measure, ...] = Field(min_length=1)
    gate: Gate | None = None
    tiers: tuple[RoutesTier, ...] = Field(min_length=1)
    otherwise: Tier

    @classmethod
    def faults(cls, declared: Mapping[str, Any]) -> Iterator[Fault]:
        amounts = [amount for amount in _list(declared, "amounts") if isinstance(amount, Mapping)]
        if len({bool(amount.get("money")) for amount in amounts}) > 1:
            yield ("amounts", 0), "amounts are all money or none of them, else what lacks cannot be compared"
        columns = [amount.get("column") for amount in amounts]
        routes = [
            (("tiers", place, "routes", at), route)
            for place, tier in enumerate(_list(declared, "tiers"))
            for at, route in enumerate(_list(tier, "routes"))
            if isinstance(route, Mapping)
        ]
        for where, route in routes:
            yield from _faults_of_route(route, columns, where)
        for column in columns:
            along = [(where, route) for where, route in routes if route.get("column") == column]
            for (place,), message in faults_of_bands([route for _, route in along], where=()):
                yield along[int(place)][0], f"{column}: {message}"

    def _takes(self) -> Mapping[str, Words]:
        labels = {amount.column: amount.words for amount in self.amounts}
        takes = {}
        for tier in self.tiers:
            told = [(labels[route.column], route.bounds) for route in tier.routes]
            takes[tier.name] = Words(
                zh=" 或 ".join(f"{label.zh} {bounds.zh}" for label, bounds in told),
                en=" or ".join(f"{label.en} {bounds.en}" for label, bounds in told),
            )
        passes = self.gate.yes if self.gate else Words(zh="任一金额已知", en="any amount known")
        return {**takes, self.otherwise.name: passes}

    def _tiers(self) -> Iterable[Tier]:
        return (*self.tiers, self.otherwise)

    @property
    def _routes(self) -> list[tuple[int, int, Route]]:
        """The tier, the amount and the route itself, one after another, by their numbers."""
        columns = [amount.column for amount in self.amounts]
        return [
            (at, columns.index(route.column), route)
            for at, tier in enumerate(self.tiers)
            for route in tier.routes
        ]

    def _judge(self, table: ir.Table, *, as_of: date | None) -> ir.Table:
        read = {
            f"amount_{at}": amount.read(table, wanted_by=self.label) for at, amount in enumerate(self.amounts)
        }
        gate = self.gate.read(table, wanted_by=self.label) if self.gate else ibis.literal(True)
        table = table.mutate(**read, passes=gate)
        table = table.mutate(known=reduce(or_, (table[name].notnull() for name in read)))
        table = table.mutate(place=self._place(table))
        table = table.mutate(won=self._won(table), near=self._near(table))
        names = [tier.name for tier in self._tiers()]
        lacking = [
            (table.near == at, route.missing(table[f"amount_{amount}"], money=self._money))
            for at, (_, amount, route) in enumerate(self._routes)
        ]
        places = list(enumerate(names))
        table = table.mutate(
            tier=first_of([(table.place == at, name) for at, name in places], UNRATED),
            rank=ibis.coalesce(table.place + 1, len(names) + 1),
            next_tier=first_of([(table.place == at + 1, name) for at, name in places[:-1]], ibis.null(str)),
            missing=first_of(lacking, ibis.null("float64")),
            measure=self._of_route(
                table, ibis.coalesce(table.won, table.near), "amount", ibis.null("float64")
            ),
            route=self._of_route(table, table.won, "column", ibis.null(str)),
            missing_route=self._of_route(table, table.near, "column", ibis.null(str)),
        )
        return RouteWords(self).tell(table)

    def _next_edge(self, judged: ir.Table) -> ir.FloatingValue:
        """The measure may be another amount than the one that lacks least."""
        edges = [
            ((judged.next_tier == self.tiers[at].name) & (judged.missing_route == route.column), route.edge)
            for at, _, route in self._routes
        ]
        return first_of(edges, ibis.null("float64"))

    def _extra_columns(self) -> tuple[str, ...]:
        return ("route", "missing_route")

    @property
    def _money(self) -> bool:
        return self.amounts[0].money

    def _place(self, table: ir.Table) -> ir.IntegerValue:
        """The number of the tier, 0 the best, counted on to `otherwise`; null where it is unrated."""
        rated = table.passes if self.gate else table.known
        reached: list[list[ir.BooleanValue]] = [[] for _ in self.tiers]
        for at, amount, route in self._routes:
            reached[at].append(route.is_reached(table[f"amount_{amount}"]).fill_null(False))
        branches = [(reduce(or_, ways), at) for at, ways in enumerate(reached)]
        return first_of([(~rated, ibis.null("int64")), *branches], len(self.tiers))

    def _won(self, table: ir.Table) -> ir.IntegerValue:
        """The number of the route whose figure exceeds its edge most; null where none was taken."""
        ratios = [table[f"amount_{amount}"] / route.edge for _, amount, route in self._routes]
        taken = [
            route.is_reached(table[f"amount_{amount}"]).fill_null(False) for _, amount, route in self._routes
        ]
        return self._best_route(table, [-ratio for ratio in ratios], taken, tier_above=0)

    def _near(self, table: ir.Table) -> ir.IntegerValue:
        """The number of the known route to the next better tier that lacks least; null where none is."""
        lacking = [
            route.missing(table[f"amount_{amount}"], money=self._money) for _, amount, route in self._routes
        ]
        return self._best_route(table, lacking, [lack.notnull() for lack in lacking], tier_above=1)

    def _best_route(
        self, table: ir.Table, costs: Sequence[Any], able: Sequence[Any], *, tier_above: int
    ) -> ir.IntegerValue:
        """The cheapest route, the first of equals, of the tier that stands so many above the customer's."""
        tiers = [at for at, _, _ in self._routes]
        branches = []
        for number, at in enumerate(tiers):
            others = [
                (costs[number] <= costs[other]).fill_null(True)
                for other in range(len(tiers))
                if tiers[other] == at and other != number
            ]
            branches.append((reduce(and_, others, (table.place == at + tier_above) & able[number]), number))
        return first_of(branches, ibis.null("int64"))

    def _of_route(self, table: ir.Table, number: Any, what: str, nothing: Any) -> Any:
        found = [
            table[f"amount_{amount}"] if what == "amount" else route.column
            for _, amount, route in self._routes
        ]
        return first_of([(number == at, value) for at, value in enumerate(found)], nothing)


def read_flag(table: ir.Table, column: str, *, wanted_by: str) -> ir.BooleanValue:
    """A column of yes and no; null where it is unknown."""
    if column not in table.columns:
        raise MissingColumn(column, wanted_by=wanted_by, present=table.columns)
    if table[column].type().is_null():
        return ibis.null("boolean")
    if not table[column].type().is_boolean():
        raise MeasureRefused(
            f"{wanted_by} needs true or false in {column!r}, which holds {table[column].type()}; "
            "make it a boolean"
        )
    return table[column]


def _list(declared: Any, key: str) -> Sequence[Any]:
    found = declared.get(key, ()) if isinstance(declared, Mapping) else ()
    return found if isinstance(found, list | tuple) else ()


def _faults_of_route(
    route: Mapping[str, Any], columns: Sequence[Any], where: tuple[str | int, ...]
) -> Iterator[Fault]:
    column = route.get("column")
    if isinstance(column, str) and column not in columns:
        known = [name for name in columns if isinstance(name, str)]
        yield (
            where,
            f"no amount is called {column!r}{suggestion(column, known)}; there are {', '.join(known)}",
        )
    if any(key in route for key in ("under", "up_to")):
        yield where, "a route has no upper end; it begins 'at_least' a number or 'over' it"
    edge = next((route[key] for key in ("at_least", "over") if key in route), None)
    if isinstance(edge, int | float) and edge <= 0:
        yield where, f"the edge of a route is over 0, not {edge}; a tier for everybody else is 'otherwise'"
