"""reports.toml: how far back reports look, and the bands they speak of, read as one frozen value."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from liuke.kernel.toml import TomlFile, read_model
from liuke.kernel.words import Words

UNKNOWN = ""  # the member of those of whom the dimension is not known


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TenureBand(_Part):
    """Customers who have been with the company for so many whole months or more."""

    name: Annotated[str, Field(min_length=1)]
    from_months: Annotated[int, Field(ge=0)]
    words: Words


class ValueBand(_Part):
    """Customers whose monthly margin was so much or more."""

    name: Annotated[str, Field(min_length=1)]
    from_yuan: Annotated[int, Field(ge=0)]
    words: Words


class ReportTerms(_Part):
    """Months looked back, and the bands of tenure and value, lowest first.

    value_months: billed months behind a month whose mean is the customer's value in it.
    """

    version: Annotated[int, Field(ge=1)] = 1
    months: Annotated[int, Field(ge=1, le=60)] = 25
    value_months: Annotated[int, Field(ge=1, le=12)] = 3
    tenure: Annotated[tuple[TenureBand, ...], Field(min_length=1)]
    value: Annotated[tuple[ValueBand, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _bands_rise(self) -> "ReportTerms":
        _check_bands("tenure", [(band.name, band.from_months) for band in self.tenure])
        _check_bands("value", [(band.name, band.from_yuan) for band in self.value])
        return self


def load_terms(path: Path) -> ReportTerms:
    """The terms in a reports.toml; all its mistakes are raised at once, with their lines."""
    return read_model(ReportTerms, TomlFile(path))


def _check_bands(dimension: str, bands: list[tuple[str, int]]) -> None:
    edges = [edge for _, edge in bands]
    if edges[0] != 0 or edges != sorted(set(edges)):
        raise ValueError(f"{dimension} bands begin at 0 and rise, each edge once; found {edges}")
    names = [name for name, _ in bands]
    if len(set(names)) < len(names):
        raise ValueError(f"{dimension} bands have names of their own; found {names}")
