"""The sums of a publication's tiers, written while nobody sees it yet."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import transaction

from liuke_desk.customers.models import Publication
from liuke_desk.people.selectors import UNASSIGNED
from liuke_desk.tiers.models import TierMove, TierSummary

Row = Mapping[str, Any]
WaysUp = Mapping[str, tuple[str, ...]]

BATCH = 1000
SUMS = ("customers", "valued", "value_fen")


@transaction.atomic
def publish_tiers(
    *,
    publication: Publication,
    structure: Iterable[Row],
    since: date | None,
    moves: Iterable[Row],
    ways_up: WaysUp,
) -> None:
    """Keep what each unit and all below it add up to; it is switched with its publication.

    structure: sums by scheme, unit_id and tier; moves: by scheme, unit_id, before, after and move, since
    an earlier cycle; both of a unit's own customers.
    """
    TierSummary.objects.bulk_create(
        (
            TierSummary(publication=publication, **row)
            for row in add_up(structure, ("scheme", "unit_id", "tier"), ways_up)
        ),
        batch_size=BATCH,
    )
    TierMove.objects.bulk_create(
        (
            TierMove(publication=publication, since=since, **row)
            for row in add_up(moves, ("scheme", "unit_id", "before", "after", "move"), ways_up)
        ),
        batch_size=BATCH,
    )


def add_up(rows: Iterable[Row], keys: tuple[str, ...], ways_up: WaysUp) -> Iterator[dict[str, Any]]:
    """Each row counted for its unit and every unit above it."""
    totals: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        for unit_id in ways_up.get(row["unit_id"], (UNASSIGNED,)):
            placed = {**row, "unit_id": unit_id}
            total = totals.setdefault(tuple(placed[key] for key in keys), [0] * len(SUMS))
            for place, name in enumerate(SUMS):
                total[place] += row[name]
    for key, total in totals.items():
        yield dict(zip(keys, key, strict=True)) | dict(zip(SUMS, total, strict=True))
