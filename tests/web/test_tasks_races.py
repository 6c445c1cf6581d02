"""Many agents press "next task" at once: no task has two owners, none is forgotten.

The control shows that the race is real and would be noticed: with the transaction and the condition
of the claim taken away, the same agents get the same task.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.chains import find_breaks
from liuke_desk.audit.models import Entry
from liuke_desk.campaigns import services
from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.services import claims
from liuke_desk.campaigns.states import MoveRefused, State
from liuke_desk.contact.codes import Channel, Outcome
from liuke_desk.contact.rules import Attempt
from liuke_desk.contact.services import record_contact
from liuke_desk.people.models import Role, User
from tests.web.retention import NOON, all_tasks, found_company, make_campaign, person

pytestmark = pytest.mark.django_db(transaction=True)

AGENTS = [f"agent{number:02d}" for number in range(12)]
TASKS = 60


@pytest.fixture
def waiting_tasks():
    """One branch's queue of tasks, before as many agents as race for them."""
    found_company(per_branch=TASKS)
    for username in AGENTS:
        User.objects.create(username=username, role=Role.AGENT, unit_id="B1")
    User.objects.filter(role=Role.AGENT).exclude(username__in=AGENTS).update(is_active=False)
    campaign = make_campaign(hold_out_share=0.1)
    with scopes_disabled():
        services.prepare_tasks(campaign_id=campaign.pk, user=person("qian"), at=NOON)
        Task.objects.exclude(unit="B1").update(state="VOID", result="VOID", void_reason="withdrawn")
        services.dispatch_tasks(campaign_id=campaign.pk, user=person("hu"), at=NOON)
    return {task.pk for task in all_tasks(state="DISPATCHED")}


def race(work):
    """Every agent works in a thread of their own, with a connection of its own, from one start."""
    start = Barrier(len(AGENTS))

    def run(username):
        agent = person(username)
        start.wait(timeout=60)
        try:
            with scope(unit=["B1"]):
                return list(work(agent))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(AGENTS)) as pool:
        return [task_id for taken in pool.map(run, AGENTS) for task_id in taken]


def work_until_nothing_waits(agent):
    while task := services.take_next_task(agent=agent, at=NOON):
        services.note_attempt(
            task_id=task.pk, agent=agent, attempts_before=0, cost_fen=1, next_attempt_on=None, at=NOON
        )
        services.end_task(task_id=task.pk, agent=agent, result=State.KEPT, at=NOON)
        yield task.pk


def taken_twice(task_ids):
    return [task_id for task_id, times in Counter(task_ids).items() if times > 1]


def test_every_task_is_worked_once_by_one_agent(waiting_tasks):
    worked = race(work_until_nothing_waits)

    assert taken_twice(worked) == []
    assert set(worked) == waiting_tasks
    assert Entry.objects.filter(verb="task.take").count() == len(waiting_tasks)
    assert {task.state for task in all_tasks(pk__in=waiting_tasks)} == {"KEPT"}
    assert list(find_breaks()) == []


def meet_before(claim):
    """The claim, with every agent made to see the same waiting task before anybody writes."""
    meeting = Barrier(len(AGENTS))
    met = set()

    def claim_together(task, *, agent, at):
        if agent.pk not in met:
            met.add(agent.pk)
            meeting.wait(timeout=60)
        return claim(task, agent=agent, at=at)

    return claim_together


def claim_without_condition(task, *, agent, at):
    with scopes_disabled():
        return Task.objects.filter(pk=task.pk).update(state=State.TAKEN, agent=agent, taken_at=at) == 1


def take_one_outside_a_transaction(agent):
    unguarded = services.take_next_task.__wrapped__
    if task := unguarded(agent=agent, at=NOON):
        yield task.pk


def test_control_without_the_condition_agents_get_the_same_task(waiting_tasks, monkeypatch):
    share_all_tasks()
    monkeypatch.setattr(claims, "claim", meet_before(claim_without_condition))

    assert taken_twice(race(take_one_outside_a_transaction)) != []


def test_the_condition_alone_lets_one_agent_pass(waiting_tasks, monkeypatch):
    share_all_tasks()
    monkeypatch.setattr(claims, "claim", meet_before(claims.claim))

    taken = race(take_one_outside_a_transaction)

    assert len(taken) == len(AGENTS)
    assert taken_twice(taken) == []


def share_all_tasks():
    """All tasks into the queue, so that every agent's first choice is the same."""
    with scopes_disabled():
        Task.objects.filter(state="DISPATCHED").update(agent=None, route="queue")


def test_one_attempt_sent_from_many_windows_at_once_counts_once(waiting_tasks):
    agent = person(AGENTS[0])
    with scope(unit=["B1"]):
        task = services.take_next_task(agent=agent, at=NOON)
    kept = Attempt(on=NOON.date(), channel=Channel.PHONE, outcome=Outcome.REACHED_KEPT)

    def send(_):
        try:
            record_contact(task_id=task.pk, agent=agent, attempt=kept, attempts_before=0, at=NOON)
        except MoveRefused:
            return
        yield task.pk

    assert race(send) == [task.pk]
    task.refresh_from_db()
    assert (task.state, task.attempts, task.cost_fen) == ("KEPT", 1, 3500)


def test_two_supervisors_dispatch_the_same_campaign_once(waiting_tasks):
    found = run_twice(lambda: again(prepare_another()))

    assert sorted(found) == ["refused", "sent"]


def prepare_another():
    with scopes_disabled():
        Task.objects.exclude(state="VOID").update(state="VOID", result="VOID", void_reason="withdrawn")
        campaign = make_campaign(title="Second", hold_out_share=0.1)
        services.prepare_tasks(campaign_id=campaign.pk, user=person("qian"), at=NOON)
    return campaign


def again(campaign):
    def act():
        try:
            with scope(unit=["R1", "C1", "B1", "B2"]):
                services.dispatch_tasks(campaign_id=campaign.pk, user=person("sun"), at=NOON)
        except MoveRefused:
            return "refused"
        finally:
            connection.close()
        return "sent"

    return act


def run_twice(make):
    act = make()
    with ThreadPoolExecutor(2) as pool:
        return [future.result() for future in [pool.submit(act), pool.submit(act)]]
