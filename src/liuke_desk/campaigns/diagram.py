"""Draws docs/reference/task-states.md from the code, so that the two cannot differ.

Write it anew with `python -m liuke_desk.campaigns.diagram`.
"""

import ast
import inspect
import re
from enum import StrEnum
from pathlib import Path

from liuke_desk.campaigns import states
from liuke_desk.campaigns.states import CAMPAIGN_MOVES, MOVES, CampaignState, State

PAGE = Path(__file__).parents[3] / "docs/reference/task-states.md"


def draw_states() -> str:
    """The reference page: states with their meaning, a diagram, and who may make each move."""
    return "\n".join(
        (
            "# States of a task and of a campaign",
            "",
            "Drawn from `liuke_desk.campaigns.states`; a move that is not listed cannot happen.",
            "",
            "## Task",
            "",
            *_meanings(State),
            "",
            *_diagram([(start, end) for start, end in MOVES]),
            "",
            "| from | to | by |",
            "|---|---|---|",
            *(f"| {start} | {end} | {', '.join(sorted(may))} |" for (start, end), may in MOVES.items()),
            "",
            "Callback, unreachable and retry are attempts inside CONTACTING: each is recorded as a contact,",
            "and sets the day on which the task comes up again. After the last attempt that the campaign",
            "allows, an unreachable customer's task becomes VOID with the reason `unreachable`.",
            "",
            "## Campaign",
            "",
            *_meanings(CampaignState),
            "",
            *_diagram([(start, end) for start, ends in CAMPAIGN_MOVES.items() for end in _in_order(ends)]),
            "",
            "## Who gets a dispatched task",
            "",
            _rules_of("routing.py"),
            "",
            "## Which task is the next one",
            "",
            _rules_of("services/claims.py"),
            "",
        )
    )


def _meanings(kind: type[StrEnum]) -> list[str]:
    """One table line for each state, with the comment that stands beside it in the code."""
    comments = dict(re.findall(r"^    ([A-Z]+) = \"[A-Z]+\"  # (.+)$", inspect.getsource(kind), re.MULTILINE))
    lines = [f"| {state} | {comments[state.name]} |" for state in kind]
    return ["| state | meaning |", "|---|---|", *lines]


def _diagram(moves: list[tuple[StrEnum, StrEnum]]) -> list[str]:
    arrows = [f"    {start} --> {end}" for start, end in moves]
    return ["```mermaid", "stateDiagram-v2", *arrows, "```"]


def _rules_of(file: str) -> str:
    """What a module says of itself, after its first sentence; read, not imported: it may need a database."""
    said = ast.get_docstring(ast.parse((Path(__file__).parent / file).read_text(encoding="utf-8")))
    assert said, f"{file} says nothing of itself"
    return said.partition("\n\n")[2]


def _in_order(ends: frozenset[CampaignState]) -> list[CampaignState]:
    return [state for state in states.CampaignState if state in ends]


if __name__ == "__main__":
    PAGE.write_text(draw_states(), encoding="utf-8")
