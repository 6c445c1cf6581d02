"""Refusals that the library knows how to show: one sentence and an exit code."""

from liuke.kernel.errors import LiukeError


class DeskRefused(LiukeError):
    """The workbench cannot do what was asked; the message says what to do."""


__all__ = ["DeskRefused", "LiukeError"]
