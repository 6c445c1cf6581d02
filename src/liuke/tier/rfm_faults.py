"""What is wrong between the parts of an RFM scheme, as its tables stand in a file."""

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import product
from typing import Any

from liuke.tier.edges import Fault, faults_of_bands


def faults_of_rfm(declared: Mapping[str, Any]) -> Iterator[Fault]:
    """Recency out of order, bands that do not meet, cells without a segment, segments without a cell."""
    yield from _recency_faults(declared)
    for part in ("frequency", "monetary"):
        yield from faults_of_bands(_bands(declared, part), where=(part, "bands"))
    yield from _segment_faults(declared)


def _recency_faults(declared: Mapping[str, Any]) -> Iterator[Fault]:
    bands = _bands(declared, "recency")
    reached = 0
    for place, band in enumerate(bands):
        months = band.get("within_months") if isinstance(band, Mapping) else None
        where = ("recency", "bands", place)
        if months is None:
            if place < len(bands) - 1:
                yield where, "gap: only the last band of recency may be without within_months"
        elif isinstance(months, int):
            if months <= reached:
                yield where, f"out of order: within {months} months, after a band within {reached}"
            reached = months
            if place == len(bands) - 1:
                yield where, f"gap: nothing holds what is older than {months} months; leave out within_months"


def _segment_faults(declared: Mapping[str, Any]) -> Iterator[Fault]:
    try:
        names = [
            [band["name"] for band in declared["recency"]["bands"]],
            *(
                [*(band["name"] for band in declared[part]["bands"]), *_below(declared[part])]
                for part in ("frequency", "monetary")
            ),
        ]
    except (KeyError, TypeError):
        return  # told by the check of the parts
    yield from faults_of_segments(declared, names)


def faults_of_segments(declared: Mapping[str, Any], names: Sequence[Sequence[str]]) -> Iterator[Fault]:
    """Cells without a segment, and segments that no cell is left for."""
    left = ["".join(parts) for parts in product(*names)]
    try:
        patterns = [(segment["name"], list(segment["cells"])) for segment in declared["segments"]]
    except (KeyError, TypeError):
        return  # told by the check of the parts
    for place, (name, cells) in enumerate(patterns):
        taken = {cell for cell in left if any(fnmatchcase(cell, str(pattern)) for pattern in cells)}
        if not taken:
            yield (
                ("segments", place),
                f"overlap: no cell is left for {name!r}; {', '.join(map(str, cells))} fits none",
            )
        left = [cell for cell in left if cell not in taken]
    if left:
        shown = ", ".join(left[:5]) + (" …" if len(left) > 5 else "")
        yield ("segments", len(patterns) - 1), f"gap: {len(left)} cells have no segment: {shown}"


def _below(part: Mapping[str, Any]) -> list[str]:
    return [part["below"]] if part.get("below") else []


def _bands(declared: Mapping[str, Any], part: str) -> Sequence[Any]:
    held = declared.get(part)
    bands = held.get("bands") if isinstance(held, Mapping) else None
    return bands if isinstance(bands, list | tuple) else ()
