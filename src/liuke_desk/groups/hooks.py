"""After each publication groups know where their customers belong now."""

from datetime import datetime

from liuke_desk.customers.models import Publication
from liuke_desk.groups.services import follow_units


def after_publish(*, publication: Publication, at: datetime) -> None:
    follow_units(publication)
