"""What it means to leave, and how it is predicted: churn.toml, read as one frozen value."""

from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from liuke.kernel.days import add_months
from liuke.kernel.toml import TomlFile, read_model

Kind = Literal["voluntary", "involuntary", "dormant", "diverted"]
Method = Literal["rolling", "cross_fit", "beta_geo"]

KINDS: tuple[Kind, ...] = ("voluntary", "involuntary", "dormant", "diverted")
_LONGEST_MONTH_DAYS = 31

Count = Annotated[int, Field(ge=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Closing(_Part):
    """A kind of leaving that an account's status tells."""

    statuses: Annotated[tuple[str, ...], Field(min_length=1)]


class Dormancy(_Part):
    """A kind of leaving that silence tells: no event of these kinds for so many days."""

    silent_days: Count
    events: Annotated[tuple[str, ...], Field(min_length=1)]


class ShareDrop(_Part):
    """Taken to a competitor without a word: an open account keeps little of what it had, after a sign.

    of: `use` (events of the kinds, by month) or `balances` (of the asset classes named in kinds, at the end
    of each month; no kinds are all). drop: the share by which a month falls short of the mean of the `months`
    before it. at_least: that mean, in times or yuan; below it nothing is said. signs: kinds of events that
    tell of a competitor, such as a question whether the number may be carried over or a transfer;
    counterparts: only those with one of these. numbers: a competitor's own, called by the customer. One sign
    in the `sign_months` that end with the month that fell is enough; without any sign nobody is diverted.
    """

    of: Literal["use", "balances"] = "use"
    kinds: tuple[str, ...] = ()
    drop: Annotated[float, Field(gt=0, le=1)] = 0.6
    months: Annotated[int, Field(ge=1, le=12)] = 3
    at_least: Annotated[float, Field(gt=0)] = 20
    signs: tuple[str, ...] = ()
    counterparts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    sign_months: Annotated[int, Field(ge=1, le=6)] = 2

    @model_validator(mode="after")
    def _can_be_told(self) -> "ShareDrop":
        if not self.signs and not self.numbers:
            raise ValueError("a fall alone tells of no competitor: name signs (kinds of events) or numbers")
        if self.of == "use" and not self.kinds:
            raise ValueError("kinds of events that count as use are missing, such as ['voice', 'data']")
        return self


class Diversion(Closing):
    """A closing to a competitor; and, where it is declared, what tells of one without a closing."""

    share_drop: ShareDrop | None = None


class Promotion(_Part):
    """When a challenger takes the champion's place. Both are judged on the same later outcomes.

    measure: the one that must be better beyond chance, at the longest horizon. tolerance: the share of the
    champion's measure by which a challenger may be worse and still counts as not worse.
    refresh_after_months: from this age of the champion on, not being worse is enough.
    """

    measure: Literal["log_loss", "auc", "pr_auc"] = "log_loss"
    tolerance: Annotated[float, Field(ge=0, lt=1)] = 0.02
    refresh_after_months: Count = 6


class Returning(_Part):
    """When a leaver who was recognised under a new customer number is no loss.

    within_days: the new account was opened in the days before [leaving + within_days). Re-entry looks no
    further than 120 days. minimum_probability: of the match; re-entry calls nothing below 0.5 a match.
    """

    correct: bool = False
    within_days: Annotated[int, Field(ge=1, le=120)] = 90
    minimum_probability: Annotated[float, Field(ge=0.5, le=1)] = 0.8


class Training(_Part):
    """How far back a model learns, how little it refuses to learn from, what it must obey.

    monotone: by feature, +1 where the chance of leaving must not fall as it grows, -1 where it must not rise.
    """

    as_of_dates: Count = 12  # monthly, the latest one month before the as-of day
    minimum_customers: Count = 500  # rows, summed over the as-of dates
    minimum_leavers: Count = 50
    maximum_customers: Count = 100_000  # more are drawn from; everybody is still told of
    maximum_rows: Count = 120_000  # of one lesson; where leavers are many, fewer stayers are kept for each
    stayers_per_leaver: Count = 10  # more teach little and cost time; weights restore the base rate
    folds: Annotated[int, Field(ge=2)] = 5  # of method cross_fit
    monotone: dict[str, Literal[-1, 1]] = {}
    promotion: Promotion = Promotion()


class Valuing(_Part):
    """What a customer is worth: margins ahead and the lifetime looked at.

    refunds: kinds of events that take money back from purchases; their amounts are negative.
    """

    months_ahead: Count = 12
    bills: Count = 3  # the last full bills whose mean stands for a month ahead
    clv_months: Annotated[int, Field(ge=12, le=36)] = 24
    discount_per_year: Annotated[float, Field(ge=0, lt=1)] = 0.1
    refunds: tuple[str, ...] = ("refund",)


class Listing(_Part):
    """Whose risk is explained: the greatest expected losses first."""

    explained: Annotated[int, Field(ge=0)] = 1000
    minimum_probability: Annotated[float, Field(ge=0, le=1)] = 0.0


class ChurnDefinition(_Part):
    """Kinds of leaving, label windows and method of one pack or workspace.

    horizons: months after the as-of day (and the gap) within which a leaving is predicted.
    gap_days: days after the as-of day left out, because nobody could act so soon.
    """

    version: Count = 1
    method: Method
    horizons: Annotated[tuple[int, ...], Field(min_length=1)] = (1, 2, 3)
    gap_days: Annotated[int, Field(ge=0)] = 0
    voluntary: Closing | None = None
    involuntary: Closing | None = None
    dormant: Dormancy | None = None
    diverted: Diversion | None = None
    reentry: Returning = Returning()
    training: Training = Training()
    value: Valuing = Valuing()
    listing: Listing = Listing()

    @field_validator("horizons")
    @classmethod
    def _consecutive_months(cls, horizons: tuple[int, ...]) -> tuple[int, ...]:
        if horizons != tuple(range(1, len(horizons) + 1)) or len(horizons) > 3:
            raise ValueError(f"horizons are [1], [1, 2] or [1, 2, 3] months, not {list(horizons)}")
        return horizons

    @model_validator(mode="after")
    def _kinds_fit(self) -> "ChurnDefinition":
        if not self.kinds:
            parts = ", ".join(f"[{kind}]" for kind in KINDS)
            raise ValueError(f"no kind of leaving is defined; add one or more of {parts}")
        for kind, other in combinations(self.kinds, 2):
            both = set(self.statuses_of(kind)) & set(self.statuses_of(other))
            if both:
                raise ValueError(f"status {min(both)!r} stands in [{kind}] and in [{other}]; keep one")
        return self

    @model_validator(mode="after")
    def _method_fits(self) -> "ChurnDefinition":
        if self.method == "cross_fit" and self.horizons != (1,):
            raise ValueError("method 'cross_fit' learns from one snapshot: horizons must be [1]")
        if self.method == "cross_fit" and self.dormant:
            raise ValueError("method 'cross_fit' has no time in which to fall silent: leave [dormant] out")
        if self.method == "cross_fit" and self.share_drop:
            raise ValueError("method 'cross_fit' has no months to compare: leave [diverted.share_drop] out")
        if self.method == "beta_geo":
            self._check_beta_geo()
        return self

    def _check_beta_geo(self) -> None:
        if self.kinds != ("dormant",):
            raise ValueError("method 'beta_geo' knows silence only: define [dormant] and no other kind")
        if self.reentry.correct:
            raise ValueError(
                "method 'beta_geo' learns from purchases, not leavings: leave reentry.correct out"
            )
        longest = self.gap_days + len(self.horizons) * _LONGEST_MONTH_DAYS
        if self.silent_days <= longest:
            raise ValueError(
                f"method 'beta_geo' needs dormant.silent_days above {longest}, the longest horizon with its "
                f"gap, so that silence is reached at most once; found {self.silent_days}"
            )

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of leaving that this definition declares."""
        return tuple(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def silent_days(self) -> int:
        """Days of silence that make a customer dormant; 0 when silence is no leaving here."""
        return self.dormant.silent_days if self.dormant else 0

    @property
    def share_drop(self) -> ShareDrop | None:
        """The fall of use or balances that counts as diverted; None when only closings do."""
        return self.diverted.share_drop if self.diverted else None

    def statuses_of(self, kind: Kind) -> tuple[str, ...]:
        """The account statuses that mean this kind of leaving."""
        part = getattr(self, kind)
        return part.statuses if isinstance(part, Closing) else ()

    def opens_on(self, as_of: date) -> date:
        """The first day of the label windows of an as-of day."""
        return as_of + timedelta(days=self.gap_days)

    def ends_on(self, as_of: date, months: int) -> date:
        """The day before which a leaving counts for a horizon: windows are [opens_on, ends_on)."""
        return add_months(self.opens_on(as_of), months)


def load_churn(path: Path) -> ChurnDefinition:
    """The definition in a churn.toml; all its mistakes are raised at once, with their lines."""
    return read_model(ChurnDefinition, TomlFile(path))
