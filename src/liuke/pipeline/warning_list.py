"""Whether there is an early-warning list to show, and making the one that waits to be made."""

from collections.abc import Callable
from datetime import date

from liuke.kernel.errors import LiukeError
from liuke.pipeline.workspace import Workspace


def predict_what_waits(workspace: Workspace, *, as_of: date, progress: Callable[[str], None]) -> None:
    """Take the predict step of a day whose view stands while nothing was predicted from it yet."""
    from liuke.pipeline.cycle import run_cycle

    if as_of in workspace.as_of_days("cards") and f"warn/{as_of}" not in workspace.warehouse.manifest.notes:
        run_cycle(workspace, as_of=as_of, only="predict", progress=progress)


def refuse_empty_list(workspace: Workspace, *, as_of: date) -> None:
    """Raise LiukeError, with the reason and the way out, when nobody on the day's list has a probability."""
    from liuke.predict.unlearned import say_way_out

    rows = workspace.table("warnings", as_of=as_of)
    counted = rows.aggregate(listed=rows.count(), known=rows.p_1m.count(), why=rows.why_empty.max())
    (found,) = workspace.engine.to_arrow(counted).to_pylist()
    if not found["listed"]:
        raise LiukeError(
            f"Nobody is at risk as of {as_of}: no customer is known by then who has not left. Load customers,"
            " accounts and statuses with 'liuke ingest', or choose another --as-of."
        )
    if not found["known"]:
        said = say_way_out(found["why"]).say(workspace.config.language)
        raise LiukeError(f"{as_of}: {said}")
