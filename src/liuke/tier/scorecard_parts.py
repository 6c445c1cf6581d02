"""What a score is made of: indicators that give points and deductions that take them.

Points are counted in whole millionths, so that the sum of many is exact and no float decides at an edge.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.words import Words
from liuke.tier.edges import Fault
from liuke.tier.measure import read_number
from liuke.tier.place import with_places

MILLIONTHS = 10**6
WHOLE = Decimal(100)  # the best score

Missing = Literal["unrated", "zero-with-reason"]
_PART = ConfigDict(frozen=True, extra="forbid")


class Indicator(BaseModel):
    """A number that gives up to `weight` points.

    normalise: "range" from low (nothing) to high (all); "share_of_max" of the greatest known value, none when
        that is not over 0; "percentile": the middle of its place among all known values; "none": the number
        is itself a score of 0 to 100.
    floor, cap: numbers outside are taken for these, before anything else.
    direction: whether more or less is better. missing: what an unknown number does to the score.
    """

    model_config = _PART

    column: str
    words: Words
    money: bool = False
    weight: Decimal = Field(gt=0, decimal_places=6)
    normalise: Literal["range", "share_of_max", "percentile", "none"]
    low: Decimal | None = None
    high: Decimal | None = None
    floor: Decimal | None = None
    cap: Decimal | None = None
    direction: Literal["more", "less"] = "more"
    missing: Missing = "unrated"

    def read(self, table: ir.Table, name: str, *, wanted_by: str) -> ir.Table:
        """The table with the millionths of a point it gives, null where unknown."""
        number = read_number(table, self.column, money=self.money, wanted_by=wanted_by)
        table = table.mutate(**{name: clipped(number, self.floor, self.cap)})
        most = millionths(self.weight)
        before = table.columns
        table = self._measured_against_others(table, name)
        whole = clipped(self._share(table, name) * most, Decimal(0), Decimal(most)).round(0).cast("int64")
        return table.mutate(**{name: whole if self.direction == "more" else most - whole}).select(*before)

    def _measured_against_others(self, table: ir.Table, name: str) -> ir.Table:
        """The table with what the share depends on of other rows."""
        if self.normalise == "percentile":
            return with_places(table, name, prefix=name)
        if self.normalise == "share_of_max":
            return table.cross_join(table.agg(**{f"{name}_max": table[name].max()}))
        return table

    def _share(self, table: ir.Table, name: str) -> Any:
        if self.normalise == "percentile":
            return (2 * table[f"{name}_below"] + table[f"{name}_same"]) / (2 * table[f"{name}_total"])
        if self.normalise == "share_of_max":
            top = table[f"{name}_max"]
            return ibis.ifelse(top > 0, table[name] / top, table[name] * 0)
        low, high = (self.low, self.high) if self.normalise == "range" else (Decimal(0), WHOLE)
        assert low is not None  # see faults_of_parts
        assert high is not None
        return (table[name] - float(low)) / float(high - low)


class Group(BaseModel):
    """Indicators that are told as one part of the score."""

    model_config = _PART

    name: str = Field(pattern=r"^[\w-]+$")
    words: Words
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    @property
    def weight(self) -> Decimal:
        return sum((indicator.weight for indicator in self.indicators), Decimal(0))


class Deduction(BaseModel):
    """A number that takes `points` for each unit of it, `cap` points at most; below 0 it takes nothing."""

    model_config = _PART

    column: str
    words: Words
    money: bool = False
    points: Decimal = Field(gt=0)
    cap: Decimal = Field(gt=0, decimal_places=6)
    missing: Missing = "unrated"

    def read(self, table: ir.Table, name: str, *, wanted_by: str) -> ir.Table:
        """The table with the millionths of a point it takes, null where unknown."""
        number = read_number(table, self.column, money=self.money, wanted_by=wanted_by)
        taken = clipped(number * float(self.points * MILLIONTHS), Decimal(0), Decimal(millionths(self.cap)))
        return table.mutate(**{name: taken.round(0).cast("int64")})


def millionths(points: Decimal) -> int:
    return int(points * MILLIONTHS)


def clipped(number: Any, floor: Decimal | None, cap: Decimal | None) -> Any:
    if floor is not None:
        number = ibis.ifelse(number < float(floor), float(floor), number)
    return number if cap is None else ibis.ifelse(number > float(cap), float(cap), number)


def faults_of_parts(declared: Mapping[str, Any]) -> Iterator[Fault]:
    """Weights that do not sum to what is stated, ranges that are none, groups that share a name."""
    total, known = Decimal(0), True
    names: set[Any] = set()
    for at, group in enumerate(_tables(declared.get("groups"))):
        if group.get("name") in names:
            yield ("groups", at), f"overlap: a second group is called {group['name']!r}"
        names.add(group.get("name"))
        for number, indicator in enumerate(_tables(group.get("indicators"))):
            weight = _decimal(indicator.get("weight"))
            known = known and weight is not None
            total += weight or 0
            where = ("groups", at, "indicators", number)
            for message in _own_faults(indicator):
                yield where, f"{indicator.get('column')}: {message}"
    stated = _decimal(declared.get("weights_sum"))
    if stated is None or not known:
        return  # told by the check of the parts
    if stated != WHOLE:
        yield ("weights_sum",), f"scores go to {WHOLE}, so the weights sum to {WHOLE}, not to {stated}"
    elif total != stated:
        kind = "overlap" if total > stated else "gap"
        yield ("weights_sum",), f"{kind}: the weights sum to {total}, not to {stated}"


def _own_faults(indicator: Mapping[str, Any]) -> Iterator[str]:
    low, high = _decimal(indicator.get("low")), _decimal(indicator.get("high"))
    if indicator.get("normalise") == "range":
        if low is None or high is None:
            yield "a range goes from 'low' to 'high'; give both"
        elif low >= high:
            yield f"a range goes up from 'low' to 'high', not from {low} to {high}"
    elif low is not None or high is not None:
        yield "'low' and 'high' belong to normalise = \"range\" only"
    floor, cap = _decimal(indicator.get("floor")), _decimal(indicator.get("cap"))
    if floor is not None and cap is not None and floor >= cap:
        yield f"the cap {cap} does not lie over the floor {floor}"


def _tables(held: Any) -> list[Mapping[str, Any]]:
    return [each for each in held if isinstance(each, Mapping)] if isinstance(held, list | tuple) else []


def _decimal(held: Any) -> Decimal | None:
    if isinstance(held, bool) or not isinstance(held, int | float | Decimal):
        return None
    return Decimal(str(held))
