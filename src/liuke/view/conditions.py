"""Conditions on a column, as a declaration's `where` writes them."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from liuke.ingest.canonical import Kind
from liuke.kernel.errors import suggestion

Scalar = bool | int | float | date | str

_FITS: dict[Kind, tuple[type, ...]] = {
    "text": (str,),
    "flag": (bool,),
    "whole": (int,),
    "fen": (int,),
    "number": (int, float),
    "day": (date,),
    "instant": (date,),
}


class Condition(BaseModel):
    """What a column's value must be: one of some, none of some, or between bounds.

    In TOML `plan = "basic"` and `plan = ["basic", "plus"]` are short for `is_in`. A missing value
    meets `not_in` and no other condition.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_in: tuple[Scalar, ...] | None = None
    not_in: tuple[Scalar, ...] | None = None
    at_least: Scalar | None = None
    above: Scalar | None = None
    at_most: Scalar | None = None
    below: Scalar | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_short(cls, given: Any) -> Any:
        if isinstance(given, dict | Condition):
            return given
        return {"is_in": tuple(given) if isinstance(given, list | tuple) else (given,)}

    def values(self) -> tuple[Scalar, ...]:
        """Every value it names."""
        bounds = (self.at_least, self.above, self.at_most, self.below)
        return (*(self.is_in or ()), *(self.not_in or ()), *(value for value in bounds if value is not None))

    def complaints(self, kind: Kind, choices: tuple[str, ...]) -> list[str]:
        """What is wrong with it for a column of a kind; nothing when it can be applied."""
        if not self.values():
            return ["names no value"]
        found = []
        for value in self.values():
            if not isinstance(value, _FITS[kind]) or (isinstance(value, bool) and kind != "flag"):
                found.append(f"{value!r} is not a value of kind {kind!r}")
            elif choices and value not in choices:
                found.append(f"{value!r} is none of {', '.join(choices)}{suggestion(str(value), choices)}")
        return found

    def __str__(self) -> str:
        signs = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
        parts = [
            f"{sign} {getattr(self, name)}" for name, sign in signs.items() if getattr(self, name) is not None
        ]
        if self.is_in is not None:
            parts.append("= " + " | ".join(map(str, self.is_in)))
        if self.not_in is not None:
            parts.append("≠ " + " | ".join(map(str, self.not_in)))
        return ", ".join(parts)
