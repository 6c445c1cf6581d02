"""How each column of a table becomes numbers, learned once and applied the same way for ever after.

Two matrices come out. `codes` is for trees: a number stays as it is (missing is NaN), a category
becomes its rank by frequency. `design` is for an additive logistic model: a number becomes a straight
line and ramps between its quantiles, a category one column per level, a gap a column of its own.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.kernel.errors import MissingColumn
from liuke.kernel.seeds import generator
from liuke.predict.columns import (
    Columns,
    TableRefused,
    count_rows,
    is_text,
    text_to_floats,
    to_floats,
    to_texts,
)
from liuke.predict.written_dates import DateOrder, days_written, find_order
from liuke.predict.written_numbers import without_gap_words

MISSING = 0  # the code of a missing category; the levels follow, then one code for all others
DESIGN_WIDTH = 160  # columns the design aims at; fewer ramps are cut when a table is wide
RAMPS = 8
LEVELS = 300
LEVEL_ROWS = 2  # a rarer level shares the code of the unseen, and so tells what to think of those
NUMERIC_TEXT = 0.95  # share of a text column that must be numbers, words for gaps not counted
HUGE = 1e100  # beyond it, sums and squares of numbers can no longer be held
GAP_SHARE = 0.1  # of the made-up rows
ID_LEVELS = 10  # up to so many levels a column is never taken for names of rows
ID_SHARE = 0.5  # a text column with more distinct values than this share of rows names rows, not kinds


class ColumnWarning(UserWarning):
    """A column holds another kind of values than the model learned it with."""


@dataclass(frozen=True)
class Number:
    """A column of numbers, dates or booleans."""

    name: str
    low: float
    high: float
    middle: float
    spread: float
    knots: tuple[float, ...]
    gaps: bool  # whether any was missing when it was learned
    dates: DateOrder | None = None  # how its text is read, where it holds dates

    kind = "number"

    @property
    def design_names(self) -> tuple[str, ...]:
        ramps = tuple(f"ramp{i}" for i in range(max(len(self.knots) - 1, 0)))
        return ("line", *ramps, *(("gap",) if self.gaps else ()))

    def codes(self, array: pa.Array) -> np.ndarray:
        values = self._read(array)
        np.copyto(values, self.high, where=values == np.inf)
        np.copyto(values, self.low, where=values == -np.inf)
        np.clip(values, -HUGE, HUGE, out=values)
        if not self.gaps:  # nothing was learned of gaps, so a new one is taken for an ordinary customer
            np.copyto(values, self.middle, where=np.isnan(values))
        return values

    def _read(self, array: pa.Array) -> np.ndarray:
        if not is_text(array):
            values = to_floats(self.name, array)
            is_like = _holds_dates(array) == bool(self.dates)
        else:
            texts = to_texts(self.name, array)
            values = days_written(texts, self.dates) if self.dates else text_to_floats(texts)
            is_like = bool(np.isfinite(values).any()) or not len(without_gap_words(texts))
        if not is_like and array.null_count < len(array):
            kind = "dates" if self.dates else "numbers"
            warnings.warn(
                f"Column {self.name!r} was learned as {kind}; here it holds {array.type}, such as"
                f" {array.drop_null()[0].as_py()!r}, so it says little of anybody. Give {kind}.",
                ColumnWarning,
                stacklevel=2,
            )
        return values

    def design(self, codes: np.ndarray) -> np.ndarray:
        """A missing value stands at the middle of the column, with the gap column to say so."""
        missing = np.isnan(codes)
        values = np.clip(np.where(missing, self.middle, codes), self.low, self.high)
        parts = [(values - self.middle) / self.spread]
        with np.errstate(over="ignore"):  # beside a tiny step a huge value is beyond its end all the same
            for left, right in zip(self.knots, self.knots[1:], strict=False):
                parts.append(np.clip((values - left) / (right - left), 0.0, 1.0))
        if self.gaps:
            parts.append(missing.astype(float))
        return np.column_stack(parts)

    def canary(self, draw: np.random.Generator, rows: int) -> np.ndarray:
        values = draw.choice([self.low, *self.knots, self.high], rows) + draw.normal(
            0.0, self.spread / 4, rows
        )
        return np.where(draw.random(rows) < GAP_SHARE, np.nan, values)


@dataclass(frozen=True)
class Category:
    """A column of text; levels by falling frequency."""

    name: str
    levels: tuple[str, ...]

    kind = "category"

    @property
    def design_names(self) -> tuple[str, ...]:
        return ("missing", *self.levels, "other")

    def codes(self, array: pa.Array) -> np.ndarray:
        texts = to_texts(self.name, array)
        found = pc.index_in(texts, value_set=pa.array(self.levels, pa.string()))
        codes = np.array(pc.fill_null(found, len(self.levels)).to_numpy(zero_copy_only=False), float) + 1
        codes[np.asarray(pc.is_null(texts))] = MISSING
        return codes

    def design(self, codes: np.ndarray) -> np.ndarray:
        return (codes[:, None] == np.arange(len(self.levels) + 2)).astype(float)

    def canary(self, draw: np.random.Generator, rows: int) -> np.ndarray:
        return draw.integers(0, len(self.levels) + 2, rows).astype(float)


Plan = Number | Category


@dataclass(frozen=True)
class ColumnEncoder:
    """The plans of the columns that carry something, and why the others were left out.

    >>> import pyarrow as pa
    >>> columns = {"age": pa.array([20, 30, None, 50] * 10), "plan": pa.array(["a", "a", "a", "b"] * 10)}
    >>> encoder = ColumnEncoder.learn(columns)
    >>> encoder.codes({"plan": pa.array(["b", "z", None]), "age": pa.array(["31", "", "x"])}).tolist()
    [[31.0, 2.0], [nan, 3.0], [nan, 0.0]]
    """

    plans: tuple[Plan, ...]
    left_out: Mapping[str, str]

    @classmethod
    def learn(cls, columns: Columns) -> "ColumnEncoder":
        """Plans for the columns of a training table; the label plays no part."""
        ramps = int(np.clip(DESIGN_WIDTH // max(len(columns), 1) - 1, 1, RAMPS))
        plans: list[Plan] = []
        left_out: dict[str, str] = {}
        for name, array in columns.items():
            found = _plan(name, array, ramps)
            if isinstance(found, str):
                left_out[name] = found
            else:
                plans.append(found)
        return cls(tuple(plans), left_out)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(plan.name for plan in self.plans)

    def codes(self, columns: Columns) -> np.ndarray:
        """The matrix for trees: one column per plan, in the order learned, whatever order came in."""
        for plan in self.plans:
            if plan.name not in columns:
                raise MissingColumn(plan.name, wanted_by="The model", present=columns)
        matrix = np.empty((count_rows(columns), len(self.plans)))
        for i, plan in enumerate(self.plans):
            matrix[:, i] = plan.codes(columns[plan.name])
        return matrix

    def design(self, codes: np.ndarray) -> np.ndarray:
        """The matrix for the additive model, made from the codes."""
        parts = [plan.design(codes[:, i]) for i, plan in enumerate(self.plans)]
        return np.concatenate(parts, axis=1) if parts else np.zeros((len(codes), 0))

    def signs(self, monotone: Mapping[str, int]) -> np.ndarray:
        """Per plan +1, -1 or 0, from the directions asked for by name."""
        kinds = {plan.name: plan.kind for plan in self.plans}
        for name, sign in monotone.items():
            if name not in kinds and name not in self.left_out:
                raise MissingColumn(name, wanted_by="monotone", present=kinds)
            if kinds.get(name) == Category.kind or sign not in (-1, 0, 1):
                raise TableRefused(
                    f"monotone[{name!r}] = {sign!r} cannot be kept: give +1 or -1, for a column of numbers."
                )
        return np.array([monotone.get(plan.name, 0) for plan in self.plans], dtype=int)

    def canary(self, rows: int) -> np.ndarray:
        """Made-up rows of codes, of nobody: drawn over what each column may hold, gaps included."""
        draw = generator("canary", self.names)
        columns = [plan.canary(draw, rows) for plan in self.plans]
        return np.column_stack(columns) if columns else np.zeros((rows, 0))

    @property
    def design_owners(self) -> np.ndarray:
        """For each design column, the position of the plan it came from."""
        return np.repeat(np.arange(len(self.plans)), [len(plan.design_names) for plan in self.plans])

    @property
    def design_ramps(self) -> np.ndarray:
        """Which design columns bend a column of numbers; without them it is a straight line."""
        return np.array(
            [
                plan.kind == Number.kind and name.startswith("ramp")
                for plan in self.plans
                for name in plan.design_names
            ],
            dtype=bool,
        )

    def spread(self, signs: np.ndarray) -> np.ndarray:
        """Signs per plan as signs per design column; a gap may count either way."""
        return np.array(
            [
                0 if plan.kind == Number.kind and name == "gap" else sign
                for plan, sign in zip(self.plans, signs.tolist(), strict=True)
                for name in plan.design_names
            ],
            dtype=int,
        )

    def to_json(self) -> dict[str, Any]:
        plans = [{"kind": plan.kind, **asdict(plan)} for plan in self.plans]
        return {"plans": plans, "left_out": dict(self.left_out)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ColumnEncoder":
        return cls(tuple(_plan_from_json(item) for item in stored["plans"]), dict(stored["left_out"]))


def _plan_from_json(item: Mapping[str, Any]) -> Plan:
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in item.items()}
    kind = fields.pop("kind")
    return Category(**fields) if kind == Category.kind else Number(**fields)


def _plan(name: str, array: pa.Array, ramps: int) -> Plan | str:
    if is_text(array):
        return _plan_text(name, array, ramps)
    dates: DateOrder | None = "year-month-day" if _holds_dates(array) else None
    return _plan_number(name, to_floats(name, array), ramps, dates)


def _holds_dates(array: pa.Array) -> bool:
    return bool(pa.types.is_date(array.type) or pa.types.is_timestamp(array.type))


def _plan_number(name: str, values: np.ndarray, ramps: int, dates: DateOrder | None = None) -> Plan | str:
    missing = np.isnan(values)
    known = np.sort(_with_ends(values[~missing])).clip(-HUGE, HUGE)
    if not len(known):
        return "no value is known"
    low, high = float(known[0]), float(known[-1])
    gaps = bool(missing.any())
    if low == high:
        if not gaps:
            return "every row has the same value"
        return Number(name, low, high, low, 1.0, (), gaps, dates)
    return Number(
        name=name,
        low=low,
        high=high,
        middle=float(known[len(known) // 2]),
        spread=_spread(known),
        knots=_knots(known, ramps),
        gaps=gaps,
        dates=dates,
    )


def _with_ends(known: np.ndarray) -> np.ndarray:
    """Without the infinite; but where nothing else tells customers apart, these are one beyond the rest."""
    finite = known[np.isfinite(known)]
    if len(finite) == len(known) or (len(finite) and finite.min() < finite.max()):
        return finite
    middle = float(finite[0]) if len(finite) else 0.0
    return np.clip(known, middle - 1.0, middle + 1.0)


def _spread(known: np.ndarray) -> float:
    """The standard deviation, of numbers of any size: the square of the largest may be too large to hold."""
    largest = float(np.abs(known).max())
    return float(np.std(known / largest)) * largest or 1.0


def _knots(known: np.ndarray, ramps: int) -> tuple[float, ...]:
    places = np.linspace(0.0, len(known) - 1, ramps + 1).round().astype(int)
    knots = np.unique(known[places])
    return tuple(knots.tolist()) if len(knots) > 2 else ()


def _plan_text(name: str, array: pa.Array, ramps: int) -> Plan | str:
    texts = to_texts(name, array)
    known = texts.drop_null()
    if not len(known):
        return "no value is known"
    numbers, telling = text_to_floats(texts), without_gap_words(known)
    if len(telling) and np.isfinite(numbers).sum() >= NUMERIC_TEXT * len(telling):
        return _plan_number(name, numbers, ramps)
    order = find_order(telling, share=NUMERIC_TEXT)
    if order:
        return _plan_number(name, days_written(texts, order), ramps, order)
    counted = sorted(zip(*_counts(known), strict=True), key=lambda pair: (-pair[1], pair[0]))
    if len(counted) == 1 and len(known) == len(texts):
        return "every row has the same value"
    if len(counted) > max(ID_SHARE * len(known), ID_LEVELS):
        return "nearly every row has a value of its own, as a name or a number does"
    fit = [text for text, count in counted if count >= min(LEVEL_ROWS, counted[0][1])]
    return Category(name, tuple(fit[:LEVELS]))


def _counts(known: pa.Array) -> tuple[Sequence[str], Sequence[int]]:
    counted = known.value_counts()
    return counted.field("values").to_pylist(), counted.field("counts").to_pylist()
