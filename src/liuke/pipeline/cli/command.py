"""What all commands share: where the workspace is, how to speak, how refusals end."""

import errno
import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer

from liuke.kernel.errors import LiukeError
from liuke.pipeline.cli.speech import Speech

P = ParamSpec("P")

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="The workspace folder.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout, nothing else.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="The day to stand on; that day itself is not seen."),
]

HERE = Path()
EXIT_QUARANTINED = 4


def refusing(run: Callable[P, int | None]) -> Callable[P, None]:
    """Let a command end with its exit code, and an anticipated error with its sentence and code."""

    @functools.wraps(run)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json", False))
        try:
            code = run(*args, **kwargs)
        except LiukeError as error:
            Speech(as_json=as_json).refuse(error)
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output has gone; there is nobody to tell
            raise typer.Exit(0) from None
        except OSError as error:
            if error.errno is None:  # told by a library of its own accord
                raise
            Speech(as_json=as_json).refuse(refusal_of(error))
            raise typer.Exit(LiukeError.exit_code) from None
        if code:
            raise typer.Exit(code)

    return command


def refusal_of(error: OSError) -> LiukeError:
    """What the system would not do, and what a person can do about it."""
    told = error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LiukeError(f"{told}. Make room and run it again; what was finished is kept.")
    return LiukeError(
        f"{told}. See that the path is there and that you may read and write it, or name another."
    )


def add_command(app: typer.Typer, name: str | None = None, **settings: Any) -> Callable[..., Any]:
    """Register a function as a command that refuses with a sentence."""

    def register(run: Callable[P, int | None]) -> Callable[P, int | None]:
        app.command(name, **settings)(refusing(run))
        return run

    return register
