"""What lists add to a cycle: the list of a publication, switched with it; then frozen, and told of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from liuke_desk.customers.models import Publication
from liuke_desk.warnings import services


def during_publish(*, publication: Publication, units: list[Mapping[str, Any]]) -> None:
    services.write_list(publication=publication, at=publication.published_at)


def after_publish(*, publication: Publication, at: datetime) -> None:
    for fresh in services.freeze_lists(at=at):
        services.notify(warning_list=fresh, at=at)
