"""Bands on a number: where each begins and ends, and whether they meet without gap or overlap.

A band begins `at_least` a number or `over` it, and may say where it ends: `under` a number or `up_to`
it. A number between two bands that are drawn in whole units (3,000 and 3,001) belongs to the upper one,
which is written `over = 3000`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict

from liuke.kernel.words import Words

Fault = tuple[tuple[str | int, ...], str]  # where in the declaration, and what is wrong

_LOWER = ("at_least", "over")
_UPPER = ("under", "up_to")
_SIGNS = {"at_least": "≥", "over": ">", "under": "<", "up_to": "≤"}


class Band(BaseModel):
    """One band of a number; the bound `at_least` or `up_to` is included, `over` and `under` are not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: float | None = None
    over: float | None = None
    under: float | None = None
    up_to: float | None = None

    @property
    def edge(self) -> float:
        """The number it begins at."""
        return self.at_least if self.at_least is not None else self.over or 0.0

    @property
    def is_open(self) -> bool:
        """Whether the edge itself lies below the band."""
        return self.at_least is None

    @property
    def bounds(self) -> Words:
        """Its bounds, as people write them."""
        held = ((sign, getattr(self, key)) for key, sign in _SIGNS.items())
        told = [f"{sign} {edge:,.15g}" for sign, edge in held if edge is not None]
        return Words(zh="，".join(told), en=", ".join(told))

    def is_reached(self, number: ir.NumericValue) -> ir.BooleanValue:
        return number > self.edge if self.is_open else number >= self.edge

    def missing(self, number: ir.NumericValue, *, money: bool) -> ir.FloatingValue:
        """What a number below lacks: to pass an open edge one fen more of money, else anything more."""
        needed = self.edge + 0.01 if self.is_open and money else self.edge
        return (needed - number).round(9)  # the sum of two decimals, without the dust of binary floats


def faults_of_bands(bands: Sequence[Any], *, where: tuple[str | int, ...]) -> Iterator[Fault]:
    """What is wrong with bands listed from the best to the lowest; raw tables as they stand in a file."""
    if not isinstance(bands, list | tuple):
        return
    for place, band in enumerate(bands):
        for message in _own_faults(band):
            yield (*where, place), f"{_name(band)}{message}"
    for place, (band, better) in enumerate(zip(bands[1:], bands, strict=False), start=1):
        upper, lower = _numbers(better), _numbers(band)
        if upper is not None and lower is not None:
            for message in _meeting_faults(upper, lower):
                yield (*where, place), f"{_name(band)}{message}"


def _name(band: Any) -> str:
    """For bands that stand in one line, which of them is meant."""
    name = band.get("name") if isinstance(band, Mapping) else None
    return f"{name}: " if name else ""


def _own_faults(band: Any) -> Iterator[str]:
    if not isinstance(band, Mapping):
        return
    begins = [key for key in _LOWER if key in band]
    ends = [key for key in _UPPER if key in band]
    if len(begins) != 1:
        yield f"a band begins 'at_least' a number or 'over' it, one of the two; it has {begins or 'neither'}"
    if len(ends) > 1:
        yield "a band ends 'under' a number or 'up_to' it, not both"


def _meeting_faults(upper: Mapping[str, float], lower: Mapping[str, float]) -> Iterator[str]:
    top_key, top = next((key, upper[key]) for key in _LOWER if key in upper)
    low_key, low = next((key, lower[key]) for key in _LOWER if key in lower)
    if (top, top_key == "over") <= (low, low_key == "over"):
        yield f"out of order: it begins {low_key} {low:g}, but the better one before it {top_key} {top:g}"
        return
    for key in _UPPER:
        if key not in lower:
            continue
        end = lower[key]
        meets = "at_least" if key == "under" else "over"
        if end > top or (end == top and key == "up_to" and top_key == "at_least"):
            yield f"overlap: it ends {key} {end:g}, but the better one before it begins {top_key} {top:g}"
        elif end < top or top_key != meets:
            yield f"gap: it ends {key} {end:g}, but the better one before it begins only {top_key} {top:g}"


def _numbers(band: Any) -> Mapping[str, float] | None:
    """The band's edges when they can be compared at all."""
    if not isinstance(band, Mapping) or list(_own_faults(band)):
        return None
    edges = {key: band[key] for key in (*_LOWER, *_UPPER) if key in band}
    if any(isinstance(edge, bool) or not isinstance(edge, int | float) for edge in edges.values()):
        return None
    return edges
