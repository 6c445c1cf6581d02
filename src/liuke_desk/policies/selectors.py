"""What is read of policies."""

from datetime import date

from django.db.models import Q, QuerySet

from liuke_desk.policies.models import Policy


def live_policies(*, on: date) -> QuerySet[Policy]:
    """Policies that may be offered on a day: published last, and within their validity."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=on)
    not_over = Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    return Policy.objects.filter(begun, not_over, is_live=True).order_by("name")
