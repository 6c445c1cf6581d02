"""What re-entries and dealers add to a publication."""

from collections.abc import Mapping
from typing import Any

from liuke_desk.bridge import network as warehouse
from liuke_desk.customers.models import Publication
from liuke_desk.network.services import publish_network


def during_publish(*, publication: Publication, units: list[Mapping[str, Any]]) -> None:
    """The findings of the day; of a question that the cycle could not answer there are none."""
    as_of = publication.as_of
    frame = warehouse.describe_network(as_of)
    publish_network(
        publication=publication,
        frame=frame,
        matches=warehouse.iterate_matches(as_of) if frame["tells_reentry"] else (),
        months=warehouse.list_months(as_of) if frame["tells_reentry"] else (),
        cases=warehouse.iterate_cases(as_of) if frame["tells_dealers"] else (),
        units={unit["unit_id"] for unit in units},
    )
