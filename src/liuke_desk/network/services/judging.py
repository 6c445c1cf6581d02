"""What people decide: of a match, and of a dealer. Nothing is changed, a decision is added."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from liuke_desk.audit.services import record
from liuke_desk.network.models import DealerCase, DealerDecision, MatchVerdict, ReentryMatch
from liuke_desk.network.selectors import find_state, find_verdict
from liuke_desk.network.states import CaseState, Verdict
from liuke_desk.people.models import User
from liuke_desk.ui.refusals import Refused


class JudgementRefused(Refused):
    """A decision that changes nothing or says nothing."""


@transaction.atomic
def judge_match(
    *, match: ReentryMatch, verdict: Verdict, note: str, user: User, at: datetime
) -> MatchVerdict:
    """Say whether a newcomer is the customer who had left; the last word counts, all are kept."""
    before = find_verdict(match)
    if before == verdict:
        raise JudgementRefused(_("This is what was decided already."))
    made = MatchVerdict.objects.create(
        customer_id=match.customer_id,
        former_id=match.former_id,
        unit_id=match.unit_id,
        verdict=verdict,
        note=note,
        made_by=user,
        made_at=at,
    )
    detail = {"former": match.former_id, "from": before, "to": verdict, "probability": match.probability}
    subject = f"customer:{match.customer_id}"
    record(actor=user.username, verb="reentry.judge", subject=subject, at=at, detail=detail)
    return made


@transaction.atomic
def decide_case(*, case: DealerCase, state: CaseState, note: str, user: User, at: datetime) -> DealerDecision:
    """Add a note to a dealer's file and say where the audit stands."""
    if not note:
        raise JudgementRefused(_("Say what was found out; the file is read without you."))
    before = find_state(case.dealer_id)
    made = DealerDecision.objects.create(
        dealer_id=case.dealer_id,
        unit_id=case.unit_id,
        state=state,
        note=note,
        as_of=case.publication.as_of,
        made_by=user,
        made_at=at,
    )
    detail = {"from": before, "to": state, "q": case.q_value, "note": note}
    subject = f"dealer:{case.dealer_id}"
    record(actor=user.username, verb="dealer.decide", subject=subject, at=at, detail=detail)
    return made
