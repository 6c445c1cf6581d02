"""Training: a challenger is made, judged beside the champion, and put in force when the rule says so."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liuke.kernel.errors import LiukeError
from liuke.pipeline.ports import find_desk
from liuke.pipeline.steps.run import Run
from liuke.pipeline.workspace import Workspace

if TYPE_CHECKING:
    from liuke.predict.card_sections import Figure
    from liuke.predict.challenger import Judged


@dataclass(frozen=True)
class TrainingReport:
    """card: what `liuke.predict.training_card` tells. files: of the written report."""

    as_of: date
    card: dict[str, Any]
    files: tuple[Path, ...] = ()

    def document(self) -> dict[str, Any]:
        return {**self.card, "files": [file.as_posix() for file in self.files]}


def train(
    workspace: Workspace,
    *,
    as_of: date,
    report: Path | None = None,
    pdf: bool = False,
    figures: Sequence["Figure"] = (),
    progress: Callable[[str], None] = lambda doing: None,
) -> TrainingReport:
    """Train and judge on all that is known by the day; the list itself is made by the next cycle.

    report: the folder to write the model card to, in both languages; pdf: as PDF, too; figures: further
    plots for it. The card is kept in var/models too. Raises NothingLearned when there is too little to learn
    from, Busy when another process writes to the workspace, and PdfRefused when this machine can set no PDF;
    nothing is changed then.
    """
    from liuke.pipeline.training_plots import describe_customers, draw_customers, draw_figures

    if pdf:
        _check_paper(report)
    with workspace.warehouse.lock(doing=f"training as of {as_of}"):
        run = Run(workspace, as_of=as_of, progress=progress, desk=find_desk())
        parts = describe_customers(workspace, as_of=as_of)
        card, judged = _train(run)
        card["customers"] = {part.key: dict(part.facts) for part in parts}
        _keep_card(run, card)
    if report is None:
        return TrainingReport(as_of, card)
    from liuke.predict.card_report import write_report

    drawn = [*draw_figures(judged, for_paper=pdf), *draw_customers(parts, for_paper=pdf), *figures]
    files = write_report(report, card, drawn)
    if pdf:
        from liuke.pipeline.paper.writing import write_card_pdfs

        files += write_card_pdfs(report, card, drawn, is_simulated=workspace.is_simulated)
    return TrainingReport(as_of, card, files)


def _check_paper(report: Path | None) -> None:
    from liuke.pipeline.paper.setting import check_pdf

    if report is None:
        raise LiukeError("A PDF of the model card needs a folder to be written to: add --report DIR.")
    check_pdf(chinese=True)


def _train(run: Run) -> tuple[dict[str, Any], "Judged | None"]:
    from liuke.pipeline.steps.warning_inputs import warning_inputs
    from liuke.predict.champion import challenge
    from liuke.predict.training_card import card_of_challenge, card_without_champion

    inputs = warning_inputs(run)
    language = run.config.language
    run.progress("training …")
    if inputs.definition.method == "rolling":
        trained = challenge(inputs, language=language)
        return card_of_challenge(inputs, trained), trained.challenger.judged
    return card_without_champion(inputs, language=language), None


def _keep_card(run: Run, card: dict[str, Any]) -> None:
    from liuke.pipeline.steps.warning_inputs import model_folder
    from liuke.predict.model_store import replace_file

    folder = model_folder(run.workspace) / "cards"
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True)
    replace_file(folder / f"{run.as_of}.json", text.encode())
