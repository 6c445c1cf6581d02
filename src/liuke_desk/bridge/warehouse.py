"""The workspace as it is at this moment, for questions that a request asks of its warehouse."""

from collections.abc import Iterator
from contextlib import contextmanager

from liuke.pipeline.workspace import Workspace, open_workspace
from liuke_desk.bridge import workspace


@contextmanager
def open_anew() -> Iterator[Workspace]:
    """The current workspace opened again: what cycles wrote since is seen, and the engine is nobody else's.

    The one kept by the process knows the warehouse as it was when first read, and its engine is not to be
    asked by two requests at once.
    """
    opened = open_workspace(workspace.current_workspace().root)
    try:
        yield opened
    finally:
        if "engine" in vars(opened):  # made when first asked for
            opened.engine.close()
