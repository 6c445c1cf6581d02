"""Publish: put the results before the people at the workbench, all at once."""

from liuke.pipeline.steps.run import Run, StepReport

_RESULTS = ("cards", "tiers", "warnings", "values", "plan", "leavings", "health", "drift", "report_cells")


def publish(run: Run) -> StepReport:
    """Hand the cycle to the workbench; nothing to do where none is installed or nothing changed."""
    if run.desk is None:
        return StepReport("publish", figures={"customers": 0, "workbench": False})
    fingerprint = run.fingerprint(settings=("liuke.toml", "policies", "schemes", "reasons"), tables=_RESULTS)
    if run.is_current("publish", fingerprint) and run.desk.has_published(run.workspace, as_of=run.as_of):
        return StepReport("publish", was_current=True)
    customers = run.desk.publish(run.workspace, as_of=run.as_of)
    run.store("publish", fingerprint, {})
    return StepReport("publish", figures={"customers": customers})
