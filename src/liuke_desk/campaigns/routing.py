"""Who gets a dispatched task. Pure: agents and units in, one agent (or the queue) out.

1. The customer's account manager, when they work in the unit that dispatches.
2. Otherwise the agent with the fewest open tasks among those nearest to the customer: agents of
   the customer's own unit; where it has none, of the nearest unit above it; where there is none
   either, of the units below it. Equal loads go to the first name in the alphabet.
3. Otherwise nobody: the task waits in the unit's queue for any agent who may see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Route(StrEnum):
    MANAGER = "manager"  # the customer's account manager; nobody else is offered the task
    LOAD = "load"  # by load; a colleague with nothing left may help out
    QUEUE = "queue"  # the unit's queue
    NAMED = "named"  # a supervisor named the agent; nobody else is offered the task


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One agent's place: the path of their unit (`/R1/C2/`) and the tasks they have open."""

    agent_id: int
    username: str
    staff_id: str
    unit_path: str
    open_tasks: int


@dataclass(frozen=True)
class Routed:
    agent_id: int | None
    route: Route


def route_task(*, unit_path: str, manager_id: str | None, desks: Iterable[Desk]) -> Routed:
    """The agent to whom a customer's task goes, and by which of the three rules."""
    staffed = list(desks)
    managers = [desk for desk in staffed if manager_id and desk.staff_id == manager_id]
    if managers:
        return Routed(managers[0].agent_id, Route.MANAGER)
    near = _nearest(unit_path, staffed)
    if not near:
        return Routed(None, Route.QUEUE)
    chosen = min(near, key=lambda desk: (desk.open_tasks, desk.username))
    return Routed(chosen.agent_id, Route.LOAD)


def _nearest(unit_path: str, desks: list[Desk]) -> list[Desk]:
    """Agents of the unit itself, or of the nearest unit above, or of all units below."""
    above = [desk for desk in desks if unit_path.startswith(desk.unit_path)]
    if above:
        longest = max(len(desk.unit_path) for desk in above)
        return [desk for desk in above if len(desk.unit_path) == longest]
    return [desk for desk in desks if desk.unit_path.startswith(unit_path)]
