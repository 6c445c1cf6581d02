"""The workspace this process serves; the environment variable LIUKE_WORKSPACE names its folder."""

import os
from functools import lru_cache
from pathlib import Path

import liuke
from liuke.pipeline.workspace import Workspace, open_workspace

VARIABLE = "LIUKE_WORKSPACE"


def current_workspace() -> Workspace:
    """The workspace named by the environment, else the one in the current folder."""
    return _open(os.environ.get(VARIABLE) or ".")


@lru_cache(maxsize=1)
def _open(folder: str) -> Workspace:
    return open_workspace(Path(folder))


def var_folder() -> Path:
    """Where everything generated lies; made when it is not there."""
    folder = current_workspace().var
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def database_address() -> str:
    """'sqlite' or a postgresql:// address, secrets revealed."""
    return current_workspace().database


def language_code() -> str:
    """The company's own language, as Django names it."""
    return {"zh": "zh-hans", "en": "en"}[current_workspace().config.language]


def list_settings() -> dict[str, float | int]:
    """How long early-warning lists are, and what counts as a change: `[warnings]` of liuke.toml."""
    return current_workspace().config.warnings.model_dump()


def currency() -> str:
    return current_workspace().config.currency


def is_simulated() -> bool:
    return current_workspace().is_simulated


def version() -> str:
    return liuke.__version__
