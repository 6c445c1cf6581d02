"""How the library's commands speak, refuse and take their workspace; the workbench's do the same."""

from liuke.pipeline.cli.command import JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech

__all__ = ["JsonOption", "Speech", "WorkspaceOption", "add_command"]
