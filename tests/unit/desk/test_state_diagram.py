"""The reference page is drawn from the tables of moves and is current."""

from liuke_desk.campaigns.diagram import PAGE, draw_states
from liuke_desk.campaigns.states import MOVES


def test_the_committed_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == draw_states(), (
        "draw it anew with: python -m liuke_desk.campaigns.diagram"
    )


def test_every_move_is_drawn():
    drawn = draw_states()

    assert all(f"    {start} --> {end}" in drawn for start, end in MOVES)
