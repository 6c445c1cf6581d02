"""After each publication tasks of customers who left, or want peace, are void."""

from datetime import datetime

from liuke_desk.campaigns.services import void_overtaken_tasks
from liuke_desk.customers.models import Publication


def after_publish(*, publication: Publication, at: datetime) -> None:
    void_overtaken_tasks(at=at)
