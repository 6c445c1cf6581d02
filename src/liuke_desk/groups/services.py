"""The one door for changes of groups."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext_noop as _
from django_scopes import scopes_disabled

from liuke_desk.audit.services import record
from liuke_desk.customers.models import Profile, Publication
from liuke_desk.groups.models import Group, GroupMember
from liuke_desk.people.models import User
from liuke_desk.ui.refusals import Refused

MAX_MEMBERS = 200_000
BATCH = 5_000


class GroupRefused(Refused):
    """A group that cannot be made or removed as asked."""


def create_group(
    *, actor: User, name: str, customer_ids: Iterable[str], source: Mapping[str, Any], at: datetime
) -> Group:
    """Keep customers of the open scope under a name; the same asked twice is one group.

    source: the rule as plain values, with its words in `zh` and `en`.
    """
    members = _find_members(customer_ids)
    if not members:
        raise GroupRefused(_("None of these customers belongs to your units; there is nothing to keep."))
    rule = {key: value for key, value in source.items() if key not in ("zh", "en")}
    told = json.dumps([actor.username, name, rule, sorted(members)], sort_keys=True, ensure_ascii=False)
    fingerprint = hashlib.sha256(told.encode()).hexdigest()
    fields = {"name": name, "source": rule, "words_zh": source["zh"], "words_en": source["en"]}
    with transaction.atomic():
        group, is_new = Group.objects.get_or_create(
            fingerprint=fingerprint, defaults={**fields, "made_by": actor, "made_at": at}
        )
        if is_new:
            _add_members(group, members)
            _audit(actor, "group.create", group, at, {"name": name, "customers": len(members), "rule": rule})
    return group


@transaction.atomic
def delete_group(*, group: Group, actor: User, at: datetime) -> None:
    """Remove a group; what was planned with it stays as it was planned."""
    if group.made_by_id != actor.pk and not actor.has_perm("groups.delete_any"):
        raise GroupRefused(
            _("Only %(maker)s, who made this group, or an HQ manager may delete it."),
            maker=group.made_by.name,
        )
    with scopes_disabled():
        detail = {"name": group.name, "customers": group.members.count(), "rule": group.source}
        group_id = group.pk
        group.delete()
    record(actor=actor.username, verb="group.delete", subject=f"group:{group_id}", at=at, detail=detail)


@transaction.atomic
def follow_units(publication: Publication) -> int:
    """After a cycle: members who were handed to another unit are seen there; returns how many."""
    profile = Profile.objects.filter(publication=publication, customer_id=OuterRef("customer_id"))
    now = Subquery(profile.values("unit_id")[:1])
    moved = GroupMember.objects.annotate(now=now).filter(now__isnull=False).exclude(unit_id=F("now"))
    return GroupMember.objects.filter(pk__in=list(moved.values_list("pk", flat=True))).update(unit_id=now)


def _find_members(customer_ids: Iterable[str]) -> dict[str, str]:
    """Customer -> unit of those whom the current publication and the scope know."""
    asked = list(islice(dict.fromkeys(customer_ids), MAX_MEMBERS + 1))
    if len(asked) > MAX_MEMBERS:
        raise GroupRefused(
            _("A group keeps %(most)s customers at most; narrow the filter."), most=f"{MAX_MEMBERS:,}"
        )
    found: dict[str, str] = {}
    for ids in _split(asked):
        known = Profile.objects.filter(publication__is_current=True, customer_id__in=ids)
        found.update(known.values_list("customer_id", "unit_id"))
    return found


def _add_members(group: Group, members: Mapping[str, str]) -> None:
    GroupMember.objects.bulk_create(
        (
            GroupMember(group=group, customer_id=customer_id, unit_id=unit_id)
            for customer_id, unit_id in members.items()
        ),
        batch_size=BATCH,
    )


def _split(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _audit(actor: User, verb: str, group: Group, at: datetime, detail: dict[str, Any]) -> None:
    record(actor=actor.username, verb=verb, subject=f"group:{group.pk}", at=at, detail=detail)
