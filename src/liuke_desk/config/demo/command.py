"""`liuke demo`: the demonstration built if need be, then served."""

import os
import sys
from pathlib import Path
from socket import socket
from typing import Annotated, Literal

import typer

from liuke_desk.bridge.command_line import Speech, add_command

FOLDER = Path("liuke-demo")


def register(app: typer.Typer) -> None:
    @add_command(app)
    def demo(
        folder: Annotated[
            Path, typer.Argument(metavar="DIR", help="Where the demonstration is kept.")
        ] = FOLDER,
        host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8000,
        lang: Annotated[Literal["zh", "en"], typer.Option(help="The company's language.")] = "zh",
        no_serve: Annotated[bool, typer.Option("--no-serve", help="Build it, do not open it.")] = False,
    ) -> None:
        """Open a simulated telecom company, cycled, in the workbench."""
        from liuke_desk.config import commands
        from liuke_desk.config.demo.build import build, is_built
        from liuke_desk.config.server import bind

        speech = Speech()
        bound = None if no_serve else bind(host, port)  # a port in use is said before minutes of work
        if is_built(folder):
            commands.prepare(folder)
            from liuke_desk.bridge import clock
            from liuke_desk.config.demo.cast import renew_passwords

            passwords = renew_passwords(at=clock.now())
        else:
            passwords = build(folder, language=lang, say=speech.line)
        say_people(speech, passwords)
        if bound is not None:
            serve_afresh(folder, host=host, port=bound.getsockname()[1], bound=bound)


def serve_afresh(folder: Path, *, host: str, port: int, bound: socket) -> None:
    """Become `liuke serve`: a process whose models started threads must not fork web workers."""
    bound.close()
    sys.stdout.flush()
    command = ["-m", "liuke.pipeline.cli", "serve", "-w", str(folder), "--host", host, "--port", str(port)]
    os.execv(sys.executable, [sys.executable, *command])


def say_people(speech: Speech, passwords: dict[str, str]) -> None:
    """Who may sign in, with passwords that work once."""
    from liuke_desk.config.demo.cast import PARTS

    roles = {part.username: str(part.role.value) for part in PARTS}
    rows = [[name, role, passwords.get(name, "(chosen by you)")] for name, role in roles.items()]
    speech.table(["user", "role", "one-time password"], rows)
