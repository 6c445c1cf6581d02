"""The only reader of the clock: which day a command stands on when nobody says."""

from datetime import date, datetime

from liuke.kernel.errors import LiukeError
from liuke.pipeline.workspace import Workspace


def now() -> datetime:
    """The instant, in the zone of this machine, as canonical tables write it."""
    return datetime.now()


def resolve_as_of(workspace: Workspace, given: str | None) -> date:
    """The as-of day: the one given, else liuke.toml's, else the simulated company's today, else today."""
    if given is not None:
        return read_day(given)
    if workspace.config.as_of is not None:
        return workspace.config.as_of
    return company_today(workspace)


def read_day(text: str, *, option: str = "--as-of") -> date:
    """The day that an option names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LiukeError(f"{option} {text!r} is not a day; write it as YYYY-MM-DD.") from None


def company_today(workspace: Workspace) -> date:
    """Today in the company: a simulated one keeps its own calendar."""
    if workspace.world_folder is not None:
        from liuke.world import company

        return company.today(workspace.world_folder)
    return now().date()


def company_now(workspace: Workspace) -> datetime:
    """This instant in the company: its own day, the real time of day."""
    return datetime.combine(company_today(workspace), now().time())
