"""A workspace of a real sample, cut small, and the command line run in this process."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from liuke.pipeline.cli.main import app
from liuke.pipeline.paper.setting import PdfRefused, check_pdf


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def liuke():
    """Run a command: liuke("cycle", "-w", folder) → its exit code and what it said."""

    def run(*words: object) -> Answer:
        done = CliRunner().invoke(app, [str(word) for word in words], prog_name="liuke")
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def shop_as_made(tmp_path_factory, liuke) -> Path:
    """What `shop` is a copy of; nobody else may write into it."""
    pytest.importorskip("lifetimes", reason="the samples extra is not installed")
    folder = tmp_path_factory.mktemp("shops") / "shop"
    made = liuke("init", "retail", folder, "--sample", "cdnow", "--lang", "en")
    assert made.code == 0, made.err
    keep_customers(folder / "sources", below=1200)
    return folder


@pytest.fixture(scope="module")
def shop(tmp_path_factory, shop_as_made) -> Path:
    """A retail workspace with some hundred customers of the real sample, not yet cycled.

    Each file of tests has its own: which files share a process differs from run to run.
    """
    return Path(shutil.copytree(shop_as_made, tmp_path_factory.mktemp("shop") / "shop"))


def keep_customers(sources: Path, *, below: int) -> None:
    """Cut the purchases to the customers whose number is below a limit."""
    for path in sources.iterdir():
        head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if int(line.replace(",", " ").split()[0]) < below]
        path.write_text("".join([head, *kept]), encoding="utf-8")


@pytest.fixture(scope="session")
def paper() -> None:
    """This machine can set PDFs, Chinese ones, too; else the test is skipped, or fails where it must not."""
    try:
        check_pdf(chinese=True)
    except PdfRefused as refused:
        if os.environ.get("LIUKE_PDF_REQUIRED"):
            raise
        pytest.skip(str(refused))
