"""A task goes to the account manager, else to the least loaded agent near the customer, else to the queue."""

import pytest

from liuke_desk.campaigns.routing import Desk, Route, route_task


def desk(agent_id, username, unit_path, open_tasks=0, staff_id=""):
    return Desk(
        agent_id=agent_id,
        username=username,
        staff_id=staff_id or f"S-{username}",
        unit_path=unit_path,
        open_tasks=open_tasks,
    )


LI = desk(1, "li", "/R1/C1/B1/", open_tasks=3)
WANG = desk(2, "wang", "/R1/C1/B1/", open_tasks=2)
CHEN = desk(3, "chen", "/R1/C1/", open_tasks=0)
ZHAO = desk(4, "zhao", "/R1/C2/B9/", open_tasks=0)
ALL = (LI, WANG, CHEN, ZHAO)


@pytest.mark.parametrize(
    "unit_path, manager_id, expected, route",
    [
        ("/R1/C1/B1/", "S-li", 1, Route.MANAGER),  # the manager, although the most loaded
        ("/R1/C1/B1/", "S-zhao", 4, Route.MANAGER),  # also from another branch of the same scope
        ("/R1/C1/B1/", "S-gone", 2, Route.LOAD),  # manager not on the staff: fewest open tasks
        ("/R1/C1/B1/", None, 2, Route.LOAD),
        ("/R1/C1/B2/", None, 3, Route.LOAD),  # no agent in the branch: the county above it
        ("/R1/C2/", None, 4, Route.LOAD),  # none there nor above: the branch below
        ("/R2/C5/B5/", None, None, Route.QUEUE),
        ("/R1/C1/B11/", None, 3, Route.LOAD),  # B11 is not below B1
    ],
)
def test_who_gets_a_task(unit_path, manager_id, expected, route):
    routed = route_task(unit_path=unit_path, manager_id=manager_id, desks=ALL)

    assert (routed.agent_id, routed.route) == (expected, route)


def test_equal_loads_go_to_the_first_name_whatever_the_order():
    ann, bob = desk(7, "ann", "/R1/"), desk(5, "bob", "/R1/")

    for order in ((ann, bob), (bob, ann)):
        assert route_task(unit_path="/R1/", manager_id=None, desks=order).agent_id == 7


def test_a_missing_manager_is_not_matched_with_a_missing_staff_number():
    nobody = Desk(agent_id=9, username="nobody", staff_id="", unit_path="/R1/", open_tasks=0)

    assert route_task(unit_path="/R1/", manager_id="", desks=[nobody]).route is Route.LOAD
