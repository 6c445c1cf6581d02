"""The one door for recording what came of an attempt."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django_scopes import scopes_disabled

from liuke_desk.audit.services import record
from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.services import end_task, give_up_if_spent, note_attempt
from liuke_desk.campaigns.states import Refused, State
from liuke_desk.contact.codes import ENDINGS, Outcome
from liuke_desk.contact.models import Contact
from liuke_desk.contact.rules import Attempt, Missing, refusals
from liuke_desk.people.models import User
from liuke_desk.policies.models import Policy

RETRY_AFTER_DAYS = 1  # an unreachable customer is tried again on the next day


class RecordRefused(Refused):
    """A record with gaps; `missing` names each with its field."""

    def __init__(self, missing: list[Missing]):
        self.missing = missing
        super().__init__("%(why)s", why=" ".join(each.msgid for each in missing))


@transaction.atomic
def record_contact(
    *, task_id: int, agent: User, attempt: Attempt, attempts_before: int, at: datetime
) -> Contact:
    """Store one attempt and move the task by its outcome, all or nothing; sent twice, it counts once."""
    if missing := refusals(attempt):
        raise RecordRefused(missing)
    with scopes_disabled():
        policy = Policy.objects.get(assignments__task=task_id)
    task = note_attempt(
        task_id=task_id,
        agent=agent,
        attempts_before=attempts_before,
        cost_fen=policy.contact_cost_fen,
        next_attempt_on=_next_attempt_on(attempt),
        at=at,
    )
    kept = attempt.outcome is Outcome.REACHED_KEPT
    offer_cost_fen = policy.offer_cost_fen if kept else 0
    contact = _store(task, agent, attempt, cost_fen=policy.contact_cost_fen + offer_cost_fen, at=at)
    task = _follow(task, agent, attempt, offer_cost_fen=offer_cost_fen, at=at)
    record(
        actor=agent.username,
        verb="contact.record",
        subject=f"task:{task.pk}",
        at=at,
        detail={"outcome": attempt.outcome, "state": task.state, "attempt": contact.number},
    )
    return contact


def _follow(task: Task, agent: User, attempt: Attempt, *, offer_cost_fen: int, at: datetime) -> Task:
    """Where the outcome leads: an ending, the last attempt spent, or another day."""
    if attempt.outcome in ENDINGS:
        result = State(ENDINGS[attempt.outcome])
        return end_task(task_id=task.pk, agent=agent, result=result, offer_cost_fen=offer_cost_fen, at=at)
    if attempt.outcome is Outcome.UNREACHABLE:
        return give_up_if_spent(task_id=task.pk, agent=agent, at=at)
    return task


def _next_attempt_on(attempt: Attempt) -> date | None:
    if attempt.outcome is Outcome.UNREACHABLE:
        return attempt.on + timedelta(days=RETRY_AFTER_DAYS)
    return attempt.callback_on


def _store(task: Task, agent: User, attempt: Attempt, *, cost_fen: int, at: datetime) -> Contact:
    with scopes_disabled():
        return Contact.objects.create(
            task=task,
            unit_id=task.unit_id,
            customer_id=task.customer_id,
            agent=agent,
            number=task.attempts,
            channel=attempt.channel,
            outcome=attempt.outcome,
            callback_on=attempt.callback_on,
            feedback=attempt.feedback or "",
            importance=attempt.importance,
            competitor=attempt.competitor.strip(),
            note=attempt.note.strip(),
            cost_fen=cost_fen,
            happened_at=at,
        )
