"""Retention policies: an offer with its cost, its terms and what the agent says. Values in TOML files."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liuke.kernel.errors import ConfigRefused, Mistake, suggestion
from liuke.kernel.toml import TomlFile, read_model
from liuke.kernel.words import Words
from liuke.plan.candidates import LeaveKind

Category = Literal["price", "gift", "contract", "service", "arrears"]

CATEGORY_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "price": Words(zh="价格优惠", en="price"),
        "gift": Words(zh="赠送", en="gift"),
        "contract": Words(zh="合约", en="contract"),
        "service": Words(zh="服务关怀", en="service"),
        "arrears": Words(zh="欠费协商", en="arrears"),
    }
)


class Terms(BaseModel):
    """The part of a policy that decides who may have it; what is absent does not restrict."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tiers: frozenset[str] | None = None
    plans: frozenset[str] | None = None
    min_p_leave: float = Field(default=0.0, ge=0, le=1)  # of leaving in a way the policy aims at
    min_value_fen: int | None = None
    rest_days: int = Field(default=0, ge=0)  # quiet days owed to a customer after any contact


class Policy(BaseModel):
    """One version of an offer. To change it is to write the next version.

    save_rate: share of those who would leave in the ways aimed at that the offer keeps.
    excludes: policies that one customer may not have beside it.
    cool_down_days: days that must pass after an offer of it, or of a policy it excludes, before it
        is offered (again).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: int = Field(ge=1)
    words: Words
    category: Category
    contact_cost_fen: int = Field(ge=0)
    offer_cost_fen: int = Field(ge=0)
    save_rate: float = Field(gt=0, le=1)
    save_rate_source: Literal["assumed", "measured"]
    aims_at: frozenset[LeaveKind] = Field(min_length=1)
    terms: Terms = Terms()
    excludes: frozenset[str] = frozenset()
    cool_down_days: int = Field(default=0, ge=0)
    valid_from: date | None = None
    valid_until: date | None = None
    stock: int | None = Field(default=None, ge=0)
    script: Words

    @model_validator(mode="after")
    def _check_validity(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from >= self.valid_until:
            raise ValueError(
                f"valid_until {self.valid_until} must lie after valid_from {self.valid_from}; "
                "it is the first day on which the policy is no longer offered"
            )
        if self.name in self.excludes:
            raise ValueError("a policy cannot exclude itself; use cool_down_days")
        return self

    @property
    def cost_fen(self) -> int:
        """What one contact may cost: as if every customer contacted took the offer."""
        return self.contact_cost_fen + self.offer_cost_fen


def load_policies(folder: Path) -> tuple[Policy, ...]:
    """All policies of a folder, by name; every mistake in every file is raised at once.

    Exclusion is mutual: when one policy excludes another, the other is given the exclusion too.
    """
    read: list[tuple[TomlFile, Policy]] = []
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            file = TomlFile(path)
            read.append((file, read_model(Policy, file)))
        except ConfigRefused as refused:
            mistakes.extend(refused.mistakes)
    mistakes.extend(_between(read, whole=not mistakes))
    if mistakes:
        raise ConfigRefused(mistakes)
    return exclude_mutually(policy for _, policy in read)


def exclude_mutually(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The policies by name, each excluding also those that exclude it."""
    ordered = sorted(policies, key=lambda policy: policy.name)
    return tuple(
        policy.model_copy(
            update={"excludes": policy.excludes | {p.name for p in ordered if policy.name in p.excludes}}
        )
        for policy in ordered
    )


def _between(read: list[tuple[TomlFile, Policy]], *, whole: bool) -> Iterable[Mistake]:
    """Mistakes that only show when the files are seen together.

    An unknown name in `excludes` is told only when every file could be read: it may stand in one
    of the others.
    """
    first: dict[str, TomlFile] = {}
    for file, policy in read:
        other = first.setdefault(policy.name, file)
        if other is not file:
            yield file.mistake(("name",), f"the policy {policy.name!r} stands already in {other.path}")
    for file, policy in read if whole else ():
        for name in sorted(policy.excludes - first.keys()):
            yield file.mistake(
                ("excludes",), f"no policy in this folder is called {name!r}{suggestion(name, first)}"
            )
