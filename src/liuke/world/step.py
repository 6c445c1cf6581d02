"""Let a simulated company live one more month and answer to what was done to its customers."""

from collections.abc import Sequence
from pathlib import Path

from liuke.world.actions import Action, contacts_of
from liuke.world.history import live_on
from liuke.world.months import Month
from liuke.world.potential_outcomes import write_truth
from liuke.world.sources import write_month
from liuke.world.storage import (
    hold_company,
    read_company,
    read_state,
    settle_stages,
    stage_of,
    sync,
    write_company,
    write_state,
)

__all__ = ["Action", "live_month"]


def live_month(folder: Path, actions: Sequence[Action]) -> None:
    """Live [today, today + 1 month): new source files, new truth, and today is a month later.

    actions: contacts made in that month; those that reached their customer have an effect for this
    month and the two after it. The same actions, in any order, make the same bytes. A step cut
    short before company.json was replaced leaves the old month as it was.
    Raises LiukeError for a wrong action, Busy while somebody else lives the month.
    """
    with hold_company(folder):
        settle_stages(folder)
        settings, today = read_company(folder)
        month = Month(today)
        state = read_state(folder, month)
        contacts = contacts_of(actions, month, customers=len(state.pop))
        lived_month = live_on(state, settings, contacts)
        stage = stage_of(folder, month)
        write_month(stage / "sources", lived_month.tables, month, is_first=False)
        write_truth(stage / "truth", lived_month.here, lived_month.lived, lived_month.joined)
        write_state(stage, state)
        for path in stage.rglob("*"):
            sync(path)
        write_company(folder, settings, month.next.first_on)
        settle_stages(folder)
