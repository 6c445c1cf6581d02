"""Reads of the serving copy: always of one publication, always within the scope."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from liuke_desk.customers.models import Profile, Publication


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
