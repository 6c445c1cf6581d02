"""What early warning works on, from a workspace: shared by the cycle and by training."""

from pathlib import Path

from liuke.pipeline.steps.heard import churn_tables, known_leavings
from liuke.pipeline.steps.learning_views import LearningViews
from liuke.pipeline.steps.network import Matches
from liuke.pipeline.steps.run import Run
from liuke.pipeline.steps.view import Views
from liuke.pipeline.workspace import Workspace
from liuke.predict.churn import load_churn
from liuke.predict.reasons import load_reasons
from liuke.predict.warning_inputs import Inputs


def model_folder(workspace: Workspace) -> Path:
    """Where the models in force, their pointer, key and verdicts are kept."""
    return workspace.var / "models"


def warning_inputs(run: Run) -> Inputs:
    """The inputs of early warning as of the run's day."""
    root, views = run.workspace.root, Views(run)
    definition = load_churn(root / "churn.toml")
    tables = churn_tables(run, definition)
    return Inputs(
        tables=tables,
        engine=run.workspace.engine,
        view_of=views,
        prepare_views=views.prepare,
        drawn_views=LearningViews(run, views),
        features=run.features,
        definition=definition,
        reasons=load_reasons(root / "reasons"),
        as_of=run.as_of,
        margin_rate=run.config.margin_rate,
        currency=run.config.currency,
        seed=run.config.seed,
        model_folder=model_folder(run.workspace),
        matches_of=Matches(run),
        leavings_of=lambda day: known_leavings(run.at(day), tables, definition),
    )
