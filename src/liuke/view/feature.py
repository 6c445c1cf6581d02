"""What every feature says of itself, and the features made of two others."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from liuke.ingest.canonical import Kind
from liuke.kernel.errors import suggestion
from liuke.kernel.words import Words
from liuke.view.causes import CAUSES
from liuke.view.measures import DERIVED
from liuke.view.units import UNITS

RESERVED = ("customer_id", "as_of")


class Feature(BaseModel):
    """What every feature says of itself.

    unit: a name from UNITS, or its words in both languages.
    cause: which of CAUSES it speaks of, for reasons.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
    label: Words
    unit: str | Words
    cause: str

    @property
    def unit_words(self) -> Words:
        return UNITS[self.unit] if isinstance(self.unit, str) else self.unit

    @property
    def kind(self) -> Kind:
        """Kind of the feature's column in the view."""
        raise NotImplementedError

    @field_validator("name")
    @classmethod
    def _name_is_free(cls, name: str) -> str:
        if name in RESERVED:
            raise ValueError(f"{name!r} is the view's own column; choose another name")
        return name

    @field_validator("unit")
    @classmethod
    def _unit_is_known(cls, unit: str | Words) -> str | Words:
        return unit if isinstance(unit, Words) else one_of(unit, UNITS, "unit")

    @field_validator("cause")
    @classmethod
    def _cause_is_known(cls, cause: str) -> str:
        return one_of(cause, CAUSES, "cause")


class DerivedFeature(Feature):
    """Two other features compared; unknown when either is, or when it would divide by zero."""

    measure: str
    of: str
    base: str

    @property
    def kind(self) -> Kind:
        return "number"

    @field_validator("measure")
    @classmethod
    def _measure_is_known(cls, measure: str) -> str:
        return one_of(measure, DERIVED, "measure")


def one_of(name: str, known: Mapping[str, Any], what: str) -> str:
    if name not in known:
        raise ValueError(f"there is no {what} {name!r}{suggestion(name, known)}; known: {', '.join(known)}")
    return name
