"""Work off the tasks that nobody clicked, through the same services, with the company's own answers.

    python -m tests.journeys.remaining_work AGENT…

Run inside a workspace. Every agent takes their next task until nothing waits; an unreachable
customer is tried again on the next days. Answers with what was done to whom, as JSON.
"""

import json
import sys
from datetime import datetime, timedelta

import django

LETTERS_NEEDED = ("reached_lost", "reached_refused")
DAYS = 4  # as long as attempts are allowed, and a promised callback comes up


def main(usernames: list[str]) -> None:
    django.setup()
    from liuke_desk.bridge import clock

    at = clock.now()
    for day in range(DAYS):
        for username in usernames:
            work_as(username, at=at + timedelta(days=day))
    sys.stdout.write(json.dumps(tell()))


def work_as(username: str, *, at: datetime) -> None:
    from django_scopes import scope

    from liuke_desk.campaigns.services import take_next_task
    from liuke_desk.people.models import User
    from liuke_desk.people.selectors import scope_of

    agent = User.objects.get(username=username)
    with scope(unit=scope_of(agent)):
        while task := take_next_task(agent=agent, at=at):
            record_answer(task, agent, at=at)


def record_answer(task, agent, *, at: datetime) -> None:
    from liuke_desk.bridge.simulation import answer_of
    from liuke_desk.contact.codes import Channel, Feedback, Outcome
    from liuke_desk.contact.rules import Attempt
    from liuke_desk.contact.services import record_contact

    said, feedback = answer_of(task.customer_id, task.assignment.policy.name, at=at)
    says_why = said in LETTERS_NEEDED
    code = Feedback(feedback) if says_why else None
    attempt = Attempt(
        on=at.date(),
        channel=Channel.PHONE,
        outcome=Outcome(said),
        callback_on=at.date() + timedelta(days=1) if said == "callback" else None,
        feedback=code,
        importance=2 if says_why else None,
        competitor="another operator" if code is Feedback.COMPETITOR else "",
        note="as told on the phone",
    )
    record_contact(task_id=task.pk, agent=agent, attempt=attempt, attempts_before=task.attempts, at=at)


def tell() -> dict:
    """Both arms, who was reached with what, and how the tasks stand."""
    from django_scopes import scopes_disabled

    from liuke_desk.campaigns.models import Assignment, Task
    from liuke_desk.contact.models import Contact

    with scopes_disabled():
        arms = Assignment.objects.values_list("customer_id", "arm")
        reached = Contact.objects.filter(outcome__startswith="reached").order_by("pk")
        return {
            "treated": [customer_id for customer_id, arm in arms if arm == "treat"],
            "held_out": [customer_id for customer_id, arm in arms if arm == "hold_out"],
            "reached": dict(reached.values_list("customer_id", "task__assignment__policy__name")),
            "touched": list(Contact.objects.values_list("customer_id", flat=True)),
            "results": list(Task.objects.values_list("result", flat=True)),
            "reasons": list(Task.objects.values_list("void_reason", flat=True)),
        }


if __name__ == "__main__":
    main(sys.argv[1:])
