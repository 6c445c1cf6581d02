"""What reports add to a publication."""

from collections.abc import Mapping
from typing import Any

from liuke_desk.bridge import reports as warehouse
from liuke_desk.customers.models import Publication
from liuke_desk.people.unit_tree import map_ways_up
from liuke_desk.reports.services import publish_reports


def during_publish(*, publication: Publication, units: list[Mapping[str, Any]]) -> None:
    """The figures of the day's reports, switched with the customers they are of."""
    as_of = publication.as_of
    publish_reports(
        publication=publication,
        frame=warehouse.read_frame(as_of),
        cubes=warehouse.read_cubes(as_of, ways_up=map_ways_up(units)),
    )
