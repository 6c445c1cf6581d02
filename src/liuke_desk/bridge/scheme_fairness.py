"""Whether tiers and offers fall alike on groups of people, and where schemes disagree, in plain values."""

from dataclasses import asdict
from datetime import date
from functools import lru_cache
from typing import Any

from liuke.kernel.errors import LiukeError
from liuke.pipeline.disagreement import compare_schemes
from liuke.pipeline.fairness import judge_fairness
from liuke_desk.bridge.warehouse import open_anew

QuestionRefused = LiukeError

Row = dict[str, Any]


def judge(name: str, *, on: date) -> list[Row]:
    """The reports of one scheme as of the last cycle: subject, outcome and the rates of each group.

    Raises QuestionRefused when no cycle has run or the scheme is not in force.
    """
    with open_anew() as workspace:
        tables = workspace.warehouse.manifest.fingerprint("tiers", "cards", "units", "plan")
        return _judge(name, on, str(workspace.root), tables)


def find_disagreement(*, on: date, top: int) -> Row:
    """The customers on whom schemes disagree most, and how far each two schemes agree."""
    with open_anew() as workspace:
        return compare_schemes(workspace, as_of=on, top=top)


@lru_cache(maxsize=32)
def _judge(name: str, on: date, root: str, tables: str) -> list[Row]:
    """Kept while the tables are what they were: the same rows give the same rates."""
    with open_anew() as workspace:
        return [asdict(report) for report in judge_fairness(workspace, as_of=on, scheme=name)]
