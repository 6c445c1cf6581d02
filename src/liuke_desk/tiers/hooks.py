"""What tiers add to a cycle: the sums of a publication, and units that customers went to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from liuke_desk.bridge import tiers as warehouse
from liuke_desk.customers.models import Publication
from liuke_desk.people.unit_tree import map_ways_up
from liuke_desk.tiers import services


def during_publish(*, publication: Publication, units: list[Mapping[str, Any]]) -> None:
    """The structure of the day's tiers, and the moves since the cycle before."""
    as_of = publication.as_of
    since = warehouse.find_day_before(as_of)
    services.publish_tiers(
        publication=publication,
        structure=warehouse.sum_structure(as_of),
        since=since,
        moves=warehouse.sum_moves(since=since, until=as_of) if since else (),
        ways_up=map_ways_up(units),
    )


def after_publish(*, publication: Publication, at: datetime) -> None:
    services.follow_units(publication)
