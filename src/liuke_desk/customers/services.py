"""The one door to the serving copy: a cycle's results put before people, and looks at personal data."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from django.db import models, transaction
from django.db.models import Max, Min
from django_scopes import scopes_disabled

from liuke_desk.audit.services import SYSTEM, record, seal
from liuke_desk.bridge.failpoints import reach
from liuke_desk.customers.bulk import (
    insert_columns,
    insert_values,
    room_for_rows,
    write_in_turns,
)
from liuke_desk.customers.indexes import build_indexes, count_values, drop_indexes
from liuke_desk.customers.marking import follow_units
from liuke_desk.customers.models import Profile, Publication, Purpose, Sheet, Summary
from liuke_desk.customers.rows import find_horizon_months, make_columns
from liuke_desk.customers.sheets import PARTS, pack_sheets
from liuke_desk.customers.totals import Totals
from liuke_desk.people.models import User
from liuke_desk.people.services import add_missing_units, sync_units
from liuke_desk.people.unit_tree import map_ways_up

ROWS_PER_BATCH = 2_000
ROWS_PER_PIECE = 10_000  # of what goes
BATCHES_AT_ONCE = 10
REVEALABLE = ("phone", "id_number")


@scopes_disabled()
def publish(
    *,
    as_of: date,
    batches: Iterable[pa.RecordBatch],
    units: Iterable[Mapping[str, Any]],
    schemes: Sequence[Mapping[str, Any]],
    simulated: bool,
    at: datetime,
    before_switch: Callable[[Publication], None] = lambda publication: None,
) -> Publication:
    """Put a cycle's results before people: they see the old ones until all of the new ones stand.

    batches: together one row for each customer, with the columns of `rows.COLUMNS` and `sheets.PARTS`;
        other writers wait while some of them are written. schemes: as Publication keeps them.
        before_switch: writes what else belongs to the publication, before anybody sees it.
    Killed anywhere it leaves the old publication in force; what was begun goes with the next one.
    One at a time: the cycle that calls it holds the warehouse's lock.
    """
    units = list(units)
    add_missing_units(units)
    with room_for_rows():
        sweep_publications()
        publication = Publication.objects.create(
            as_of=as_of, published_at=at, simulated=simulated, schemes=list(schemes)
        )
        totals = write_profiles(publication, batches, ways_up=map_ways_up(units))
        build_indexes(publication)
        count_values()
        before_switch(publication)
        reach("publish.before_switch")
        switch_publication(publication, totals, units=units, at=at)
        reach("publish.after_switch")
        sweep_publications()
    return publication


def write_profiles(
    publication: Publication, batches: Iterable[pa.RecordBatch], *, ways_up: Mapping[str, tuple[str, ...]]
) -> Totals:
    """Write the customers in batches that nobody sees yet; returns what they add up to."""
    totals = Totals(ways_up)
    horizon_months = sheets = 0

    def write(batch: pa.RecordBatch) -> None:
        nonlocal horizon_months, sheets
        packed = packer.submit(pack_sheets, {name: batch.column(name) for name in PARTS})
        columns = make_columns(batch, publication_id=publication.pk, units=ways_up, first_sheet=sheets)
        insert_columns(Profile, columns)
        sheets += insert_sheets(publication, packed.result(), first=sheets)
        totals.add(columns)
        horizon_months = max(horizon_months, find_horizon_months(columns))
        publication.customers += len(batch)
        publication.warned += len(batch) - columns["warning_rank"].null_count

    with ThreadPoolExecutor(max_workers=1) as packer:
        for read in split_batches(batches, BATCHES_AT_ONCE):  # whole, so that no writer waits for reading
            write_in_turns(read, write)
    publication.horizon_months = horizon_months or publication.horizon_months
    return totals


def insert_sheets(publication: Publication, bodies: Sequence[bytes], *, first: int) -> int:
    """Number and keep what customers are told of at length; returns how many sheets it took."""
    rows = ((publication.pk, number, body) for number, body in enumerate(bodies, start=first))
    insert_values(Sheet, ("publication_id", "number", "body"), rows)
    return len(bodies)


@transaction.atomic
def switch_publication(
    publication: Publication, totals: Totals, *, units: list[Mapping[str, Any]], at: datetime
) -> None:
    """At one instant: the new customers, their sums and the unit tree they belong to."""
    sync_units(units)
    follow_units(publication)
    Summary.objects.bulk_create(
        Summary(publication=publication, unit_id=unit_id, tier=tier, **vars(total))
        for unit_id, tier, total in totals
    )
    Publication.objects.filter(is_current=True).update(is_current=False)
    publication.is_current = publication.is_whole = True
    publication.save()
    detail = {"as_of": publication.as_of.isoformat(), "customers": publication.customers}
    record(
        actor=SYSTEM, verb="customers.publish", subject=f"publication:{publication.pk}", at=at, detail=detail
    )
    seal(at=at)


def sweep_publications() -> None:
    """Remove what was begun and never finished, and all but the last two.

    The one before the current stays: requests that began before the switch still read it.
    """
    kept = Publication.objects.filter(is_whole=True).order_by("-pk").values_list("pk", flat=True)[:2]
    for publication in Publication.objects.exclude(pk__in=list(kept)):
        drop_indexes(publication)
        for model in (Profile, Sheet):
            delete_rows(model, publication)
        publication.delete()


def delete_rows(model: type[models.Model], publication: Publication) -> None:
    """Of one publication, in pieces: other writers wait for each. What points at the rows is not asked."""
    rows = model._default_manager.filter(publication=publication)

    def delete(first: int) -> None:
        piece = rows.filter(pk__gte=first, pk__lt=first + ROWS_PER_PIECE)
        piece._raw_delete(piece.db)

    found = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if found["first"] is not None:
        write_in_turns(range(found["first"], found["last"] + 1, ROWS_PER_PIECE), delete)


def split_batches(rows: Iterable[Any], size: int = ROWS_PER_BATCH) -> Iterator[list[Any]]:
    running = iter(rows)
    while batch := list(islice(running, size)):
        yield batch


def note_look(*, user: User, customer_id: str, at: datetime) -> None:
    """Leave a trace that somebody looked at a customer's card."""
    record(actor=user.username, verb="customer.look", subject=f"customer:{customer_id}", at=at)


@transaction.atomic
def reveal(*, user: User, profile: Profile, field: str, purpose: Purpose, at: datetime) -> str:
    """One contact detail in full. That it was shown, to whom and what for, is on record first."""
    if field not in REVEALABLE:
        raise ValueError(f"{field!r} is not revealed; {' and '.join(REVEALABLE)} are")
    detail = {"field": field, "purpose": str(purpose)}
    record(
        actor=user.username,
        verb="customer.reveal",
        subject=f"customer:{profile.customer_id}",
        at=at,
        detail=detail,
    )
    return getattr(profile, field)
