"""The one door to the audit trail."""

from datetime import datetime
from typing import Any

from django.db import transaction

from liuke_desk.audit.chains import sign
from liuke_desk.audit.models import Chain, Entry

SYSTEM = "system"  # the actor of what no person asked for


@transaction.atomic
def record(
    *, actor: str, verb: str, subject: str, at: datetime, detail: dict[str, Any] | None = None
) -> Entry:
    """Add what somebody did to the end of their chain.

    Call it last in a transaction: it holds the actor's chain until the transaction ends.
    """
    Chain.objects.get_or_create(actor=actor)
    chain = Chain.objects.select_for_update().get(actor=actor)
    entry = Entry(
        happened_at=at,
        actor=actor,
        place=chain.length + 1,
        verb=verb,
        subject=subject,
        detail=detail or {},
    )
    entry.digest = sign(entry, after=chain.digest)
    entry.save()
    chain.length, chain.digest = entry.place, entry.digest
    chain.save(update_fields=["length", "digest"])
    return entry


@transaction.atomic
def seal(*, at: datetime) -> Entry:
    """Write down where every chain ends now, so that a tail cut off later shows."""
    ends = {chain.actor: [chain.length, chain.digest] for chain in Chain.objects.exclude(actor=SYSTEM)}
    return record(actor=SYSTEM, verb="audit.seal", subject="audit", at=at, detail={"ends": ends})
