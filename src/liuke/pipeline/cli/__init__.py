"""The `liuke` command. Heavy modules are imported inside commands, so that help is quick."""

from liuke.pipeline.cli.main import main

__all__ = ["main"]
