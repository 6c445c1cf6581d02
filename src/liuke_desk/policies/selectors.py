"""What is read of policies."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from liuke_desk.policies.models import Policy


def live_policies(*, on: date) -> QuerySet[Policy]:
    """Policies that may be offered on a day: published last, and within their validity."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    not_over = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    return Policy.objects.filter(begun, not_over, is_live=True).order_by("name")


def map_titles(names: Iterable[str], language: str) -> dict[str, str]:
    """Titles of policies, of the live version or else of the last one; unknown names are absent."""
    versions = Policy.objects.filter(name__in=set(names)).order_by("is_live", "published_at", "pk")
    return {policy.name: policy.title(language) for policy in versions}
