"""What is read of campaigns and tasks. Rows are the scope's; a task is its owner's as well."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.http import Http404
from django_scopes import scopes_disabled

from liuke_desk.campaigns.models import Arm, Assignment, Campaign, Task
from liuke_desk.campaigns.states import OPEN_STATES, State
from liuke_desk.people.models import Role, Unit, User
from liuke_desk.people.selectors import list_visible_units


@dataclass
class Progress:
    """How many tasks stand where: open ones by state, ended ones by result."""

    counts: Counter[str] = field(default_factory=Counter)
    cost_fen: int = 0

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def ended(self) -> int:
        return sum(self.counts[name] for name in (State.KEPT, State.LOST, State.REFUSED, State.VOID))

    @property
    def waiting(self) -> int:
        return self.counts[State.DISPATCHED]

    @property
    def under_way(self) -> int:
        return self.counts[State.TAKEN] + self.counts[State.CONTACTING]


def list_campaigns() -> QuerySet[Campaign]:
    """Campaigns with at least one customer in the open scope, newest first."""
    touched = Assignment.objects.filter(campaign=OuterRef("pk"))
    return Campaign.objects.filter(Exists(touched)).select_related("created_by")


def find_campaign(pk: int) -> Campaign:
    """One campaign. Unknown and without a customer in the scope look the same: 404."""
    campaign = list_campaigns().filter(pk=pk).first()
    if campaign is None:
        raise Http404(f"No campaign {pk} in your units")
    return campaign


def progress_by_campaign(campaigns: QuerySet[Campaign] | list[Campaign]) -> dict[int, Progress]:
    """The progress of each campaign over the tasks in the scope, in one query."""
    rows = Task.objects.filter(campaign__in=[campaign.pk for campaign in campaigns]).order_by()
    found: defaultdict[int, Progress] = defaultdict(Progress)
    for row in rows.values("campaign", "state", "result").annotate(tasks=Count("pk"), cost=Sum("cost_fen")):
        _add(found[row["campaign"]], row["state"], row["result"], row["tasks"], row["cost"])
    return dict(found)


def progress_by_unit(campaign: Campaign) -> list[tuple[Unit, Progress]]:
    """The progress of each unit in the scope that has tasks, in the order of the tree."""
    rows = Task.objects.filter(campaign=campaign).order_by()
    found: defaultdict[str, Progress] = defaultdict(Progress)
    for row in rows.values("unit", "state", "result").annotate(tasks=Count("pk"), cost=Sum("cost_fen")):
        _add(found[row["unit"]], row["state"], row["result"], row["tasks"], row["cost"])
    units = Unit.objects.filter(pk__in=found).order_by("path")
    return [(unit, found[unit.pk]) for unit in units]


def progress_by_agent(campaign: Campaign) -> list[tuple[User | None, Progress]]:
    """The progress of each agent; None stands for the queue. What is not dispatched is nobody's yet."""
    rows = Task.objects.filter(campaign=campaign).exclude(state=State.PREPARED).order_by()
    found: defaultdict[int | None, Progress] = defaultdict(Progress)
    for row in rows.values("agent", "state", "result").annotate(tasks=Count("pk"), cost=Sum("cost_fen")):
        _add(found[row["agent"]], row["state"], row["result"], row["tasks"], row["cost"])
    agents: dict[int | None, User | None] = {None: None}
    agents |= {agent.pk: agent for agent in User.objects.filter(pk__in=found).select_related("unit")}
    names = sorted(found, key=lambda pk: (agents[pk] is None, agents[pk].username if agents[pk] else ""))
    return [(agents[pk], found[pk]) for pk in names]


def count_arms(campaign: Campaign) -> dict[str, int]:
    """Treated and held-out customers in the scope: numbers, no names."""
    rows = Assignment.objects.filter(campaign=campaign).order_by()
    counts = dict(rows.values_list("arm").annotate(Count("pk")))
    return {arm: counts.get(arm, 0) for arm in Arm.values}


def list_assignments(campaign: Campaign, user: User) -> QuerySet[Assignment]:
    """The campaign's customers in the scope; the held-out only for those who may know them."""
    rows = Assignment.objects.filter(campaign=campaign).select_related("policy", "unit", "task__agent")
    if not user.has_perm("campaigns.see_hold_out"):
        rows = rows.filter(arm=Arm.TREAT)
    return rows


def list_own_tasks(agent: User) -> QuerySet[Task]:
    """All tasks given to an agent, whatever unit their customers belong to."""
    with scopes_disabled():
        return Task.objects.filter(agent=agent).select_related("assignment__policy", "campaign", "unit")


def list_open_tasks(agent: User, *, on: date) -> QuerySet[Task]:
    """What an agent has to do, in the order of the day: open ones, due calls, then what waits."""
    return (
        list_own_tasks(agent)
        .filter(state__in=OPEN_STATES)
        .order_by("next_attempt_on", "due_on", "-expected_gain_fen", "pk")
    )


def list_team_tasks() -> QuerySet[Task]:
    """All tasks in the scope, for those who hand them out."""
    return Task.objects.select_related("assignment__policy", "campaign", "unit", "agent")


def find_task(pk: int, user: User) -> Task:
    """A task of one's own, or for managers one in the scope; anything else looks unknown: 404."""
    mine = list_own_tasks(user).filter(pk=pk).first()
    task = mine or (list_team_tasks().filter(pk=pk).first() if user.has_perm("tasks.adjust") else None)
    if task is None:
        raise Http404(f"No task {pk} for you")
    return task


def list_agents(user: User) -> QuerySet[User]:
    """Agents at work in the user's units."""
    agents = User.objects.filter(role=Role.AGENT, is_active=True, unit__in=list_visible_units(user))
    return agents.select_related("unit").order_by("username")


def _add(progress: Progress, state: str, result: str, tasks: int, cost_fen: int | None) -> None:
    progress.counts[result or state] += tasks
    progress.cost_fen += cost_fen or 0
