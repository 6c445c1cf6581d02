"""What a person decides of a campaign before it is planned."""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liuke.kernel.errors import ConfigRefused, LiukeError, suggestion
from liuke.kernel.toml import TomlFile, read_model
from liuke.kernel.words import Words
from liuke.plan.policies import Policy


class UnknownPolicy(LiukeError):
    """A campaign names a policy that is not there."""


class CampaignTerms(BaseModel):
    """A campaign's own limits: whom it looks at, what it may spend, whom it leaves alone.

    hold_out_share: share of the chosen that is left alone at random.
    min_p_leave: customers less likely to leave are not looked at.
    top: of those, only so many with the largest expected loss (probability x value at stake).
    units: exact unit ids, without what lies below them; absent: every unit.
    max_contacts: customers chosen at most, held-out included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[\w-]+$")
    words: Words
    policies: tuple[str, ...] = Field(min_length=1)
    budget_fen: int = Field(ge=0)
    max_contacts: int | None = Field(default=None, ge=0)
    hold_out_share: float = Field(default=0.1, ge=0, lt=1)
    min_p_leave: float = Field(default=0.0, ge=0, le=1)
    top: int | None = Field(default=None, ge=1)
    units: frozenset[str] | None = None

    @model_validator(mode="after")
    def _check_policies(self) -> Self:
        twice = sorted({name for name in self.policies if self.policies.count(name) > 1})
        if twice:
            raise ValueError(f"policies names {', '.join(twice)} more than once")
        return self


def load_campaign(path: Path, policies: Iterable[Policy] | None = None) -> CampaignTerms:
    """A campaign from its file; given the policies that exist, an unknown one is refused with its line."""
    file = TomlFile(path)
    terms = read_model(CampaignTerms, file)
    if policies is not None:
        valid = sorted(policy.name for policy in policies)
        unknown = [name for name in terms.policies if name not in valid]
        if unknown:
            raise ConfigRefused(
                file.mistake(("policies",), f"no policy is called {name!r}{suggestion(name, valid)}")
                for name in unknown
            )
    return terms


def policies_of(terms: CampaignTerms, policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The campaign's policies in its own order."""
    by_name = {policy.name: policy for policy in policies}
    for name in terms.policies:
        if name not in by_name:
            raise UnknownPolicy(
                f"campaign {terms.name} offers the policy {name!r}, which does not exist"
                f"{suggestion(name, by_name)}. Write policies/{name}.toml or take it out of the campaign."
            )
    return tuple(by_name[name] for name in terms.policies)
