"""After each publication every campaign learns who has left."""

from datetime import datetime

from liuke_desk.bridge.effects import iterate_leavings
from liuke_desk.customers.models import Publication
from liuke_desk.effects.services import settle_outcomes


def after_publish(*, publication: Publication, at: datetime) -> None:
    settle_outcomes(leavings=iterate_leavings(publication.as_of), known_by=publication.as_of, at=at)
