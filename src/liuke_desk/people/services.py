"""Everything that changes users and units."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from liuke_desk.audit.services import SYSTEM, record
from liuke_desk.bridge.refusals import DeskRefused
from liuke_desk.people.models import Role, Unit, User
from liuke_desk.people.preferences import Preferences
from liuke_desk.people.unit_tree import Row, read_tree

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
    """A user and the password that opens the door once; at first sign-in it must be changed.

    Raises DeskRefused when the name is taken or not fit, or there is no such unit.
    """
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user = User(
        username=username,
        role=role,
        unit=_get_unit(unit_id) if unit_id else None,
        display_name=display_name,
        staff_id=staff_id,
        must_change_password=True,
    )
    user.set_password(password)
    try:
        user.full_clean()
    except ValidationError as error:
        raise DeskRefused(f"The user {username!r} cannot be added: {' '.join(error.messages)}") from None
    user.save()
    detail = {"role": user.role, "unit": unit_id}
    record(actor=actor, verb="user.add", subject=f"user:{username}", at=at, detail=detail)
    return user, password


@transaction.atomic
def renew_password(*, user: User, at: datetime, actor: str = SYSTEM) -> str:
    """A new one-time password for a user; the one before opens nothing any more."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record(actor=actor, verb="user.renew_password", subject=f"user:{user.username}", at=at)
    return password


def _get_unit(unit_id: str) -> Unit:
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        known = list(Unit.objects.order_by("path").values_list("pk", flat=True)[:20])
        told = f"some units: {', '.join(known)}" if known else "units come with the first cycle"
        raise DeskRefused(f"There is no unit {unit_id!r}; {told}.")
    return unit


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
def sync_units(rows: Iterable[Row]) -> None:
    """Make the unit tree the company's. Units it no longer names stay for what refers to them, marked."""
    tree = read_tree(rows)
    known = Unit.objects.in_bulk()
    for unit_id in known.keys() - tree.keys():
        Unit.objects.filter(pk=unit_id).update(is_current=False)
    for unit_id, fields in tree.items():
        if unit_id not in known:
            Unit.objects.create(unit_id=unit_id, **fields)
        elif any(getattr(known[unit_id], name) != value for name, value in fields.items()):
            Unit.objects.filter(pk=unit_id).update(**fields)


@transaction.atomic
def add_missing_units(rows: Iterable[Row]) -> None:
    """Add units that are new, and touch no other: customers about to be published may belong to them."""
    tree = read_tree(rows)
    known = set(Unit.objects.values_list("pk", flat=True))
    for unit_id, fields in tree.items():
        if unit_id not in known:
            Unit.objects.create(unit_id=unit_id, **fields)
