"""The one door by which a cycle's health comes before people."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from liuke_desk.customers.models import Publication
from liuke_desk.health.models import HealthReport


@transaction.atomic
def publish_health(*, publication: Publication, content: Mapping[str, Any] | None) -> None:
    """Written before anybody sees the publication; a cycle that judged nothing leaves no report."""
    HealthReport.objects.filter(publication=publication).delete()
    if content is not None:
        HealthReport.objects.create(publication=publication, content=dict(content))
