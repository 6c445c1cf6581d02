"""What a cycle found of the small company: ann of the east was old, zoe of the west was gone; two dealers."""

from datetime import date

from django_scopes import scopes_disabled

from liuke_desk.customers.models import Publication
from liuke_desk.network.services import publish_network

FRAME = {
    "tells_reentry": True,
    "tells_dealers": True,
    "missing": [],
    "false_discovery": 0.05,
    "window_days": 60,
}
LACKING = FRAME | {"tells_reentry": False, "tells_dealers": False, "missing": ["circles", "dealers"]}
SAME_DEVICE = {"code": "device", "text_zh": "同一部终端", "text_en": "uses the same device", "bits": 11.4}
OTHER_HOME = {"code": "home", "text_zh": "地址不同", "text_en": "has another address", "bits": -1.5}


def match(customer_id, former_id, probability, **changes):
    return {
        "customer_id": customer_id,
        "former_id": former_id,
        "probability": probability,
        "kind": "voluntary",
        "left_on": date(2026, 1, 5),
        "opened_on": date(2026, 2, 1),
        "gap_days": 27,
        "spent_before_fen": 30_00,
        "spent_since_fen": 12_00,
        "evidence": [SAME_DEVICE, OTHER_HOME],
    } | changes


def month(first, gross, real_loss, reentry, dormant, *, is_open=False):
    parts = {"real_loss": real_loss, "reentry": reentry, "dormant": dormant}
    edges = {f"{part}{edge}": value for part, value in parts.items() for edge in ("", "_low", "_high")}
    return {"month": first, "gross": gross, "is_open": is_open, **edges}


def case(dealer_id, unit_id, q_value, *, gone=()):
    return {
        "dealer_id": dealer_id,
        "name": f"Dealer {dealer_id}",
        "unit_id": unit_id,
        "assessment_days": 90,
        "customers": 30,
        "reached": 20,
        "gone_after": len(gone),
        "expected_after": 0.4,
        "silent_after": 0,
        "gone_elsewhere": 1,
        "expected_elsewhere": 1.2,
        "p_level": 0.001,
        "p_custom": 0.002,
        "q_value": q_value,
        "flagged": q_value <= 0.05,
        "at_stake_fen": 177_00,
        "at_stake_excess_fen": 160_00,
        "why": "Two left where 0.4 were expected.",
        "why_zh": "离网 2 位，应为 0.4 位。",
        "chart": [
            {"day": day, "watched": 20, "gone": int(day == 10), "expected": 0.1} for day in (-10, 0, 10)
        ],
        "gone": [
            {
                "customer_id": customer_id,
                "opened_on": date(2025, 10, 1),
                "gone_on": date(2026, 1, 10),
                "kind": "voluntary",
                "days_after": 11,
                "commission_fen": 88_50,
            }
            for customer_id in gone
        ],
    }


MATCHES = [match("ann", "old", 0.99999), match("zoe", "gone", 0.8)]
MONTHS = [month(date(2026, 1, 1), 10, 6.0, 3.0, 1.0), month(None, 10, 6.0, 3.0, 1.0, is_open=True)]


def cases():
    """Anew each time: writing takes them apart."""
    return [case("D1", "R1", 0.01, gone=("ann", "zoe")), case("D9", "R2", 0.6), case("D0", None, 0.9)]


@scopes_disabled()
def find_out(publication: Publication, **changes) -> None:
    told = {"frame": FRAME, "matches": MATCHES, "months": MONTHS, "cases": cases()} | changes
    publish_network(publication=publication, units={"R1", "R2", "B1", "B2", "B9"}, **told)
