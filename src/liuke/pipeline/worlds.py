"""Simulated companies: made with a workspace, lived on month by month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from liuke.kernel.errors import LiukeError
from liuke.pipeline.ports import find_desk
from liuke.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from liuke.world.step import Action

FIRST_TODAY = date(2026, 11, 1)  # a convention: a simulated company has its own calendar


def make_company(
    *, pack: str, customers: int, months: int, seed: int, today: date = FIRST_TODAY
) -> Callable[[Path], None]:
    """A function that writes the simulated company, as it is on its own today, into a folder."""

    def write(folder: Path) -> None:
        from liuke.world import company

        company.new_company(folder, pack=pack, customers=customers, months=months, seed=seed, today=today)

    return write


@dataclass(frozen=True)
class StepResult:
    """The month that was lived and how many contacts its customers answered to."""

    lived_from: date
    today: date
    contacts: int


def live_month(workspace: Workspace) -> StepResult:
    """Let the simulated company live one more month and answer to what was done to its customers.

    Raises LiukeError when the workspace's company is not simulated.
    """
    from liuke.world import company, step

    folder = workspace.world_folder
    if folder is None:
        raise LiukeError(
            f"The company of {workspace.root} is not simulated, so it lives without us.\n"
            "Make a simulated one with 'liuke init telecom DIR --sample world'."
        )
    before = company.today(folder)
    actions = desk_actions(workspace, since=before)
    with workspace.warehouse.lock(doing="a month of the simulated company"):
        step.live_month(folder, actions)
    return StepResult(before, company.today(folder), len(actions))


def desk_actions(workspace: Workspace, *, since: date) -> list["Action"]:
    """What agents did to customers since a day, as the simulated company is told it."""
    from liuke.kernel.days import midnight
    from liuke.world import step

    desk = find_desk()
    if desk is None:
        return []
    facts = dict(desk.export_facts(workspace))
    if "contacts" not in facts:
        return []
    return [
        step.Action(row["customer_id"], row["policy"], row["happened_at"], row["outcome"])
        for row in facts["contacts"].to_pylist()
        if row["policy"] and row["happened_at"] >= midnight(since)
    ]
