"""What one load did, row by row of its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class LoadReport:
    """read = accepted + quarantined + skipped, always.

    skipped: rows that stand already, in the tables or in quarantine, and rows that the mapping
        lets feed nothing.
    reasons: refused values by reason code; one row may be refused for several.
    """

    source: str
    read: int
    accepted: int
    quarantined: int
    skipped: int
    reasons: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.read != self.accepted + self.quarantined + self.skipped:
            raise AssertionError(f"rows of {self.source} do not add up: {self}")
