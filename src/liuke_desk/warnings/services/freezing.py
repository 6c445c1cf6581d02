"""A list written with its publication and frozen after it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from liuke_desk.audit.services import SYSTEM, record
from liuke_desk.bridge import workspace
from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.states import State
from liuke_desk.customers.bulk import insert_values
from liuke_desk.customers.models import Profile, Publication
from liuke_desk.customers.services import split_batches
from liuke_desk.warnings.comparing import Before, compare, depart
from liuke_desk.warnings.models import Departure, ListedWarning, WarningList
from liuke_desk.warnings.selectors import list_lists
from liuke_desk.warnings.states import Limits, Standing, count_listed

BATCH = 2_000

_FIGURES = ("p_1m", "p_2m", "p_3m", "p_ahead", "p_voluntary", "p_involuntary", "p_dormant", "p_diverted")
_COPIED = ("customer_id", "unit_id", "tier", "manager_id", "manager_name", *_FIGURES, "leave_kind")
_MONEY = ("value_at_stake_fen", "expected_loss_fen")
_LISTED = tuple(field.attname for field in ListedWarning._meta.concrete_fields if not field.primary_key)
_DEPARTED = tuple(field.attname for field in Departure._meta.concrete_fields if not field.primary_key)


@transaction.atomic
def write_list(*, publication: Publication, at: datetime) -> WarningList:
    """The list of a publication that nobody sees yet, set beside the list before."""
    before, limits = _find_before(publication.as_of), read_limits()
    made = WarningList.objects.create(
        as_of=publication.as_of,
        publication=publication,
        made_at=at,
        listed=0,
        warned=publication.warned,
        horizon_months=publication.horizon_months,
        tiers=publication.tiers,
        previous_as_of=before.warning_list.as_of if before else None,
    )
    longest = count_listed(publication.warned, limits)
    chosen = Profile.objects.filter(
        publication=publication, warning_rank__lte=longest, expected_loss_fen__gt=0
    )
    named: set[str] = set()
    rows = chosen.order_by("warning_rank").values(*_COPIED, *_MONEY, "warning_rank", "reasons")
    for batch in split_batches(rows.iterator(BATCH), BATCH):
        seen_before = _read_standings(before, [row["customer_id"] for row in batch])
        told = (_list(made, row, before, seen_before, limits) for row in batch)
        insert_values(ListedWarning, _LISTED, (tuple(row.get(name) for name in _LISTED) for row in told))
        named.update(row["customer_id"] for row in batch)
    made.listed = len(named)
    made.save(update_fields=["listed"])
    if before:
        _write_departures(made, before, named, limits)
    return made


@transaction.atomic
def freeze_lists(*, at: datetime) -> list[WarningList]:
    """After the switch: lists that people see now belong to no publication any more, and stay.

    One of the same day that stood before was of a cycle that ran again; the new one takes its place.
    """
    fresh = list(WarningList.objects.filter(is_frozen=False, publication__is_whole=True).order_by("pk"))
    for each in fresh:
        older = WarningList.objects.filter(as_of=each.as_of, pk__lt=each.pk)
        replaced = older.exists()
        older.delete()
        each.publication, each.is_frozen = None, True
        each.save(update_fields=["publication", "is_frozen"])
        detail = {"as_of": each.as_of.isoformat(), "listed": each.listed, "replaced": replaced}
        record(actor=SYSTEM, verb="warnings.freeze", subject=f"warnings:{each.as_of}", at=at, detail=detail)
    kept = WarningList.objects.filter(is_frozen=True).order_by("-as_of").values_list("pk", flat=True)
    WarningList.objects.filter(is_frozen=True).exclude(pk__in=list(kept[: read_limits().kept])).delete()
    return fresh


def read_limits() -> Limits:
    return Limits(**workspace.list_settings())


def _find_before(as_of: date) -> Before | None:
    """The list before a day, with the customers of its cycle where they are still kept."""
    earlier = next((each for each in list_lists() if each.as_of < as_of), None)
    if earlier is None:
        return None
    rows = ListedWarning.objects.filter(warning_list=earlier).values()
    published = Publication.objects.filter(is_whole=True, as_of=earlier.as_of).order_by("-pk").first()
    return Before(earlier, {row["customer_id"]: row for row in rows.iterator(2_000)}, published)


def _read_standings(before: Before | None, ids: list[str]) -> dict[str, Standing]:
    """How the cycle before saw customers who were not on its list."""
    if before is None or before.publication is None:
        return {}
    return read_standings(Profile.objects.filter(publication=before.publication, customer_id__in=ids))


def read_standings(rows: QuerySet[Profile]) -> dict[str, Standing]:
    return {
        customer_id: Standing(*figures)
        for customer_id, *figures in rows.values_list("customer_id", "p_ahead", *_MONEY)
    }


def _list(
    made: WarningList,
    row: Mapping[str, Any],
    before: Before | None,
    seen_before: Mapping[str, Standing],
    limits: Limits,
) -> dict[str, Any]:
    reasons = row["reasons"]
    main = {key: reasons[0][key] for key in ("code", "text_zh", "text_en")} if reasons else {}
    return {
        "warning_list_id": made.pk,
        "rank": row["warning_rank"],
        "reason": json.dumps(main, ensure_ascii=False),
        **{name: row[name] for name in (*_COPIED, *_MONEY)},
        **compare(row, before, seen_before, horizon_months=made.horizon_months, risk_step=limits.risk_step),
    }


def _write_departures(made: WarningList, before: Before, named: set[str], limits: Limits) -> None:
    gone = [row for customer_id, row in before.listed.items() if customer_id not in named]
    for batch in split_batches(gone, BATCH):
        ids = [row["customer_id"] for row in batch]
        now = {
            each.customer_id: each
            for each in Profile.objects.filter(publication=made.publication, customer_id__in=ids).defer(
                "reasons"
            )
        }
        kept = _find_kept(ids, since=before.warning_list.as_of)
        told = _depart_all(made, batch, now, kept, limits)
        insert_values(Departure, _DEPARTED, (tuple(row[name] for name in _DEPARTED) for row in told))


def _depart_all(
    made: WarningList,
    batch: Iterable[dict[str, Any]],
    now: Mapping[str, Profile],
    kept: set[str],
    limits: Limits,
) -> Iterator[dict[str, Any]]:
    for row in batch:
        found = now.get(row["customer_id"])
        was_kept = row["customer_id"] in kept
        yield {
            "warning_list_id": made.pk,
            **depart(row, found, was_kept=was_kept, risk_step=limits.risk_step),
        }


def _find_kept(ids: list[str], *, since: date) -> set[str]:
    """Of some customers, those who were contacted since a day and stay."""
    kept = Task.objects.filter(customer_id__in=ids, result=State.KEPT.value, ended_at__date__gte=since)
    return set(kept.values_list("customer_id", flat=True))
