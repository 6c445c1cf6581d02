"""The small company over three cycles: who is listed, who comes, who goes and why."""

from datetime import date, datetime

from django_scopes import scopes_disabled

from liuke_desk.customers import services as customers
from liuke_desk.customers.models import Publication
from liuke_desk.warnings import hooks
from liuke_desk.warnings.models import WarningList
from tests.web.batches import pack
from tests.web.company import SCHEMES, UNITS, draw_customer

FEBRUARY, MARCH, APRIL = date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)
LI = {"manager_id": "S1", "manager_name": "Li"}

# In February: ann and bob are li's, dee is in another hall of the east, zoe in the west.
THEN = [
    draw_customer("ann", loss_fen=900_00, tier="important", **LI),
    draw_customer("zoe", loss_fen=800_00, unit_id="B9"),
    draw_customer("dee", loss_fen=700_00, unit_id="B2"),
    draw_customer("bob", loss_fen=600_00, **LI),
    draw_customer("eve", loss_fen=500_00),
    draw_customer("fay", loss_fen=400_00),
]
# In March: ann's risk rose, zoe left, dee's risk cannot be told, eve's fell; gus is new and li's.
NOW = [
    draw_customer("ann", loss_fen=1200_00, p_3m=0.6, tier="important", **LI),
    draw_customer("gus", loss_fen=1000_00, p_3m=0.5, **LI),
    draw_customer("bob", loss_fen=600_00, **LI),
    draw_customer("fay", loss_fen=400_00, p_3m=0.15),
    draw_customer("dee", loss_fen=None, unit_id="B2"),
    draw_customer("zoe", loss_fen=None, unit_id="B9", status="closed_voluntary"),
]


@scopes_disabled()
def cycle(rows, as_of: date, *, before_switch=None) -> Publication:
    """One publication with its list, as the cycle makes them."""
    at = datetime.combine(as_of, datetime.min.time()).replace(hour=3)
    publication = customers.publish(
        as_of=as_of,
        batches=pack(rows),
        units=UNITS,
        schemes=SCHEMES,
        simulated=False,
        at=at,
        before_switch=before_switch or (lambda made: hooks.during_publish(publication=made, units=UNITS)),
    )
    hooks.after_publish(publication=publication, at=at)
    return publication


def list_of(as_of: date) -> WarningList:
    return WarningList.objects.get(as_of=as_of)
