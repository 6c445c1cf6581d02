"""What may be asked of the page of health."""

from collections.abc import Mapping, Sequence

from liuke_desk.health.selectors import SORTS


def choose_horizon(asked: Mapping[str, str], horizons: Sequence[str]) -> str:
    """The horizon asked for, else the nearest; "" where there is none."""
    wanted = asked.get("horizon", "")
    return wanted if wanted in horizons else (horizons[0] if horizons else "")


def choose_sort(asked: Mapping[str, str]) -> str:
    """The order asked for, else the gravest finding first."""
    wanted = asked.get("sort", "")
    return wanted if wanted.removeprefix("-") in SORTS else "-finding"
