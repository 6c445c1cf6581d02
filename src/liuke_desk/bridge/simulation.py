"""A simulated company, for demos and journeys: made, cycled, lived on, and asked what customers answer."""

from datetime import date, datetime
from pathlib import Path

from liuke.pipeline.cycle import run_cycle
from liuke.pipeline.initialise import WORLD, initialise
from liuke.pipeline.worlds import live_month as live_one_month
from liuke.pipeline.worlds import make_company
from liuke_desk.bridge import clock
from liuke_desk.bridge.workspace import current_workspace


def make_workspace(
    folder: Path, *, language: str, customers: int, months: int, seed: int, today: date
) -> None:
    """A telecom workspace whose company is simulated and has lived for some months before today."""
    company = make_company(pack="telecom", customers=customers, months=months, seed=seed, today=today)
    initialise(
        "telecom",
        folder,
        sample=WORLD,
        language="en" if language == "en" else "zh",
        seed=seed,
        make_world=company,
    )


def cycle() -> None:
    """Run the whole cycle as of the company's own day, publishing included."""
    run_cycle(current_workspace(), as_of=clock.today())


def live_month() -> date:
    """Let the company live one more month and answer to what was done; returns its new day."""
    return live_one_month(current_workspace()).today


def answer_of(customer_id: str, policy: str, *, at: datetime) -> tuple[str, str | None]:
    """What the customer says when called with an offer: the outcome, and the coded feedback if reached."""
    from liuke.world.responses import respond

    folder = current_workspace().world_folder
    if folder is None:
        raise ValueError("Only the customers of a simulated company answer by themselves")
    response = respond(folder, customer_id, policy, at)
    return response.outcome, response.feedback
