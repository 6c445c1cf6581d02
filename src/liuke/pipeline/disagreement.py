"""Where the schemes in force disagree about a customer, as of a cycle."""

from dataclasses import asdict
from datetime import date
from typing import Any

from liuke.kernel.errors import LiukeError
from liuke.pipeline.explaining import last_cycle
from liuke.pipeline.workspace import Workspace
from liuke.tier import find_disagreement


def compare_schemes(workspace: Workspace, *, as_of: date, top: int) -> dict[str, list[dict[str, Any]]]:
    """The customers on whom schemes disagree most, and how far each two schemes agree, in plain values.

    Raises LiukeError when fewer than two schemes are in force.
    """
    day = last_cycle(workspace, as_of=as_of)
    if len(workspace.config.tiers) < 2:
        raise LiukeError("Schemes disagree where there are two of them; name another under [[tiers]].")
    found = find_disagreement(workspace.table("tiers", as_of=day), top=top, engine=workspace.engine)
    return {
        "customers": found.customers.to_pylist(),
        "agreements": [asdict(each) for each in found.agreements],
    }
