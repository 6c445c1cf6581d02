"""The whole matrix of moves: what is allowed is listed, the rest must be refused."""

from itertools import product

import pytest

from liuke_desk.campaigns.states import (
    CAMPAIGN_MOVES,
    MOVES,
    OPEN_STATES,
    OWNED_STATES,
    RESULTS,
    Actor,
    CampaignState,
    MoveRefused,
    State,
    check_campaign_move,
    check_move,
)

ALLOWED = """
    PREPARED   -> DISPATCHED by SUPERVISOR
    PREPARED   -> VOID       by SUPERVISOR, SYSTEM
    DISPATCHED -> DISPATCHED by SUPERVISOR
    DISPATCHED -> TAKEN      by AGENT
    DISPATCHED -> VOID       by SUPERVISOR, SYSTEM
    TAKEN      -> DISPATCHED by AGENT, SUPERVISOR
    TAKEN      -> CONTACTING by AGENT
    TAKEN      -> VOID       by SUPERVISOR, SYSTEM
    CONTACTING -> CONTACTING by AGENT
    CONTACTING -> DISPATCHED by SUPERVISOR
    CONTACTING -> KEPT       by AGENT
    CONTACTING -> LOST       by AGENT
    CONTACTING -> REFUSED    by AGENT
    CONTACTING -> VOID       by SUPERVISOR, SYSTEM
    KEPT       -> CLOSED     by SUPERVISOR, SYSTEM
    LOST       -> CLOSED     by SUPERVISOR, SYSTEM
    REFUSED    -> CLOSED     by SUPERVISOR, SYSTEM
    VOID       -> CLOSED     by SUPERVISOR, SYSTEM
"""

CAMPAIGN_ALLOWED = {"DRAFT READY", "DRAFT CLOSED", "READY RUNNING", "READY CLOSED", "RUNNING CLOSED"}


def allowed_moves():
    for line in ALLOWED.strip().splitlines():
        move, actors = line.split(" by ")
        start, end = (State(part.strip()) for part in move.split("->"))
        yield from ((start, end, Actor(actor.strip())) for actor in actors.split(","))


@pytest.mark.parametrize("start, end, actor", [*product(State, State, Actor)])
def test_every_pair_of_states_for_every_actor(start, end, actor):
    if (start, end, actor) in set(allowed_moves()):
        check_move(start, end, by=actor)
    else:
        with pytest.raises(MoveRefused):
            check_move(start, end, by=actor)


@pytest.mark.parametrize("start, end", [*product(CampaignState, CampaignState)])
def test_every_pair_of_states_of_a_campaign(start, end):
    if f"{start} {end}" in CAMPAIGN_ALLOWED:
        check_campaign_move(start, end)
    else:
        with pytest.raises(MoveRefused):
            check_campaign_move(start, end)


def test_only_closed_is_final():
    assert set(State) - {start for start, _ in MOVES} == {State.CLOSED}
    assert [state for state, onward in CAMPAIGN_MOVES.items() if not onward] == [CampaignState.CLOSED]


def test_every_state_can_be_reached_from_prepared():
    reached = {State.PREPARED}
    while more := {end for start, end in MOVES if start in reached} - reached:
        reached |= more

    assert reached == set(State)


def test_a_task_is_open_or_has_a_result_or_is_closed():
    assert {*OPEN_STATES, *RESULTS, State.CLOSED} == set(State)
    assert not set(OPEN_STATES) & set(RESULTS)
    assert set(OWNED_STATES) <= {*OPEN_STATES, *RESULTS}


def test_a_refusal_names_the_states_and_the_way_out():
    with pytest.raises(MoveRefused, match="TAKEN leads to CONTACTING or DISPATCHED or VOID"):
        check_move(State.TAKEN, State.KEPT, by=Actor.AGENT)
    with pytest.raises(MoveRefused, match="CLOSED leads to nothing: it is final"):
        check_move(State.CLOSED, State.TAKEN, by=Actor.AGENT)
    with pytest.raises(MoveRefused, match=r"Only SUPERVISOR may move .* and you act as AGENT"):
        check_move(State.PREPARED, State.DISPATCHED, by=Actor.AGENT)
