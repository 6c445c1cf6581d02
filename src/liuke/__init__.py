"""Liuke 留客: customer tiers, early warning, retention and care, with effects that are proved.

>>> import liuke
>>> workspace = liuke.open("company")  # doctest: +SKIP
>>> workspace.table("tiers")  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liuke.pipeline.workspace import Workspace
    from liuke.pipeline.workspace import open_workspace as open

__all__ = ["Workspace", "open"]
__version__ = "0.1.0"

_LATER = {"open": "open_workspace", "Workspace": "Workspace"}


def __getattr__(name: str) -> Any:
    # Imported when first used, so that `liuke --help` stays fast.
    if name not in _LATER:
        raise AttributeError(f"module 'liuke' has no attribute {name!r}")
    from liuke.pipeline import workspace

    return getattr(workspace, _LATER[name])
