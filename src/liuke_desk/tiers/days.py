"""The cycles that can be compared."""

from datetime import date
from functools import lru_cache

from liuke_desk.bridge import tiers as warehouse
from liuke_desk.customers.models import Publication


def list_days(publication: Publication) -> list[date]:
    """As-of days up to the published one, earliest first; what comes later is not before people yet."""
    return [day for day in _list_once(publication.pk) if day <= publication.as_of]


@lru_cache(maxsize=4)
def _list_once(publication_id: int) -> list[date]:
    """A publication follows each cycle, so its number tells whether the answer is still the same."""
    return warehouse.list_cycle_days()
