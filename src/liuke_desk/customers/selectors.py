"""Reads of the serving copy: always of one publication, always within the scope."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest

from liuke_desk.customers.models import Profile, Publication, Sheet
from liuke_desk.customers.plans import find_by
from liuke_desk.customers.rows import PHONE_END_DIGITS
from liuke_desk.customers.sheets import read_sheet
from liuke_desk.people.models import Unit

# What a list may be sorted by. Unknown values come last either way.
SORTS = {
    "loss": "expected_loss_fen",
    "value": "value_at_stake_fen",
    "p_1m": "p_1m",
    "p_2m": "p_2m",
    "risk": "p_ahead",
}
# The list of all customers shows no more, and has no index of others.
CUSTOMER_SORTS = ("risk", "value")


def get_current_publication() -> Publication | None:
    """What people see now; None before the first cycle."""
    return Publication.objects.filter(is_current=True).first()


def find_publication(request: HttpRequest) -> Publication | None:
    """The publication of this request: asked once, so that one page never mixes two cycles."""
    if not hasattr(request, "_publication"):
        request._publication = get_current_publication()
    return request._publication


def list_profiles(publication: Publication | None) -> QuerySet[Profile]:
    """The customers of a publication that the open scope lets through."""
    rows = Profile.objects.select_related("unit")
    return rows.filter(publication=publication) if publication else rows.none()


def get_profile(publication: Publication | None, customer_id: str) -> Profile:
    """One customer. Unknown and out of scope look the same: 404."""
    profile = list_profiles(publication).filter(customer_id=customer_id).first()
    if profile is None:
        raise Http404(f"No customer {customer_id!r} in your units")
    return profile


def map_profiles(publication: Publication | None, customer_ids: Iterable[str]) -> dict[str, Profile]:
    """Profiles by customer id, for lists whose rows name customers; those out of scope are absent."""
    found = list_profiles(publication).filter(customer_id__in=list(customer_ids))
    return {profile.customer_id: profile for profile in found}


def read_part(rows: QuerySet[Profile], name: str) -> dict[str, Any]:
    """One of sheets.PARTS of each of some customers of a publication, by their ids.

    Two questions for any number of them; those of whom nothing is told at length are absent.
    """
    told = rows.filter(sheet_number__isnull=False).order_by()
    homes = list(told.values_list("customer_id", "publication_id", "sheet_number", "sheet_place"))
    numbers = {number for _id, _publication, number, _place in homes}
    sheets = Sheet.objects.filter(publication__in={each[1] for each in homes}, number__in=numbers)
    bodies = {(sheet.publication_id, sheet.number): sheet.body for sheet in sheets}
    return {
        customer_id: read_sheet(bodies[publication, number], [place], name)[place][name]
        for customer_id, publication, number, place in homes
    }


def list_warnings(publication: Publication | None, *, sort: str = "") -> QuerySet[Profile]:
    """Customers with a risk and a value at stake, the greatest expected loss first unless sorted."""
    rows = list_profiles(publication).filter(warning_rank__isnull=False)
    if sort == "loss":
        return rows.order_by("-warning_rank")
    return sort_profiles(rows.order_by("warning_rank"), sort if sort != "-loss" else "")


def sort_profiles(rows: QuerySet[Profile], sort: str) -> QuerySet[Profile]:
    """Sorted by one of SORTS, downwards with a minus before it; an unknown sort changes nothing."""
    column = SORTS.get(sort.removeprefix("-"))
    if column is None:
        return rows
    if sort.startswith("-"):
        return rows.order_by(F(column).desc(nulls_last=True), "customer_id")
    return rows.order_by(F(column).asc(nulls_last=True), "-customer_id")  # one index, read backwards


def narrow(
    rows: QuerySet[Profile], *, wanted: dict[str, Any], units: Iterable[Unit], staff_id: str
) -> QuerySet[Profile]:
    """The rows that a filter form asks for; a unit stands for all below it too."""
    if wanted.get("unit"):
        rows = rows.filter(unit__in=list_below(wanted["unit"], units))
    if wanted.get("tier"):
        rows = rows.filter(tier=wanted["tier"])
    if wanted.get("kind"):
        rows = rows.filter(leave_kind=wanted["kind"])
    if wanted.get("min_p"):
        rows = rows.filter(p_ahead__gte=wanted["min_p"] / 100)
    if wanted.get("mine"):
        rows = rows.filter(manager_id=staff_id)
    return rows


def list_below(unit_id: str, units: Iterable[Unit]) -> list[str]:
    """Ids of a unit and of all below it."""
    units = list(units)
    own = next(unit.path for unit in units if unit.pk == unit_id)
    return [unit.pk for unit in units if unit.path.startswith(own)]


def search(rows: QuerySet[Profile], text: str) -> QuerySet[Profile]:
    """Customers whose number or name begins so, or whose phone ends so or is just that."""
    # One question for each way: a single OR would make the database leave its indexes.
    first, *others = (
        find_by(rows.order_by().filter(way), column).values("pk") for column, way in list_ways(text).items()
    )
    # Without naming the publication, or SQLite would rather read it than those that were found.
    found = Profile.objects.select_related("unit").filter(pk__in=first.union(*others))
    return found.order_by(*rows.query.order_by)


def list_ways(text: str) -> dict[str, Q]:
    """What a text may be meant for, by the column that is looked into."""
    ways = {"customer_id": Q(customer_id__begins=text), "name": Q(name__begins=text)}
    if text.isascii() and text.isdigit() and len(text) >= PHONE_END_DIGITS:
        of_phone = Q(phone_end=text[-PHONE_END_DIGITS:])
        ways["phone_end"] = of_phone if len(text) == PHONE_END_DIGITS else of_phone & Q(phone=text)
    return ways
