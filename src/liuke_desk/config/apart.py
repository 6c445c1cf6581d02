"""Answering for a workspace in a process of its own, because this one already serves another."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liuke_desk.bridge.refusals import DeskRefused, LiukeError
from liuke_desk.bridge.workspace import VARIABLE

if TYPE_CHECKING:
    import pyarrow as pa


def publish(root: Path, *, as_of: date) -> int:
    return int(ask(root, "publish", as_of.isoformat()))


def has_published(root: Path, *, as_of: date) -> bool:
    return bool(ask(root, "has_published", as_of.isoformat()))


def export_facts(root: Path) -> Iterable[tuple[str, "pa.Table"]]:
    from liuke_desk.bridge.facts import read_tables

    with tempfile.TemporaryDirectory(prefix="liuke-facts-") as folder:
        ask(root, "export_facts", folder)
        return list(read_tables(Path(folder)))


def ask(root: Path, question: str, detail: str) -> Any:
    """The answer of another process. Raises DeskRefused with its sentence when it refuses."""
    command = [sys.executable, "-m", __name__, question, detail]
    environment = {**os.environ, VARIABLE: str(root.resolve())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        told = done.stderr.strip() or f"it ended with {done.returncode} and said nothing"
        raise DeskRefused(f"The workbench of {root} could not {question.replace('_', ' ')}: {told}") from None
    if "refused" in answer:
        raise DeskRefused(answer["refused"])
    return answer["answer"]


def answer(question: str, detail: str) -> Any:
    from liuke_desk.bridge.facts import write_tables
    from liuke_desk.bridge.workspace import current_workspace
    from liuke_desk.config.workbench import Workbench

    workspace, bench = current_workspace(), Workbench()
    if question == "export_facts":
        write_tables(bench.export_facts(workspace), Path(detail))
        return None
    return getattr(bench, question)(workspace, as_of=date.fromisoformat(detail))


if __name__ == "__main__":
    try:
        said = {"answer": answer(sys.argv[1], sys.argv[2])}
    except LiukeError as error:
        said = {"refused": str(error)}
    sys.stdout.write(json.dumps(said))
