"""Liuke as a newcomer uses it: commands in processes of their own, and a server with an address."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LIUKE = str(Path(sys.executable).with_name("liuke"))
OPEN_AT = re.compile(r"open at (http://\S+?)/?$")


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what this test run set for itself."""
    ours = {"LIUKE_WORKSPACE", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST"}
    return {name: value for name, value in os.environ.items() if name not in ours} | more


def liuke(*arguments: str) -> str:
    """Run a command to its end; what it said on its way is shown when it fails."""
    done = subprocess.run(
        [LIUKE, *arguments], capture_output=True, text=True, env=clean_environment(), check=False
    )
    assert done.returncode == 0, f"liuke {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def liuke_json(*arguments: str) -> dict:
    return json.loads(liuke(*arguments, "--json"))


def run_module(module: str, *arguments: str, workspace: Path) -> dict:
    """Run one of our own modules inside a workspace; it answers with one JSON document."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        env=clean_environment(
            LIUKE_WORKSPACE=str(workspace), DJANGO_SETTINGS_MODULE="liuke_desk.config.settings"
        ),
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, f"{module}\n{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout)


@contextmanager
def serve(workspace: Path) -> Iterator[str]:
    """The workbench on a free port; yields its address and ends it afterwards."""
    log = workspace / "var" / "serve.log"
    with log.open("w", encoding="utf-8") as written:
        server = subprocess.Popen(
            [LIUKE, "serve", "-w", str(workspace), "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
            env=clean_environment(PYTHONUNBUFFERED="1"),
        )
        try:
            yield _address(server, log)
        finally:
            server.terminate()
            server.wait(timeout=60)
            server.stdout.close()


def _address(server: subprocess.Popen, log: Path) -> str:
    for line in server.stdout:
        if found := OPEN_AT.search(line.strip()):
            return found[1]
    raise AssertionError(f"The server ended before it was open:\n{log.read_text(encoding='utf-8')}")
