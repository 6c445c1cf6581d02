"""The one door for changes of policies: a cycle publishes what the workspace declares."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from liuke_desk.audit.services import SYSTEM, record
from liuke_desk.policies.models import Policy


@transaction.atomic
def sync_policies(*, declarations: Iterable[Mapping[str, Any]], at: datetime) -> int:
    """Make exactly these policies live. A version that was offered stays readable when it is replaced."""
    declared = [dict(declaration) for declaration in declarations]
    before = set(Policy.objects.filter(is_live=True).values_list("name", "fingerprint"))
    wanted = {(declaration["name"], fingerprint_of(declaration)) for declaration in declared}
    if wanted == before:
        return len(wanted)
    Policy.objects.filter(is_live=True).update(is_live=False)
    for declaration in declared:
        Policy.objects.update_or_create(
            name=declaration["name"],
            fingerprint=fingerprint_of(declaration),
            defaults={"is_live": True},
            create_defaults=_columns(declaration) | {"is_live": True, "published_at": at},
        )
    record(
        actor=SYSTEM,
        verb="policies.sync",
        subject="policies",
        at=at,
        detail={"added": sorted(map(list, wanted - before)), "removed": sorted(map(list, before - wanted))},
    )
    return len(wanted)


def fingerprint_of(declaration: Mapping[str, Any]) -> str:
    """A hash of the whole declaration: two policies are the same when every word and number is."""
    text = json.dumps(declaration, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _columns(declaration: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": declaration["name"],
        "version": declaration["version"],
        "title_zh": declaration["words"]["zh"],
        "title_en": declaration["words"]["en"],
        "category": declaration.get("category") or "",
        "script_zh": declaration["script"]["zh"],
        "script_en": declaration["script"]["en"],
        "contact_cost_fen": declaration["contact_cost_fen"],
        "offer_cost_fen": declaration["offer_cost_fen"],
        "save_rate": declaration["save_rate"],
        "save_rate_source": declaration["save_rate_source"],
        "aims_at": list(declaration["aims_at"]),
        "declaration": declaration,
        "valid_from": declaration.get("valid_from"),
        "valid_until": declaration.get("valid_until"),
    }
