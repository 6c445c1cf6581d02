"""A cycle's findings, written while nobody sees them yet and switched with their publication."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction

from liuke_desk.customers.models import Profile, Publication
from liuke_desk.customers.selectors import get_current_publication
from liuke_desk.customers.services import split_batches
from liuke_desk.network.models import ChurnMonth, DealerCase, DealerLeaver, NetworkFrame, ReentryMatch
from liuke_desk.network.selectors import list_rejected
from liuke_desk.people.selectors import UNASSIGNED

Row = Mapping[str, Any]
BATCH = 500


@transaction.atomic
def publish_network(
    *,
    publication: Publication,
    frame: Row,
    matches: Iterable[Row],
    months: Iterable[Row],
    cases: Iterable[Row],
    units: set[str],
) -> None:
    """Keep what a cycle found; a match and a leaver belong to the unit of the customer of now."""
    NetworkFrame.objects.create(publication=publication, **frame)
    for batch in split_batches(matches, BATCH):
        homes = _find_units(publication, {row["customer_id"] for row in batch})
        ReentryMatch.objects.bulk_create(
            ReentryMatch(publication=publication, unit_id=homes.get(row["customer_id"], UNASSIGNED), **row)
            for row in batch
        )
    _keep_rejected(publication)
    ChurnMonth.objects.bulk_create(ChurnMonth(publication=publication, **row) for row in months)
    for batch in split_batches(cases, BATCH):
        _write_cases(publication, batch, units)


def _keep_rejected(publication: Publication) -> None:
    """A match that people rejected is found no more; it stays before them, so that they can take it back."""
    shown = get_current_publication()
    rejected = list_rejected(shown) if shown else []
    homes = _find_units(publication, {match.customer_id for match in rejected})
    kept = []
    for match in rejected:
        if match.customer_id in homes:
            match.pk, match.publication, match.unit_id = None, publication, homes[match.customer_id]
            kept.append(match)
    ReentryMatch.objects.bulk_create(kept, batch_size=BATCH, ignore_conflicts=True)


def _write_cases(publication: Publication, rows: list[dict[str, Any]], units: set[str]) -> None:
    gone = [row.pop("gone") for row in rows]
    homes = _find_units(publication, {each["customer_id"] for behind in gone for each in behind})
    made = DealerCase.objects.bulk_create(
        DealerCase(
            publication=publication,
            **row | {"unit_id": _place(row["unit_id"], units), "name": row["name"] or ""},
        )
        for row in rows
    )
    DealerLeaver.objects.bulk_create(_list_leavers(made, gone, homes), batch_size=BATCH)


def _list_leavers(
    cases: list[DealerCase], gone: list[list[Row]], homes: Mapping[str, str]
) -> Iterator[DealerLeaver]:
    for case, behind in zip(cases, gone, strict=True):
        for each in behind:
            unit_id = homes.get(each["customer_id"], UNASSIGNED)
            yield DealerLeaver(case=case, unit_id=unit_id, **{**each, "kind": each["kind"] or ""})


def _place(unit_id: str | None, units: set[str]) -> str:
    return unit_id if unit_id in units else UNASSIGNED


def _find_units(publication: Publication, ids: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in split_batches(sorted(ids), BATCH):
        rows = Profile.objects.filter(publication=publication, customer_id__in=batch)
        found.update(rows.values_list("customer_id", "unit_id"))
    return found
