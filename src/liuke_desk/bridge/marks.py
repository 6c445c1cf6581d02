"""The marks that people may give a customer, and how to handle each, in plain values."""

from functools import lru_cache
from typing import Any

from liuke.tier.marks import Mark, load_marks

Row = dict[str, Any]


@lru_cache(maxsize=1)
def list_mark_groups() -> tuple[Row, ...]:
    """Groups as they are shown: group, zh, en, marks, each with mark, zh, en, sign and hint (zh, en)."""
    return tuple(
        {"group": group.name, **group.words.model_dump(), "marks": tuple(map(_mark_row, group.marks))}
        for group in load_marks().groups
    )


def _mark_row(mark: Mark) -> Row:
    return {
        "mark": mark.name,
        **mark.words.model_dump(),
        "sign": mark.sign.model_dump(),
        "hint": mark.hint.model_dump(),
    }
