"""Notebooks of the documentation, run from top to bottom in a kernel of their own.

`python -m tests.unit.predict.displays.notebooks` writes what comes out into them: people read a notebook,
plots and all, before they install anything.
"""

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).parents[4] / "docs" / "notebooks"
NOTEBOOKS = tuple(sorted(FOLDER.glob("*.ipynb")))
_STARTUP_SECONDS = 600  # of a kernel on a busy machine


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def run(path: Path, folder: Path) -> NotebookNode:
    """The notebook as it comes out of this interpreter; the first mistake ends it."""
    notebook = read(path)
    client = NotebookClient(
        notebook,
        timeout=None,
        startup_timeout=_STARTUP_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # when it ran
    notebook.metadata["language_info"] = {"name": "python"}  # and not in which patch of Python
    return notebook


def main() -> None:
    for path in NOTEBOOKS:
        nbformat.write(run(path, FOLDER), path)


if __name__ == "__main__":
    main()
