"""How many customers of each scheme were moved one way and back, as held and by the numbers alone."""

from datetime import date
from typing import Any

from liuke.pipeline.explaining import last_cycle
from liuke.pipeline.schemes import open_book, scheme_in_force
from liuke.pipeline.workspace import Workspace
from liuke.tier.flapping import Flapping, measure_flapping

AS_HELD, BY_NUMBERS = "tier", "judged_tier"


def report_flapping(workspace: Workspace, *, as_of: date, window_days: int) -> dict[str, dict[str, Flapping]]:
    """Scheme -> the rate over the last days, of tiers as held and as the numbers alone would have them."""
    day = last_cycle(workspace, as_of=as_of)
    book = open_book(workspace)
    rows: Any = workspace.table("tiers")
    found = {}
    for use in workspace.config.tiers:
        scheme = scheme_in_force(workspace, use, book, as_of=day)
        ranks = {level.name: level.rank for level in scheme.levels}
        history = rows.filter(rows.scheme == scheme.name)
        found[scheme.name] = {
            column: measure_flapping(
                history,
                until=day,
                window_days=window_days,
                column=column,
                ranks=ranks,
                engine=workspace.engine,
            )
            for column in (AS_HELD, BY_NUMBERS)
        }
    return found
