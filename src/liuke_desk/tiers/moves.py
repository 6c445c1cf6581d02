"""Who moved between two cycles, as sums: from the publication for the last two, else from the warehouse."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from liuke_desk.bridge import tiers as warehouse
from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Unit
from liuke_desk.people.unit_tree import map_ways_up
from liuke_desk.tiers.models import TierMove
from liuke_desk.tiers.services.publishing import add_up
from liuke_desk.tiers.structure import Words, order_tiers

MOVES = ("up", "down", "stay", "new", "lost")
HEATS = 5  # grades of colour, by the share of those who were in the tier before

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """Two cycles, the earlier first."""

    since: date
    until: date


@dataclass(frozen=True)
class Cell:
    """Customers who made one move; heat 0 to 5."""

    before: str
    after: str
    customers: int
    share: float | None  # of all who were in the tier before; None for the new
    heat: int
    is_stay: bool


@dataclass(frozen=True)
class Line:
    """One tier before, and where its customers are now."""

    tier: str
    words: Words | None  # None: they were not there
    cells: list[Cell]
    customers: int


@dataclass(frozen=True)
class Matrix:
    columns: list[tuple[str, Words | None]]
    lines: list[Line]
    totals: list[int]  # of each column


def list_moves(publication: Publication, scheme: str, span: Span, units: Iterable[str]) -> list[Row]:
    """Sums by unit (with all below it), before, after and move: customers, value_fen."""
    units = list(units)
    names = ("unit_id", "before", "after", "move", "customers", "value_fen")
    published = TierMove.objects.filter(publication=publication, since=span.since, scheme=scheme)
    if span.until == publication.as_of:
        found = list(published.filter(unit__in=units).values(*names))
        if found or published.exists():
            return found
    rows = warehouse.sum_moves_once(since=span.since, until=span.until, stamp=publication.pk)
    ways_up = map_ways_up(Unit.objects.values("unit_id", "parent_id"))
    keys = ("unit_id", "before", "after", "move")
    wanted = set(units)
    own = (row for row in rows if row["scheme"] == scheme)
    return [row for row in add_up(own, keys, ways_up) if row["unit_id"] in wanted]


def count_moves(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Of each kind of move: customers and their value."""
    counts = {move: {"customers": 0, "value_fen": 0} for move in MOVES}
    for row in rows:
        counts[row["move"]]["customers"] += row["customers"]
        counts[row["move"]]["value_fen"] += row["value_fen"]
    return counts


def count_by_unit(rows: Iterable[Row]) -> dict[str, Counter[str]]:
    """Unit -> kind of move -> customers."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row["unit_id"], Counter())[row["move"]] += row["customers"]
    return found


def draw_matrix(rows: Iterable[Row], scheme: Words) -> Matrix:
    """Tiers before downwards, tiers after across, best first; tiers nobody was in are left out."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row["before"], row["after"]] += row["customers"]
    befores, afters = ({pair[place] for pair in counts} for place in range(2))
    words = order_tiers(scheme, befores | afters)
    down = [tier for tier in (*words, "") if tier in befores]
    across = [tier for tier in (*words, "") if tier in afters]
    return Matrix(
        columns=[(tier, words.get(tier)) for tier in across],
        lines=[_draw_line(tier, words.get(tier), across, counts) for tier in down],
        totals=[sum(counts[before, after] for before in down) for after in across],
    )


def _draw_line(before: str, words: Words | None, across: list[str], counts: Counter[tuple[str, str]]) -> Line:
    whole = sum(counts[before, after] for after in across)
    cells = []
    for after in across:
        customers = counts[before, after]
        share = customers / whole if before and whole else None
        heat = min(HEATS, 1 + int(share * HEATS)) if share else 0
        cells.append(Cell(before, after, customers, share, heat, is_stay=before == after != ""))
    return Line(before, words, cells, whole)
