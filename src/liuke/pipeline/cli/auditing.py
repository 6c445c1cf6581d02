"""Commands that look behind the numbers: who came back under a new number, which dealers game commission."""

from typing import Annotated, Any

import typer

from liuke.kernel.words import Language
from liuke.pipeline.cli.command import HERE, AsOfOption, JsonOption, WorkspaceOption, add_command
from liuke.pipeline.cli.speech import Speech

_TOP = typer.Option(help="How many to show.", min=1)
_PARTS = ("reentry", "real_loss", "dormant")


def reentry(
    as_of: AsOfOption = None,
    top: Annotated[int, _TOP] = 20,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Match newcomers to recent leavers, and split churn into real loss, re-entry and dormancy."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.reentry import recognise_reentries
    from liuke.pipeline.workspace import open_workspace

    speech = Speech(as_json=as_json)
    opened = open_workspace(workspace)
    with speech.progress() as progress:
        found = recognise_reentries(opened, as_of=resolve_as_of(opened, as_of), progress=progress)
    _tell_churn(speech, found.churn.to_pylist(), opened.config.language)
    matches = found.matches.slice(0, top).to_pylist()
    text = "text_zh" if opened.config.language == "zh" else "text_en"
    rows = [
        [
            row["customer_id"],
            row["former_id"],
            f"{row['probability']:.3f}",
            row["gap_days"],
            "; ".join(each[text] for each in row["evidence"] if each["bits"] >= 0),
        ]
        for row in matches
    ]
    title = f"re-entries as of {found.as_of}, {len(matches)} of {found.matches.num_rows:,}"
    speech.table(["customer", "was", "probability", "days", "evidence"], rows, title=title)
    card = found.card
    spent = (card["spent_before_fen"] + card["spent_since_fen"]) / 100
    speech.line(f"Spent on offers to those who came back: {spent:,.2f}")
    _tell_unknown(speech, card)
    speech.answer(found.document())


def dealers(
    as_of: AsOfOption = None,
    dealer: Annotated[str | None, typer.Option(help="Show this dealer's case file.", metavar="ID")] = None,
    top: Annotated[int, _TOP] = 20,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Find dealers whose customers leave or fall silent right after the commission is assessed."""
    from liuke.pipeline.clock import resolve_as_of
    from liuke.pipeline.dealers import judge_dealers
    from liuke.pipeline.workspace import open_workspace

    speech = Speech(as_json=as_json)
    opened = open_workspace(workspace)
    with speech.progress() as progress:
        found = judge_dealers(opened, as_of=resolve_as_of(opened, as_of), progress=progress)
    if dealer is not None:
        case = found.case_of(dealer)
        _tell_case(speech, case, opened.config.language)
        speech.answer(case)
        return
    cases = found.cases.slice(0, top).to_pylist()
    rows = [
        [
            case["dealer_id"],
            case["name"],
            case["reached"],
            case["gone_after"],
            f"{case['expected_after']:.1f}",
            f"{case['q_value']:.2g}",
            case["flagged"],
            case["at_stake"],
        ]
        for case in cases
    ]
    title = f"dealers as of {found.as_of}, {len(cases)} of {found.cases.num_rows:,}"
    columns = ["dealer", "name", "reached", "gone after", "expected", "q", "flagged", "at stake"]
    speech.table(columns, rows, title=title)
    _tell_unknown(speech, found.card)
    speech.answer(found.document())


def register(app: typer.Typer) -> None:
    for command in (reentry, dealers):
        add_command(app)(command)


def _tell_churn(speech: Speech, months: list[dict[str, Any]], language: Language) -> None:
    columns = ["month", "gross", *(part.replace("_", " ") for part in _PARTS), ""]
    still_open = "还会变" if language == "zh" else "may still grow"
    rows = [
        [
            month["month"].isoformat()[:7] if month["month"] else ("合计" if language == "zh" else "all"),
            month["gross"],
            *(
                f"{month[part]:.1f} ({month[f'{part}_low']:.1f}–{month[f'{part}_high']:.1f})"
                for part in _PARTS
            ),
            still_open if month["is_open"] else "",
        ]
        for month in months
    ]
    speech.table(columns, rows, title="churn by month, 95 % intervals")


def _tell_case(speech: Speech, case: dict[str, Any], language: Language) -> None:
    speech.line(f"{case['dealer_id']}  {case['name']}")
    speech.line(f"  {case['why_zh' if language == 'zh' else 'why']}")
    chart = [[step[name] for name in ("day", "watched", "gone", "expected")] for step in case["chart"]]
    speech.table(["days after", "watched", "gone", "expected"], chart)
    gone = [
        [each[name] for name in ("customer_id", "opened_on", "gone_on", "kind", "days_after", "commission")]
        for each in case["gone"]
    ]
    if gone:
        speech.table(["customer", "opened", "gone", "kind", "days after", "commission"], gone)


def _tell_unknown(speech: Speech, card: dict[str, Any]) -> None:
    if card["not_known"]:
        speech.line(f"Not known here, so left out: {', '.join(card['not_known'])}.")
