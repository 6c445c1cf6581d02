"""Figures in a reason: where each comes from and how it is written for people."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from liuke.kernel.money import yuan_text
from liuke.kernel.words import Language, Words
from liuke.view.conditions import Condition
from liuke.view.feature import Feature

Show = Literal["yuan", "percent", "count", "number", "text", "date"]
Figures = Mapping[str, Any]

_WHOLE_YUAN_FROM_FEN = 100_00  # below a hundred yuan the fen are worth saying
_YES_NO = {True: Words(zh="是", en="yes"), False: Words(zh="否", en="no")}
_CURRENCIES = {
    "CNY": Words(zh="元", en="yuan"),
    "USD": Words(zh="美元", en="US dollars"),
    "EUR": Words(zh="欧元", en="euros"),
    "HKD": Words(zh="港元", en="Hong Kong dollars"),
}


class Figure(BaseModel):
    """One figure: a column of the view, or two other figures compared.

    feature: the column; divide: what its value is divided by (3 makes a quarter's sum a month's mean,
    -1 turns days left into days over).
    measure, of, base: "change" is (of - base) / base, "difference" of - base; of, base name figures above.
    show: how it is written. yuan takes fen; percent takes a share and leaves out the sign.
    words: for texts, what to say instead of the stored value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    feature: str | None = None
    divide: float = 1
    measure: Literal["change", "difference"] | None = None
    of: str | None = None
    base: str | None = None
    show: Show
    words: Mapping[str, Words] = {}

    @field_validator("divide")
    @classmethod
    def _divides(cls, divide: float) -> float:
        if divide == 0:
            raise ValueError("nothing can be divided by 0")
        return divide

    @model_validator(mode="after")
    def _has_one_origin(self) -> "Figure":
        compared = (self.measure, self.of, self.base)
        if (self.feature is None) == (None in compared) or (self.feature is not None and any(compared)):
            raise ValueError("a figure has a 'feature', or 'measure' with 'of' and 'base', and not both")
        return self

    def value(self, row: Figures, above: Figures) -> Any:
        """The figure's value, or None when it is not known."""
        if self.feature is not None:
            found = row.get(self.feature)
            return found if found is None or self.divide == 1 else float(found) / self.divide
        of, base = above.get(self.of or ""), above.get(self.base or "")
        if of is None or base is None:
            return None
        if self.measure == "difference":
            return of - base
        return (of - base) / base if base else None

    def say(self, value: Any, language: Language) -> str:
        if isinstance(value, str) and value in self.words:
            return self.words[value].say(language)
        return write(value, self.show, language)


def write(value: Any, show: Show, language: Language) -> str:
    """A known value as people read it.

    >>> write(1860012, "yuan", "en"), write(-0.42, "percent", "en"), write(1234.0, "count", "zh")
    ('18,600', '42%', '1,234')
    """
    match show:
        case "yuan":
            fen = round(value)
            return yuan_text(round(fen, -2) if abs(fen) >= _WHOLE_YUAN_FROM_FEN else fen)
        case "percent":
            return f"{abs(value) * 100:.0f}%"
        case "count":
            return f"{value:,.0f}"
        case "number":
            return f"{value:,.1f}"
        case "date":
            return f"{value:%Y-%m-%d}"
        case _:
            return _YES_NO[value].say(language) if isinstance(value, bool) else str(value)


def plain(value: Any, show: Show) -> Any:
    """A figure's value for JSON: money in yuan, days as text, numbers at least as exact as shown."""
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool | str):
        return value
    if show == "yuan":
        return round(float(value) / 100, 2)
    return round(value) if show == "count" else round(float(value), 4)


def currency_words(code: str) -> Words:
    """What amounts are called; the code itself for a currency we have no words for."""
    return _CURRENCIES.get(code, Words(zh=code, en=code))


def say_feature(feature: Feature, value: Any, currency: Words, language: Language) -> str:
    """A feature's known value with its unit."""
    unit = feature.unit if isinstance(feature.unit, str) else ""
    if unit in ("fen", "fen/month"):
        month = {"zh": "/月", "en": " a month"}[language] if unit == "fen/month" else ""
        return f"{write(value, 'yuan', language)} {currency.say(language)}{month}"
    if unit in ("share", "change"):
        sign = "-" if value < 0 else "+" if unit == "change" else ""
        return sign + write(value, "percent", language)
    if isinstance(value, bool | str):
        return write(value, "text", language)
    if isinstance(value, date):
        return write(value, "date", language)
    number = write(value, "count" if float(value).is_integer() else "number", language)
    return f"{number} {feature.unit_words.say(language)}"


def meets(value: Any, condition: Condition) -> bool:
    """Whether a known value is what a condition asks for."""
    tests = [
        condition.is_in is None or value in condition.is_in,
        condition.not_in is None or value not in condition.not_in,
        condition.at_least is None or value >= condition.at_least,
        condition.above is None or value > condition.above,
        condition.at_most is None or value <= condition.at_most,
        condition.below is None or value < condition.below,
    ]
    return all(tests)


def as_number(value: Any) -> Any:
    """Decimals as floats, so that figures can be compared; everything else as it is."""
    return float(value) if isinstance(value, Decimal) else value
