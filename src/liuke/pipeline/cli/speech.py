"""How commands speak: tables for people, one JSON document for programs, progress on stderr."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from liuke.kernel.errors import ConfigRefused, LiukeError

_WIDTH_IN_FILES = 160


class Speech:
    """Everything a command says. In JSON mode only `answer` and `refuse` reach stdout."""

    def __init__(self, *, as_json: bool = False):
        self.as_json = as_json

    def line(self, text: str = "") -> None:
        if not self.as_json:
            sys.stdout.write(f"{text}\n")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
        """A table for people; numbers to the right."""
        if self.as_json:
            return
        from rich import box
        from rich.console import Console
        from rich.table import Table

        drawn = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
        for place, column in enumerate(columns):
            numeric = bool(rows) and all(isinstance(row[place], (int, float, Decimal)) for row in rows)
            drawn.add_column(column, justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            drawn.add_row(*(_cell(value) for value in row))
        width = None if sys.stdout.isatty() else _WIDTH_IN_FILES
        Console(file=sys.stdout, highlight=False, width=width).print(drawn)

    def answer(self, document: Any) -> None:
        """The command's whole result, for programs."""
        if self.as_json:
            sys.stdout.write(json.dumps(document, ensure_ascii=False, default=_plain) + "\n")

    def refuse(self, error: LiukeError) -> None:
        if self.as_json:
            mistakes = [str(each) for each in error.mistakes] if isinstance(error, ConfigRefused) else []
            document = {"error": type(error).__name__, "message": str(error), "mistakes": mistakes}
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        else:
            sys.stderr.write(f"{error}\n")

    @contextmanager
    def progress(self) -> Iterator["Progress"]:
        """A line on stderr that says what is being done, when stderr is a terminal."""
        if not sys.stderr.isatty():
            yield Progress()
            return
        from rich.console import Console

        with Console(stderr=True).status("…") as status:
            yield Progress(status)


class Progress:
    """Says what is being done now."""

    def __init__(self, status: Any = None):
        self._status = status

    def __call__(self, doing: str) -> None:
        if self._status is not None:
            self._status.update(doing)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into JSON")
