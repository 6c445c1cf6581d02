"""Features measured on a customer's rows; the checks that a declaration can be computed as written."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from liuke.ingest.canonical import Kind
from liuke.kernel.errors import suggestion
from liuke.view.conditions import Condition
from liuke.view.feature import Feature, one_of
from liuke.view.measures import DERIVED, MEASURES, Measure
from liuke.view.sources import SOURCES, Source
from liuke.view.windows import Window

SETTINGS = ("margin_rate",)  # of a workspace, that a value may be multiplied by
_COUNTED: tuple[Kind, ...] = ("whole", "fen", "number")


class RowFeature(Feature):
    """A measure of a customer's rows in one source, in a window.

    of: the measured column. where: conditions on columns, all to be met.
    days / months (with skip): the window; neither: ever.
    missing: what a customer without any such row has; "zero" stands for no with a flag.
    times: one of SETTINGS, that the value is multiplied by.
    """

    source: str
    measure: str
    of: str | None = None
    where: Mapping[str, Condition] = {}
    days: Annotated[int, Field(ge=1)] | None = None
    months: Annotated[int, Field(ge=1)] | None = None
    skip: Annotated[int, Field(ge=0)] = 0
    missing: Literal["zero", "unknown"]
    times: str | None = None

    @property
    def window(self) -> Window:
        return Window(days=self.days, months=self.months, skip=self.skip)

    @property
    def kind(self) -> Kind:
        return MEASURES[self.measure].kind_of(SOURCES[self.source].columns.get(self.of or ""))

    @field_validator("source")
    @classmethod
    def _source_is_known(cls, source: str) -> str:
        return one_of(source, SOURCES, "source")

    @field_validator("measure")
    @classmethod
    def _measure_is_known(cls, measure: str) -> str:
        if measure not in MEASURES:
            near = suggestion(measure, [*MEASURES, *DERIVED])
            raise ValueError(
                f"there is no measure {measure!r}{near}; known: {', '.join([*MEASURES, *DERIVED])}"
            )
        return measure

    @field_validator("of")
    @classmethod
    def _column_can_be_measured(cls, of: str | None, info: ValidationInfo) -> str | None:
        source, measure = _source_in(info), _measure_in(info)
        if source is None or measure is None:
            return of
        name = info.data["measure"]
        if not measure.of:
            if of is not None:
                raise ValueError(f"{name!r} counts rows and reads no column; leave 'of' out")
            return None
        of = of or measure.default_of
        if of is None:
            raise ValueError(f"is missing: {name!r} needs the column of {source.name!r} to measure")
        if of not in source.columns:
            known = f"known: {', '.join(source.columns)}"
            raise ValueError(f"{source.name!r} has no column {of!r}{suggestion(of, source.columns)}; {known}")
        if measure.needs_levels and not source.has_levels:
            raise ValueError(f"{name!r} needs amounts that hold on, which {source.name!r} does not tell")
        kind = source.columns[of]
        if kind not in measure.of:
            raise ValueError(f"{name!r} cannot measure {of!r}, which is of kind {kind!r}")
        return of

    @field_validator("where")
    @classmethod
    def _conditions_can_be_applied(
        cls, where: Mapping[str, Condition], info: ValidationInfo
    ) -> Mapping[str, Condition]:
        source = _source_in(info)
        if source is None:
            return where
        found = []
        for column, condition in where.items():
            if column not in source.columns:
                near = suggestion(column, source.columns)
                found.append(f"{source.name!r} has no column {column!r}{near}")
                continue
            choices = source.choices.get(column, ())
            found += [f"{column}: {what}" for what in condition.complaints(source.columns[column], choices)]
        if found:
            raise ValueError("; ".join(found))
        return where

    @field_validator("days", "months")
    @classmethod
    def _window_can_be_cut(cls, size: int | None, info: ValidationInfo) -> int | None:
        source, measure = _source_in(info), _measure_in(info)
        if size is not None and source is not None and not source.timed:
            raise ValueError(f"{source.name!r} has states, not happenings; a window cannot be cut from it")
        if info.field_name == "months":
            if size is not None and info.data.get("days") is not None:
                raise ValueError("a window has days or months, not both")
            if measure is not None and measure.needs_months and (size is None or size < 2):
                raise ValueError(f"{info.data['measure']!r} needs a window of at least 2 months")
            if measure is not None and measure.needs_window and size is None and not info.data.get("days"):
                raise ValueError(f"{info.data['measure']!r} needs a window; add 'days' or 'months'")
        return size

    @field_validator("skip")
    @classmethod
    def _only_months_are_skipped(cls, skip: int, info: ValidationInfo) -> int:
        if skip and info.data.get("months", 0) is None:
            raise ValueError("only a window of months can leave the latest ones out; add 'months'")
        return skip

    @field_validator("missing")
    @classmethod
    def _zero_makes_sense(cls, missing: str, info: ValidationInfo) -> str:
        source, measure = _source_in(info), _measure_in(info)
        if missing != "zero" or measure is None or source is None or "of" not in info.data:
            return missing
        kind = measure.kind_of(source.columns.get(info.data["of"]))
        if not measure.zero or kind not in (*_COUNTED, "flag"):
            raise ValueError(f'{info.data["measure"]!r} of nothing is not zero; write missing = "unknown"')
        return missing

    @field_validator("times")
    @classmethod
    def _number_can_be_multiplied(cls, times: str | None, info: ValidationInfo) -> str | None:
        source, measure = _source_in(info), _measure_in(info)
        if times is not None and times not in SETTINGS:
            raise ValueError(
                f"there is no setting {times!r}{suggestion(times, SETTINGS)}; known: {', '.join(SETTINGS)}"
            )
        if times is None or measure is None or source is None or "of" not in info.data:
            return times
        kind = measure.kind_of(source.columns.get(info.data["of"]))
        if kind not in _COUNTED:
            raise ValueError(f"a value of kind {kind!r} cannot be multiplied")
        return times


def _source_in(info: ValidationInfo) -> Source | None:
    return SOURCES.get(info.data.get("source", ""))


def _measure_in(info: ValidationInfo) -> Measure | None:
    return MEASURES.get(info.data.get("measure", ""))
