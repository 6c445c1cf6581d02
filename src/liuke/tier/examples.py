"""The examples of a scheme judged by the scheme itself, for the reference and to check them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from liuke.tier.scheme import Example, Scheme


def judge_examples(scheme: Scheme) -> tuple[tuple[Example, str], ...]:
    """Each example with the tier the scheme gives it. All are judged together, as one company.

    A column that an example does not name is unknown for it.
    """
    return tuple((example, row["tier"]) for example, row in describe_examples(scheme))


def describe_examples(scheme: Scheme) -> tuple[tuple[Example, dict[str, Any]], ...]:
    """Each example with the whole row of its result."""
    found: dict[int, dict[str, Any]] = {}
    judge = scheme.model_copy(update={"effective_from": date.min})  # an example may be of any day
    for as_of, places in _by_day(scheme.examples):
        rows = judge.assign(_frame(scheme, [scheme.examples[at] for at in places]), as_of=as_of)
        found |= dict(zip(places, rows.to_pylist(), strict=True))
    return tuple((example, found[at]) for at, example in enumerate(scheme.examples))


def _by_day(examples: Sequence[Example]) -> Iterator[tuple[date | None, list[int]]]:
    for as_of in dict.fromkeys(example.as_of for example in examples):
        yield as_of, [at for at, example in enumerate(examples) if example.as_of == as_of]


def _frame(scheme: Scheme, examples: Sequence[Example]) -> pa.Table:
    names = dict.fromkeys((*scheme.reads, *(name for example in examples for name in example.reads)))
    fen = {name for name in names if f"{name}_fen" in names}
    columns = {
        name: pa.array([_number(example.reads.get(name)) for example in examples])
        for name in names
        if name not in fen
    }
    return pa.table(columns)


def _number(value: Any) -> Any:
    """Whole numbers and others of one column need one type."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
