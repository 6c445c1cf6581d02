"""What health adds to a publication."""

from collections.abc import Mapping
from typing import Any

from liuke_desk.bridge import health as warehouse
from liuke_desk.customers.models import Publication
from liuke_desk.health.services import publish_health


def during_publish(*, publication: Publication, units: list[Mapping[str, Any]]) -> None:
    """Alarms, measures and drift of the day, switched with the lists they are of."""
    publish_health(publication=publication, content=warehouse.read_health(publication.as_of))
