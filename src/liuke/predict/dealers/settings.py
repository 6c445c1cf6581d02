"""How dealers are judged: the days looked at, the matched customers needed, the error allowed."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]


class DealerSettings(BaseModel):
    """Windows in days of account age, counted from its opening.

    window_days: after the assessment day, in which leaving is suspect: [assessment, assessment + window).
    tail_days: after the window, in which the last of them go; compared with nothing. longest_days: ages
    beyond it are not looked at. least_reached: customers of a dealer who reached their assessment day;
    with fewer a dealer is not judged. least_controls: matched customers of others at that age; with fewer
    the match is made coarser. dependence: `positive` for Benjamini and Hochberg, `any` for Benjamini and
    Yekutieli.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    months_back: Count = 24
    window_days: Count = 60
    tail_days: Annotated[int, Field(ge=0)] = 90
    longest_days: Count = 365
    least_reached: Count = 8
    least_controls: Count = 30
    false_discovery: Annotated[float, Field(gt=0, lt=1)] = 0.05
    dependence: Literal["positive", "any"] = "positive"


DEFAULTS = DealerSettings()
