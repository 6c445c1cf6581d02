"""Which of the warned customers a campaign looks at: the analyst's choices, as a value."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is empty does not restrict. Units include all below them; `top` counts by expected loss; a
    customer of any of the groups is in.
    """

    units: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    leave_kinds: tuple[str, ...] = ()
    min_p_leave: float = 0.0
    min_value_fen: int = 0
    top: int | None = None
    groups: tuple[int, ...] = ()

    def as_stored(self) -> dict[str, Any]:
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a campaign may offer and spend, and how many chosen customers are left alone."""

    policies: tuple[str, ...]
    budget_fen: int
    max_contacts: int | None = None
    hold_out_share: float = 0.1

    def as_stored(self) -> dict[str, Any]:
        return asdict(self) | {"policies": list(self.policies)}
