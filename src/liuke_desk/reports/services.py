"""The figures of a publication's reports, written while nobody sees it yet."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction

from liuke_desk.customers.bulk import insert_values
from liuke_desk.customers.models import Publication
from liuke_desk.people.selectors import UNASSIGNED
from liuke_desk.reports.models import ReportCell, ReportFrame

Row = Mapping[str, Any]
WaysUp = Mapping[str, tuple[str, ...]]

KEYS = ("unit_id", "dimension", "measure", "month", "kind", "member")
SUMS = ("count", "of_opening", "valued", "value_fen", "variance", "third")


@transaction.atomic
def publish_reports(
    *, publication: Publication, frame: Row | None, cells: Iterable[Row], ways_up: WaysUp
) -> None:
    """Keep what each unit and all below it add up to; it is switched with its publication.

    frame: None where the cycle made no reports. cells: of a unit's own customers.
    """
    if frame is None:
        return
    ReportFrame.objects.create(publication=publication, content=frame)
    rows = ((publication.pk, *row) for row in add_up(cells, ways_up))
    insert_values(ReportCell, ("publication_id", *KEYS, *SUMS), rows)


def add_up(cells: Iterable[Row], ways_up: WaysUp) -> Iterator[tuple[Any, ...]]:
    """Each cell counted for its unit and every unit above it; KEYS, then SUMS."""
    totals: dict[tuple[Any, ...], list[Any]] = {}
    for cell in cells:
        for unit_id in ways_up.get(cell["unit_id"], (UNASSIGNED,)):
            key = (unit_id, *(cell[name] for name in KEYS[1:]))
            total = totals.setdefault(key, [0] * len(SUMS))
            for place, name in enumerate(SUMS):
                total[place] += cell[name]
    for key, total in totals.items():
        yield (*key, *total)
