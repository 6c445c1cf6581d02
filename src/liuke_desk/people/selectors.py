"""Reads about people and units."""

from django.db.models import QuerySet
from django.db.models.functions import Left

from liuke_desk.people.models import Role, Unit, User

UNASSIGNED = "unassigned"  # the unit of customers whose own the company does not name

SEE_ALL_WITHOUT_UNIT = frozenset({Role.ANALYST, Role.HQ_MANAGER})


def list_visible_units(user: User) -> QuerySet[Unit]:
    """The user's unit and all below it; all units for headquarters; none for others without a unit."""
    if user.unit_id is not None:
        # Not `startswith`, which on SQLite takes unit "b1" for "B1".
        own = user.unit.path
        return Unit.objects.annotate(start=Left("path", len(own))).filter(start=own)
    if user.role in SEE_ALL_WITHOUT_UNIT:
        return Unit.objects.all()
    return Unit.objects.none()


def scope_of(user: User) -> list[str] | None:
    """Ids of the units whose rows the user may see; None for every row."""
    if user.unit_id is None and user.role in SEE_ALL_WITHOUT_UNIT:
        return None
    return list(list_visible_units(user).values_list("unit_id", flat=True))
