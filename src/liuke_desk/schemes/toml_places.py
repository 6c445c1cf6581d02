"""Where each value of a TOML text stands, so that one number can be changed and every comment stays.

The text must be valid TOML, as tomllib reads it; its parts are only told apart here, not judged.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import tomli_w

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[\s,]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_STRING = re.compile(
    r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''', re.DOTALL
)
_BARE = re.compile(r"[^,\]}#\n]+")


@dataclass
class Places:
    """Offsets in a text: of each single value from its first character to after its last, of each table's
    end of header, and of the closing brace of each table written in a line."""

    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    headers: dict[Path, int] = field(default_factory=dict)
    braces: dict[Path, int] = field(default_factory=dict)


def find_places(text: str) -> Places:
    return _Scan(text).run()


def change_values(text: str, changes: Mapping[Path, Any]) -> str:
    """The text with values set: in place where they stand, else added to their table."""
    places = find_places(text)
    edits: list[tuple[int, int, str]] = []
    added: list[tuple[Path, Any]] = []
    for path, value in changes.items():
        if path in places.values:
            edits.append((*places.values[path], write_value(value)))
        else:
            added.append((path, value))
    for path, value in reversed(added):
        edits.append(_insertion(text, places, path, value))
    for begin, end, written in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[:begin] + written + text[end:]
    return _with_new_tables(text, [(path, value) for path, value in added if not _has_table(places, path)])


def without_table(text: str, name: str) -> str:
    """The text without one of its uppermost tables, written under a header or in a line."""
    places = find_places(text)
    inside = [path for path in (*places.values, *places.headers, *places.braces) if path[0] == name]
    if not inside:
        return text
    starts = {path: text.rfind("\n", 0, end) + 1 for path, end in places.headers.items()}
    if (name,) in starts:
        begin = starts[name,]
        later = [start for path, start in starts.items() if start > begin and path[0] != name]
        end = min(later, default=len(text))
    else:
        begin = (
            text.rfind("\n", 0, min(places.values[path][0] for path in inside if path in places.values)) + 1
        )
        end = text.find("\n", places.braces[name,]) + 1 or len(text)
    return (text[:begin].rstrip() + "\n\n" + text[end:].lstrip("\n")).rstrip() + "\n"


def write_value(value: Any) -> str:
    """A value as TOML writes it; whole numbers in groups of three, as people read them."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}"
    return tomli_w.dumps({"it": value}).removeprefix("it = ").rstrip("\n")


def _has_table(places: Places, path: Path) -> bool:
    return path[:-1] in places.headers or path[:-1] in places.braces


def _insertion(text: str, places: Places, path: Path, value: Any) -> tuple[int, int, str]:
    written = f"{path[-1]} = {write_value(value)}"
    if path[:-1] in places.headers:
        place = places.headers[path[:-1]]
        return place, place, f"\n{written}"
    if path[:-1] in places.braces:
        place = places.braces[path[:-1]]
        before = text[:place].rstrip()
        return len(before), place, f"{'' if before.endswith('{') else ','} {written} "
    return len(text), len(text), ""  # see _with_new_tables


def _with_new_tables(text: str, added: list[tuple[Path, Any]]) -> str:
    """New tables stand at the end, where no other table swallows their keys."""
    for table in dict.fromkeys(path[:-1] for path, _ in added):
        lines = [f"{path[-1]} = {write_value(value)}" for path, value in added if path[:-1] == table]
        text = f"{text.rstrip()}\n\n[{'.'.join(map(str, table))}]\n" + "\n".join(lines) + "\n"
    return text


class _Scan:
    def __init__(self, text: str):
        self.text = text
        self.at = 0
        self.found = Places()
        self.counts: dict[Path, int] = {}

    def run(self) -> Places:
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)
        return self.found

    def _skip(self, what: re.Pattern[str]) -> str:
        found = what.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def _header(self) -> Path:
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        names = self._keys()
        self.at += 2 if is_array else 1
        path: Path = ()
        for place, name in enumerate(names):
            path += (name,)
            if is_array and place == len(names) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path += (self.counts[path],)
        self.found.headers[path] = self.at
        return path

    def _keys(self) -> tuple[str, ...]:
        """The names of a dotted key; stops after it and the blanks behind."""
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            written = self._skip(_KEY)
            names.append(written[1:-1] if written[:1] in ("'", '"') else written)
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return tuple(names)
            self.at += 1

    def _pair(self, table: Path) -> None:
        path = table + self._keys()
        self.at += 1  # the sign of equality
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        begin = self.at
        opening = self.text[self.at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            written = self._skip(_STRING if opening in "\"'" else _BARE)
            self.found.values[path] = (begin, begin + len(written.rstrip()))

    def _array(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        place = 0
        while self.text[self.at] != "]":
            self._value((*path, place))
            place += 1
            self._skip(_BLANK)
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip(_BLANK)
        self.found.braces[path] = self.at
        self.at += 1
