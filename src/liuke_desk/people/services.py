"""Everything that changes users and units."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db import transaction

from liuke_desk.audit.services import SYSTEM, record
from liuke_desk.people.models import Role, Unit, User
from liuke_desk.people.preferences import Preferences
from liuke_desk.people.selectors import UNASSIGNED

PASSWORD_BYTES = 12


@transaction.atomic
def add_user(
    *,
    username: str,
    role: Role,
    at: datetime,
    actor: str = SYSTEM,
    unit_id: str | None = None,
    display_name: str = "",
    staff_id: str = "",
) -> tuple[User, str]:
    """A user and the password that opens the door once; at first sign-in it must be changed."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user = User(
        username=username,
        role=role,
        unit=Unit.objects.get(pk=unit_id) if unit_id else None,
        display_name=display_name,
        staff_id=staff_id,
        must_change_password=True,
    )
    user.set_password(password)
    user.full_clean()
    user.save()
    detail = {"role": user.role, "unit": unit_id}
    record(actor=actor, verb="user.add", subject=f"user:{username}", at=at, detail=detail)
    return user, password


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime) -> User:
    """Give a user a password of their own; the one-time password is gone."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(actor=user.username, verb="user.change_password", subject=f"user:{user.username}", at=at)
    return user


def note_sign_in(*, user: User, at: datetime) -> None:
    """Leave a trace that somebody came in."""
    record(actor=user.username, verb="user.sign_in", subject=f"user:{user.username}", at=at)


def keep_preferences(*, user: User, preferences: Preferences) -> None:
    """Remember how a user likes the pages; no trace, it concerns nobody else."""
    User.objects.filter(pk=user.pk).update(
        language=preferences.language, theme=preferences.theme, large_type=preferences.large_type
    )


@transaction.atomic
def sync_units(rows: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Make the unit tree the company's; units it no longer names stay, marked. Returns the current ids."""
    wanted = {UNASSIGNED: {"name_zh": "未归属机构", "name_en": "No unit", "level": "none", "parent_id": None}}
    wanted |= {row["unit_id"]: dict(row) for row in rows}
    Unit.objects.exclude(pk__in=wanted).update(is_current=False)
    for unit_id in sorted(wanted, key=lambda each: trace_path(each, wanted).count("/")):
        row = wanted[unit_id]
        Unit.objects.update_or_create(
            unit_id=unit_id,
            defaults={
                "name_zh": row["name_zh"],
                "name_en": row.get("name_en") or "",
                "level": row["level"],
                "parent_id": row.get("parent_id") if row.get("parent_id") in wanted else None,
                "path": trace_path(unit_id, wanted),
                "is_current": True,
            },
        )
    return frozenset(wanted)


def trace_path(unit_id: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    """The ids from the top down to a unit; an unknown parent or a circle ends the way up."""
    way = [unit_id]
    parent = rows[unit_id].get("parent_id")
    while parent in rows and parent not in way:
        way.append(parent)
        parent = rows[parent].get("parent_id")
    return "/" + "".join(f"{quote(step, safe='')}/" for step in reversed(way))
