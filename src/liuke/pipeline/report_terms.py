"""The reports.toml of a workspace: its own, or that of its pack where it has none yet."""

from importlib.resources import as_file, files

from liuke.kernel.errors import LiukeError
from liuke.pipeline.workspace import Workspace
from liuke.predict.reports.terms import ReportTerms, load_terms

FILE_NAME = "reports.toml"


def find_terms(workspace: Workspace) -> ReportTerms:
    """Raises ConfigRefused with all mistakes of the file; LiukeError where neither has one."""
    own = workspace.root / FILE_NAME
    if own.is_file():
        return load_terms(own)
    with as_file(files("liuke") / "packs" / workspace.config.pack / FILE_NAME) as file:
        if file.is_file():
            return load_terms(file)
    raise LiukeError(
        f"There is no {FILE_NAME} in {workspace.root}, and the pack {workspace.config.pack!r} brings none; "
        "copy one from another pack and set its bands."
    )
