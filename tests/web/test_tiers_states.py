"""The whole matrix of moves of an override: what is allowed is listed, the rest must be refused."""

from itertools import product

import pytest

from liuke_desk.tiers.states import MOVES, Actor, MoveRefused, State, check_move

ALLOWED = """
    REQUESTED -> APPROVED   by APPROVER
    REQUESTED -> REJECTED   by APPROVER
    REQUESTED -> WITHDRAWN  by REQUESTER
    APPROVED  -> WITHDRAWN  by REQUESTER, APPROVER
"""


def allowed_moves():
    for line in ALLOWED.strip().splitlines():
        move, actors = line.split(" by ")
        start, end = (State(part.strip()) for part in move.split("->"))
        yield from ((start, end, Actor(actor.strip())) for actor in actors.split(","))


@pytest.mark.parametrize("start, end, actor", [*product(State, State, (*Actor, None))])
def test_every_pair_of_states_for_every_actor(start, end, actor):
    if (start, end, actor) in set(allowed_moves()):
        check_move(start, end, by=actor)
    else:
        with pytest.raises(MoveRefused):
            check_move(start, end, by=actor)


def test_only_what_was_decided_against_or_taken_back_is_final():
    assert set(State) - {start for start, _ in MOVES} == {State.REJECTED, State.WITHDRAWN}
