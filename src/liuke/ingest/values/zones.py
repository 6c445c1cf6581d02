"""Instants of other time zones, brought into the company's own."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.values.converted import Converted, matches
from liuke.ingest.values.times import plain_instants, read_instants

# An offset is one only behind a time of day; the end of "05-01-2018" is a year.
_OFFSET = r"(?P<rest>.*[:T]\d{2,6}(?:\.\d+)?)\s*(?P<zone>Z|[+-]\d{2}:?\d{2})$"

_HAS_TIME = r"[:时]|\d{10}"


@dataclass(frozen=True)
class Zones:
    """source: zone of instants that carry none; company: the zone they are kept in.

    Both None: instants are the company's own already.
    """

    source: str | None = None
    company: str | None = None


NO_ZONES = Zones()


def read_zoned_instants(text: pa.Array, *, formats: tuple[str, ...], zones: Zones) -> Converted:
    """Instants in the company's zone, whether the text carries an offset, or a zone is declared."""
    if not formats and plain_instants(text) is not None:
        return _from_zone(text, formats, zones)
    carries = matches(text, _OFFSET)
    if not pc.any(carries).as_py():
        return _from_zone(text, formats, zones)
    bare = _from_zone(pc.if_else(carries, None, text), formats, zones)
    if zones.company is None:
        return bare.refuse(carries, "zone_unknown")
    split = pc.extract_regex(pc.if_else(carries, text, None), _OFFSET)
    rest = pc.if_else(carries, pc.struct_field(split, "rest"), None)
    local = read_instants(rest, formats=formats)
    utc = pc.subtract(local.values, _offset(pc.struct_field(split, "zone"), carries))
    moved = _to_company(pc.assume_timezone(utc, "UTC"), zones.company)
    return Converted(pc.coalesce(bare.values, moved), pc.coalesce(bare.reason, local.reason))


def _from_zone(text: pa.Array, formats: tuple[str, ...], zones: Zones) -> Converted:
    """Instants moved from the source's zone; a day without a time of day stays that day."""
    found = read_instants(text, formats=formats)
    if zones.source is None or zones.company is None:
        return found
    timed = pc.if_else(matches(text, _HAS_TIME), found.values, None)
    early, late = (
        _to_company(pc.assume_timezone(timed, zones.source, ambiguous=edge, nonexistent=edge), zones.company)
        for edge in ("earliest", "latest")
    )
    moved = found.with_values(pc.coalesce(early, found.values))
    # They differ in an hour that the change of clocks skips or repeats.
    return moved.refuse(pc.not_equal(early, late), "no_such_instant")


def _to_company(instants: pa.Array, zone: str) -> pa.Array:
    return pc.local_timestamp(instants.cast(pa.timestamp("us", zone)))


def _offset(zone: pa.Array, carries: pa.Array) -> pa.Array:
    """Offsets as durations: Z, +08:00, -0530."""
    digits = pc.replace_substring_regex(pc.replace_substring(zone, "Z", "+0000"), ":", "")
    digits = pc.if_else(carries, digits, "+0000")
    hours = pc.cast(pc.utf8_slice_codeunits(digits, 1, 3), pa.int64())
    minutes = pc.cast(pc.utf8_slice_codeunits(digits, 3, 5), pa.int64())
    sign = pc.if_else(pc.starts_with(digits, "-"), -1, 1)
    seconds = pc.multiply(sign, pc.add(pc.multiply(hours, 3600), pc.multiply(minutes, 60)))
    return pc.cast(pc.multiply(seconds, 1_000_000), pa.duration("us"))
