"""Entering a workspace: Django is set up for one of them, once in a process."""

import os
from pathlib import Path

from liuke_desk.bridge import workspace
from liuke_desk.bridge.refusals import DeskRefused

SETTINGS = "liuke_desk.config.settings"


def is_elsewhere(folder: Path) -> bool:
    """Whether this process already works in another workspace."""
    from django.apps import apps

    return apps.ready and workspace.current_workspace().root != folder.resolve()


def enter(folder: Path) -> None:
    """Make this process work in a workspace.

    Raises DeskRefused when it already works in another; ConfigRefused when liuke.toml has mistakes.
    """
    if is_elsewhere(folder):
        raise DeskRefused(
            f"This process already works in {workspace.current_workspace().root}; "
            f"open the workbench of {folder} in a process of its own."
        )
    os.environ[workspace.VARIABLE] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    workspace.current_workspace()

    import django

    django.setup()
