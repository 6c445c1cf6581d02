"""Whether there is an early-warning list to show."""

from datetime import date

from liuke.kernel.errors import LiukeError
from liuke.pipeline.workspace import Workspace


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
