"""What a tier is entitled to, and what that is expected to cost in a year."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from liuke.kernel.errors import ConfigRefused, Mistake, suggestion
from liuke.kernel.toml import TomlFile, read_model
from liuke.kernel.words import Words
from liuke.tier.scheme import Scheme

Quota = Annotated[int, Field(ge=1)] | Literal["unlimited"]


class Entitlement(BaseModel):
    """One service: which tiers have it, how often at most, and what it costs.

    uses_a_year: tier -> how often a customer is expected to use it in a year; tiers not named do not have it.
    quota: tier -> how often at most in each period; tiers with the service but not named have no limit.
    unit_cost_fen: of one use. cost_source says whether that and the uses were measured or assumed.
    is_account_manager: whether it means a person of one's own, who can only look after so many.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    words: Words
    unit_cost_fen: int = Field(ge=0)
    cost_source: Literal["assumed", "measured"]
    uses_a_year: Mapping[str, Annotated[float, Field(ge=0)]]
    quota: Mapping[str, Quota] = {}
    period: Literal["month", "year"] = "year"
    is_account_manager: bool = False


class EntitlementTable(BaseModel):
    """The entitlements of one scheme's tiers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str
    entitlements: tuple[Entitlement, ...]

    def cost_fen(self, tier: str) -> float:
        """The expected cost of one customer of the tier in a year, in fen."""
        return sum(each.unit_cost_fen * each.uses_a_year.get(tier, 0) for each in self.entitlements)

    @property
    def managed_tiers(self) -> frozenset[str]:
        """The tiers whose customers have an account manager of their own."""
        return frozenset(
            tier for each in self.entitlements if each.is_account_manager for tier in each.uses_a_year
        )


def read_entitlements(path: Path) -> EntitlementTable:
    """The table of one file; all its mistakes are raised at once."""
    return read_model(EntitlementTable, TomlFile(path))


def find_entitlements(folder: Path, scheme: Scheme) -> EntitlementTable | None:
    """The table of a folder that belongs to a scheme; None where no file is about it.

    Raises ConfigRefused with the line of every tier that the scheme does not have.
    """
    for path in sorted(folder.glob("*.toml")):
        table = read_entitlements(path)
        if table.scheme == scheme.name:
            if mistakes := _unknown_tiers(path, table, scheme):
                raise ConfigRefused(mistakes)
            return table
    return None


def _unknown_tiers(path: Path, table: EntitlementTable, scheme: Scheme) -> list[Mistake]:
    file = TomlFile(path)
    known = [level.name for level in scheme.levels]
    return [
        file.mistake(
            ("entitlements", place, part),
            f"{scheme.label} has no tier {tier!r}{suggestion(tier, known)}; it has {', '.join(known)}",
        )
        for place, each in enumerate(table.entitlements)
        for part, tiers in (("uses_a_year", each.uses_a_year), ("quota", each.quota))
        for tier in tiers
        if tier not in known
    ]
