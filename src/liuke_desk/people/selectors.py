"""Reads about people and units."""

from collections.abc import Iterable

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


UNITS_TO_CHOOSE = 300


def choose_units(units: Iterable[Unit]) -> list[Unit]:
    """Current units, each under the one above it; the lowest levels are left out when they are too many."""
    chosen = sorted((unit for unit in units if unit.is_current), key=lambda unit: unit.path)
    while len(chosen) > UNITS_TO_CHOOSE:
        lowest = max(unit.path.count("/") for unit in chosen)
        upper = [unit for unit in chosen if unit.path.count("/") < lowest]
        if not upper:
            break
        chosen = upper
    return chosen
