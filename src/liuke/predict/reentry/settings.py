"""What counts as coming back: how soon, and how strong the evidence must be."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]


class ReentrySettings(BaseModel):
    """Windows and limits of matching newcomers to leavers.

    A newcomer may be a leaver when the account was opened in [gone - before_days, gone + after_days) of
    the leaver's last use.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    months_back: Count = 24  # leavers of so many months before the as-of day
    before_days: Annotated[int, Field(ge=0)] = 45  # the new number may be bought while the old one is used
    after_days: Count = 120
    common_above: Count = 60  # a number or mark that more customers have proves nothing
    at_least: Annotated[float, Field(gt=0, lt=1)] = 0.5  # probability from which a pair is called a match
    offer_days: Count = 180  # offers taken so long before leaving were meant to keep the customer
    pairs_at_once: Count = 4_000_000  # memory: pairs that share something, held at one time


DEFAULTS = ReentrySettings()
