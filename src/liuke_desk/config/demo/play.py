"""Campaigns of the demonstration, made, dispatched and worked through the services people use.

Simulated agents record what the simulated customers answer; nothing here writes a row by itself.
"""

from datetime import date, datetime, time, timedelta

from django_scopes import scope, scopes_disabled

from liuke_desk.bridge import simulation
from liuke_desk.campaigns.filters import Filters, Terms
from liuke_desk.campaigns.models import Campaign
from liuke_desk.campaigns.services import create_campaign, dispatch_tasks, prepare_tasks, take_next_task
from liuke_desk.contact.codes import Channel, Feedback, Outcome
from liuke_desk.contact.rules import Attempt
from liuke_desk.contact.services import record_contact
from liuke_desk.people.models import User
from liuke_desk.people.selectors import scope_of
from liuke_desk.policies.selectors import live_policies

BUDGET_FEN = 3_000_000
CONTACTS_MAX = 400
HOLD_OUT_SHARE = 0.2  # larger than the usual tenth: a small company learns little from a handful
CALLING_DAYS = 3
OPENS_AT = time(9, 30)
CALL_SECONDS = 45


def launch(title: str, *, analyst: User, supervisors: list[User], on: date, min_p_leave: float) -> Campaign:
    """A campaign over the whole company: planned, saved with its arms, prepared, and dispatched by region."""
    at = datetime.combine(on, OPENS_AT)
    with scopes_disabled():  # the analyst sees every unit
        policies = tuple(policy.name for policy in live_policies(on=on))
        campaign = create_campaign(
            title=title,
            filters=Filters(min_p_leave=min_p_leave),
            terms=Terms(
                policies=policies,
                budget_fen=BUDGET_FEN,
                max_contacts=CONTACTS_MAX,
                hold_out_share=HOLD_OUT_SHARE,
            ),
            due_on=on + timedelta(days=14),
            user=analyst,
            at=at,
        )
        prepare_tasks(campaign_id=campaign.pk, user=analyst, at=at)
    for supervisor in supervisors:
        with scope(unit=scope_of(supervisor)):
            dispatch_tasks(campaign_id=campaign.pk, user=supervisor, at=at)
    return campaign


def work(agents: list[User], *, on: date, days: int = CALLING_DAYS) -> int:
    """Let agents take and finish what waits for them, in turn, for some days; returns the contacts made."""
    made = 0
    for day in range(days):
        at = datetime.combine(on + timedelta(days=day), OPENS_AT)
        idle: set[int] = set()
        while len(idle) < len(agents):
            for agent in agents:
                if agent.pk not in idle and not call_next(agent, at=at):
                    idle.add(agent.pk)
                at += timedelta(seconds=CALL_SECONDS)
                made += agent.pk not in idle
    return made


def call_next(agent: User, *, at: datetime) -> bool:
    """One agent takes the next task, calls the customer and records the answer; False when none waits."""
    with scope(unit=scope_of(agent)):
        task = take_next_task(agent=agent, at=at)
        if task is None:
            return False
        outcome, feedback = simulation.answer_of(task.customer_id, task.assignment.policy.name, at=at)
        attempt = say(Outcome(outcome), feedback, on=at.date())
        record_contact(task_id=task.pk, agent=agent, attempt=attempt, attempts_before=task.attempts, at=at)
    return True


def say(outcome: Outcome, feedback: str | None, *, on: date) -> Attempt:
    """The customer's answer as an agent would record it."""
    code = Feedback(feedback) if feedback and outcome is not Outcome.UNREACHABLE else None
    return Attempt(
        on=on,
        channel=Channel.PHONE,
        outcome=outcome,
        callback_on=on + timedelta(days=1) if outcome is Outcome.CALLBACK else None,
        feedback=code,
        importance=2 if code else None,
        competitor="竞争对手甲" if code is Feedback.COMPETITOR else "",
        note="模拟客户的回答" if code is Feedback.OTHER else "",
    )
