"""A small company for tests of the workbench: two regions, four people, six customers.

R1 East - B1: agent li        ann (best), bob, cid (no risk known)
        - B2                  dee
R2 West - B9                  zoe
(nowhere)                     una, whose unit the company does not know
sun supervises R1; qian is the analyst and hu the manager at headquarters.
"""

from datetime import date, datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from liuke_desk.customers import services
from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Role, User
from tests.web.batches import ROWS_PER_BATCH, pack

AS_OF = date(2026, 3, 31)
NIGHT = datetime(2026, 4, 1, 3)
PASSWORD = "a long enough word 7"

UNITS = [
    {"unit_id": "R1", "name_zh": "东区", "name_en": "East", "level": "region", "parent_id": None},
    {"unit_id": "B1", "name_zh": "一厅", "name_en": "Hall one", "level": "branch", "parent_id": "R1"},
    {"unit_id": "B2", "name_zh": "二厅", "name_en": "Hall two", "level": "branch", "parent_id": "R1"},
    {"unit_id": "R2", "name_zh": "西区", "name_en": "West", "level": "region", "parent_id": None},
    {"unit_id": "B9", "name_zh": "九厅", "name_en": "Hall nine", "level": "branch", "parent_id": "R2"},
]
PEOPLE = {
    "li": (Role.AGENT, "B1"),
    "sun": (Role.REGION_SUPERVISOR, "R1"),
    "qian": (Role.ANALYST, None),
    "hu": (Role.HQ_MANAGER, None),
}
SCHEMES = [
    {
        "scheme": "pyramid",
        "zh": "价值金字塔",
        "en": "Value pyramid",
        "is_money": True,
        "unit": None,
        "tiers": [
            {"tier": "important", "zh": "重要客户", "en": "important", "colour": "#cf1322"},
            {"tier": "small", "zh": "小客户", "en": "small", "colour": "#595959"},
        ],
    }
]

REASON = {"code": "spend_down", "text_zh": "月消费下降 42%", "text_en": "Spend fell by 42%", "figures": {}}
MONTHS = [*(f"2025-{month:02d}" for month in range(4, 13)), "2026-01", "2026-02", "2026-03"]

TIER = {
    "scheme": "pyramid",
    "tier": "small",
    "rank": 2,
    "measure": 100.0,
    "why": "value 100.00: small",
    "why_zh": "价值 100.00：小客户",
    "next_tier": "important",
    "missing": 12.5,
}
TOO_NEW = {"code": "too_new", "zh": "入网太短", "en": "Too new"}
CARD = {
    "products": ["TV"],
    "contacts": [
        {"happened_at": "2026-02-11T10:00:00", "channel": "phone", "purpose": "care", "outcome": "reached"}
    ],
    "complaints": [],
    "offers": [],
    "surveys": [],
    "statuses": [],
    "usage": [{"month": "2026-03", "kind": "voice", "times": 3, "quantity": 120.0, "amount_fen": None}],
    "value_why_empty": None,
}


def draw_customer(
    customer_id: str, *, loss_fen: int | None, unit_id: str | None = "B1", **changes: Any
) -> dict[str, Any]:
    """One row of results, as the bridge hands them on; risk and value unknown where the loss is."""
    known = loss_fen is not None
    return {
        "customer_id": customer_id,
        "unit_id": unit_id,
        "name": customer_id.title(),
        "phone": "13800001234",
        "id_number": "11010519491231002X",
        "kind": "personal",
        "manager_id": "",
        "manager_name": "",
        "plan": "A99",
        "household_id": "",
        "opened_on": date(2020, 1, 2),
        "status": "open",
        "special_care": "",
        "do_not_disturb": False,
        "has_open_complaint": False,
        "latest_contact_on": None,
        "tier": "small",
        "tier_rank": 2,
        "p_1m": 0.1 if known else None,
        "p_2m": 0.2 if known else None,
        "p_3m": 0.25 if known else None,
        "p_voluntary": 0.2 if known else None,
        "p_involuntary": 0.04 if known else None,
        "p_dormant": 0.01 if known else None,
        "p_diverted": 0.0 if known else None,
        "value_at_stake_fen": loss_fen * 4 if known else None,
        "expected_loss_fen": loss_fen,
        "margin_12m_fen": 100_00,
        "clv_fen": 400_00,
        "clv_low_fen": 300_00,
        "clv_high_fen": 500_00,
        "reasons": [REASON] if known else [],
        "tiers": [TIER],
        "card": CARD | {"risk_why_empty": None if known else TOO_NEW},
        "history": [
            {"month": month, "billed_fen": 99_00, "paid_fen": 99_00, "spent_fen": None} for month in MONTHS
        ],
    } | changes


CUSTOMERS = [
    draw_customer("ann", loss_fen=900_00, tier="important", tier_rank=1, manager_id="S1", manager_name="Li"),
    draw_customer("zoe", loss_fen=800_00, unit_id="B9", phone="13911115678"),
    draw_customer("dee", loss_fen=700_00, unit_id="B2", p_3m=0.6, p_voluntary=0.1, p_dormant=0.5),
    draw_customer(
        "bob", loss_fen=600_00, do_not_disturb=True, special_care="elderly", has_open_complaint=True
    ),
    draw_customer("una", loss_fen=500_00, unit_id=None),
    draw_customer("cid", loss_fen=None),
]


@cache
def hash_password() -> str:
    return make_password(PASSWORD)


def publish(
    *,
    rows: Any = CUSTOMERS,
    as_of: date = AS_OF,
    units: Any = UNITS,
    size: int = ROWS_PER_BATCH,
    **further: Any,
) -> Publication:
    told = {"schemes": SCHEMES, "simulated": False, "at": NIGHT}
    return services.publish(as_of=as_of, batches=pack(rows, size=size), units=units, **told, **further)


def hire() -> dict[str, User]:
    """The people, each with their own password already."""
    return {
        username: User.objects.create(
            username=username,
            role=role,
            unit_id=unit_id,
            staff_id="S1" if username == "li" else "",
            password=hash_password(),
        )
        for username, (role, unit_id) in PEOPLE.items()
    }
