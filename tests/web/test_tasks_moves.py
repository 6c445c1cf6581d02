"""Tasks change only through services: dispatched, taken, put back, given, postponed, withdrawn, closed."""

from datetime import date, datetime, timedelta

import pytest
from django_scopes import scope, scopes_disabled

from liuke_desk.audit.models import Entry
from liuke_desk.campaigns import services
from liuke_desk.campaigns.models import Campaign, Task
from liuke_desk.campaigns.rules import NotYours
from liuke_desk.campaigns.states import MoveRefused
from liuke_desk.customers.models import Profile
from liuke_desk.people.selectors import scope_of
from tests.web.retention import (
    DUE_ON,
    NOON,
    TODAY,
    all_tasks,
    found_company,
    make_campaign,
    person,
    publish_customers,
    run_campaign,
    warned_customers,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def company(db):
    found_company(per_branch=6)


def act_as(username):
    user = person(username)
    return scope(unit=scope_of(user))


def take(username, at=NOON):
    with act_as(username):
        return services.take_next_task(agent=person(username), at=at)


def prepared_campaign(**terms):
    campaign = make_campaign(**terms)
    with scopes_disabled():
        services.prepare_tasks(campaign_id=campaign.pk, user=person("qian"), at=NOON)
    return campaign


def dispatch(campaign, username):
    with act_as(username):
        return services.dispatch_tasks(campaign_id=campaign.pk, user=person(username), at=NOON)


def trace_of(task, verb):
    return Entry.objects.filter(subject=f"task:{task.pk}", verb=verb).get()


# dispatching


def test_a_supervisor_dispatches_only_in_their_own_units():
    campaign = prepared_campaign()

    sent = dispatch(campaign, "sun")

    by_state = {task.unit_id: task.state for task in all_tasks()}
    assert by_state == {"B1": "DISPATCHED", "B2": "DISPATCHED", "B9": "PREPARED"}
    assert sent == len(all_tasks(state="DISPATCHED"))
    assert Campaign.objects.get().state == "RUNNING"


def test_the_account_manager_comes_first_and_the_others_share_by_load():
    campaign = prepared_campaign(hold_out_share=0)
    dispatch(campaign, "sun")

    routes = {task.customer_id: (task.agent.username, task.route) for task in all_tasks(unit="B1")}
    assert routes["E01"] == ("li", "manager")
    loads = [sum(agent == name for agent, _ in routes.values()) for name in ("li", "wang")]
    assert abs(loads[0] - loads[1]) <= 1
    assert {task.agent.username for task in all_tasks(unit="B2")} == {"chen"}


def test_a_unit_without_agents_keeps_its_tasks_in_the_queue():
    campaign = prepared_campaign()
    person("zhao").__class__.objects.filter(username="zhao").update(is_active=False)

    dispatch(campaign, "zhou")

    assert {(task.agent, task.route) for task in all_tasks(unit="B9")} == {(None, "queue")}


def test_nobody_dispatches_twice():
    campaign = prepared_campaign()
    dispatch(campaign, "sun")

    with pytest.raises(MoveRefused, match="No task of this campaign waits"):
        dispatch(campaign, "sun")


def test_an_analyst_does_not_dispatch():
    campaign = prepared_campaign()

    with pytest.raises(NotYours, match="analyst does not move tasks"):
        dispatch(campaign, "qian")
    assert {task.state for task in all_tasks()} == {"PREPARED"}
    assert Campaign.objects.get().state == "READY"


@pytest.mark.parametrize(
    "change, reason",
    [({"do_not_disturb": True}, "do_not_disturb"), ({"status": "closed_voluntary"}, "already_left")],
)
def test_whoever_must_not_be_contacted_any_more_is_not_dispatched(change, reason):
    campaign = prepared_campaign()
    with scopes_disabled():
        Profile.objects.filter(unit="B2").update(**change)

    dispatch(campaign, "sun")

    assert {(task.state, task.void_reason) for task in all_tasks(unit="B2")} == {("VOID", reason)}
    assert {task.state for task in all_tasks(unit="B1")} == {"DISPATCHED"}


# taking


def test_next_task_belongs_to_the_agent_and_leaves_a_trace():
    run_campaign()

    task = take("li")

    assert (task.state, task.agent.username, task.taken_at) == ("TAKEN", "li", NOON)
    assert trace_of(task, "task.take").actor == "li"


def test_next_task_gives_back_the_one_already_open():
    run_campaign()

    assert take("li").pk == take("li", at=LATER).pk
    assert len(all_tasks(state="TAKEN")) == 1


def test_own_tasks_come_first_by_due_day_then_by_gain():
    run_campaign()
    own = all_tasks(agent__username="li")
    urgent = min(own, key=lambda task: task.expected_gain_fen)
    with scopes_disabled():
        Task.objects.filter(pk=urgent.pk).update(due_on=TODAY)

    first = take("li")
    with act_as("li"):
        services.void_task(task_id=first.pk, user=person("hu"), at=NOON)
    second = take("li")

    assert first.pk == urgent.pk
    others = [task for task in own if task.pk != urgent.pk]
    assert second.expected_gain_fen == max(task.expected_gain_fen for task in others)


def exhaust(username):
    """Take and withdraw until nothing is left; the tasks in their order."""
    seen = []
    while task := take(username):
        seen.append(task)
        with scopes_disabled():
            services.void_task(task_id=task.pk, user=person("hu"), at=NOON)
    return seen


def test_an_agent_helps_with_tasks_given_by_load_but_not_with_those_of_a_manager_or_by_name():
    run_campaign()
    waiting = all_tasks(unit="B1")
    theirs = next(task for task in waiting if task.agent.username == "li" and task.route == "load")
    with act_as("sun"):
        services.reassign_task(task_id=theirs.pk, to=person("li"), user=person("sun"), at=NOON)

    helped = {task.pk for task in exhaust("wang")}

    kept_back = {task.pk for task in waiting if task.route == "manager"} | {theirs.pk}
    assert helped == {task.pk for task in waiting} - kept_back


def test_an_agent_never_gets_a_task_of_another_unit():
    run_campaign()

    assert {task.unit_id for task in exhaust("zhao")} == {"B9"}


def test_nothing_waits_when_nothing_is_dispatched():
    prepared_campaign()

    assert take("li") is None


def test_a_customer_who_asked_for_peace_since_is_passed_over():
    run_campaign()
    with scopes_disabled():
        Profile.objects.filter(unit="B2").update(do_not_disturb=True)

    assert take("chen") is None
    chosen = all_tasks(unit="B2")[0]
    with pytest.raises(MoveRefused, match="asked not to be disturbed"), act_as("chen"):
        services.take_task(task_id=chosen.pk, agent=person("chen"), at=NOON)


def test_an_agent_takes_a_task_of_their_choice_but_not_a_strangers():
    run_campaign()
    mine, strange = all_tasks(unit="B1", agent__username="li")[-1], all_tasks(unit="B9")[0]

    with act_as("li"):
        assert services.take_task(task_id=mine.pk, agent=person("li"), at=NOON).state == "TAKEN"
        with pytest.raises(NotYours, match="does not wait for you"):
            services.take_task(task_id=strange.pk, agent=person("li"), at=NOON)


def test_supervisors_and_analysts_take_nothing():
    run_campaign()

    with pytest.raises(NotYours):
        take("qian")
    with pytest.raises(MoveRefused, match="Only AGENT may move"):
        take("sun")


# adjusting


def test_an_untouched_task_can_be_put_back_and_taken_by_a_colleague():
    run_campaign()
    task = take("li")

    with act_as("li"):
        services.release_task(task_id=task.pk, agent=person("li"), at=LATER)

    task.refresh_from_db()
    assert (task.state, task.agent, task.route, task.taken_at) == ("DISPATCHED", None, "queue", None)
    assert task.pk in {each.pk for each in exhaust("wang")}


def test_nobody_puts_back_anothers_task():
    run_campaign()
    task = take("li")

    with pytest.raises(NotYours, match="not yours"), act_as("wang"):
        services.release_task(task_id=task.pk, agent=person("wang"), at=NOON)


def test_a_supervisor_gives_a_task_to_another_agent_with_a_trace():
    run_campaign()
    task = take("li")

    with act_as("sun"):
        services.reassign_task(task_id=task.pk, to=person("chen"), user=person("sun"), at=NOON)

    task.refresh_from_db()
    assert (task.state, task.agent.username, task.route) == ("DISPATCHED", "chen", "named")
    entry = trace_of(task, "task.reassign")
    assert entry.detail == {"was": "TAKEN", "before": person("li").pk, "agent": "chen"}


@pytest.mark.parametrize("to", ["zhao", "zhou", "qian"])
def test_a_task_is_given_only_to_agents_of_ones_own_units(to):
    run_campaign()
    task = all_tasks(unit="B1")[0]

    with pytest.raises(NotYours, match="not an agent of your units"), act_as("sun"):
        services.reassign_task(task_id=task.pk, to=person(to), user=person("sun"), at=NOON)


def test_a_supervisor_reaches_no_task_of_another_region():
    run_campaign()
    task = all_tasks(unit="B9")[0]

    with pytest.raises(Task.DoesNotExist), act_as("sun"):
        services.void_task(task_id=task.pk, user=person("sun"), at=NOON)


@pytest.mark.parametrize(
    "until, is_allowed",
    [
        (TODAY, False),
        (TODAY + timedelta(days=1), True),
        (DUE_ON, True),
        (DUE_ON + timedelta(days=1), False),
    ],
)
def test_a_task_is_postponed_within_its_term(until, is_allowed):
    run_campaign()
    task = all_tasks(unit="B2")[0]

    def postpone():
        with act_as("sun"):
            services.postpone_task(task_id=task.pk, until=until, user=person("sun"), at=NOON)

    if not is_allowed:
        with pytest.raises(MoveRefused, match="Postpone to a day after today"):
            postpone()
        return
    postpone()
    before = datetime.combine(until - timedelta(days=1), NOON.time())
    assert task.pk not in {each.pk for each in services_waiting("chen", before.date())}
    assert task.pk in {each.pk for each in services_waiting("chen", until)}


def services_waiting(username, on):
    with act_as(username):
        return list(services.waiting_for(person(username), on=on))


def test_a_withdrawn_task_is_void_and_stays_so():
    run_campaign()
    task = all_tasks(unit="B1")[0]

    with act_as("sun"):
        services.void_task(task_id=task.pk, user=person("sun"), at=NOON)
        task.refresh_from_db()
        assert (task.state, task.result, task.void_reason) == ("VOID", "VOID", "withdrawn")
        with pytest.raises(MoveRefused, match="VOID leads to CLOSED"):
            services.void_task(task_id=task.pk, user=person("sun"), at=NOON)


# the end


def test_closing_ends_every_task_and_keeps_the_results():
    campaign = run_campaign()
    task = take("li")
    with act_as("li"):
        services.note_attempt(
            task_id=task.pk, agent=person("li"), attempts_before=0, cost_fen=1, next_attempt_on=None, at=NOON
        )
        services.end_task(task_id=task.pk, agent=person("li"), result="KEPT", at=NOON)

    with scopes_disabled():
        services.close_campaign(campaign_id=campaign.pk, user=person("hu"), at=LATER)

    results = {each.pk: (each.state, each.result, each.void_reason) for each in all_tasks()}
    assert results.pop(task.pk) == ("CLOSED", "KEPT", "")
    assert set(results.values()) == {("CLOSED", "VOID", "campaign_closed")}
    assert take("wang") is None


def test_work_on_a_closed_campaign_is_refused():
    campaign = run_campaign()
    task = all_tasks(unit="B1")[0]
    with scopes_disabled():
        services.close_campaign(campaign_id=campaign.pk, user=person("hu"), at=LATER)

    with pytest.raises(MoveRefused, match="campaign is over"), act_as("sun"):
        services.reassign_task(task_id=task.pk, to=person("wang"), user=person("sun"), at=LATER)


def test_a_publication_voids_tasks_of_customers_who_have_left():
    run_campaign()
    publish_customers(
        [
            *warned_customers("B1", "E", 6),
            *({**customer, "status": "closed_voluntary"} for customer in warned_customers("B2", "F", 6)),
        ],
        as_of=date(2026, 4, 1),
    )

    voided = services.void_overtaken_tasks(at=LATER)

    assert voided == len(all_tasks(unit="B2"))
    assert {(task.state, task.void_reason) for task in all_tasks(unit="B2")} == {("VOID", "already_left")}
    assert {task.state for task in all_tasks(unit="B1")} == {"DISPATCHED"}
    assert services.void_overtaken_tasks(at=LATER) == 0
