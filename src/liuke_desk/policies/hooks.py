"""After each publication the policies of the workspace are the live ones."""

from datetime import datetime

from liuke_desk.bridge.planning import declared_policies
from liuke_desk.customers.models import Publication
from liuke_desk.policies.services import sync_policies


def after_publish(*, publication: Publication, at: datetime) -> None:
    sync_policies(declarations=declared_policies(), at=at)
