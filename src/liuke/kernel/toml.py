"""TOML files that people write: read whole, with the line of every key for messages.

tomllib tells no line numbers, so `TomlFile.line_of` finds them by a scan of headers and keys.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from liuke.kernel.errors import ConfigRefused, Mistake, suggestion

ModelT = TypeVar("ModelT", bound=BaseModel)
KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


class TomlFile:
    """One parsed TOML file and where its keys stand."""

    def __init__(self, path: Path):
        self.path = path
        try:
            self.text = path.read_text(encoding="utf-8-sig")
            self.data: dict[str, Any] = tomllib.loads(self.text)
        except FileNotFoundError:
            raise ConfigRefused([Mistake(path, 1, "the file does not exist")]) from None
        except UnicodeDecodeError as error:
            where = path.read_bytes()[: error.start].count(b"\n") + 1
            mistake = Mistake(path, where, "is not UTF-8 text; save the file as UTF-8")
            raise ConfigRefused([mistake]) from None
        except tomllib.TOMLDecodeError as error:
            raise ConfigRefused(
                [Mistake(path, _line_in(str(error), self.text), f"not valid TOML: {error}")]
            ) from None

    def line_of(self, path: KeyPath) -> int:
        """The line of the key, or of the nearest key above it that stands in the file."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 1

    def mistake(self, path: KeyPath, message: str) -> Mistake:
        return Mistake(self.path, self.line_of(path), message)

    @cached_property
    def _lines(self) -> dict[KeyPath, int]:
        found: dict[KeyPath, int] = {}
        counts: dict[KeyPath, int] = {}
        table: KeyPath = ()
        quote = ""
        for number, line in enumerate(self.text.splitlines(), start=1):
            if quote:
                quote = "" if line.count(quote) % 2 else quote
                continue
            if header := _HEADER.match(line):
                table = _table_path(header, counts)
                found.setdefault(table, number)
            elif key := _KEY.match(line):
                found[table + _parts(key[1])] = number
            quote = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
        return found


def read_model(model: type[ModelT], file: TomlFile, *, at: KeyPath = (), data: Any = None) -> ModelT:
    """The file (or the part of it at a key path) as a model; all its mistakes are raised at once."""
    try:
        return model.model_validate(file.data if data is None else data)
    except ValidationError as error:
        raise ConfigRefused(mistakes_of(error, model, file, at=at)) from None


def mistakes_of(
    error: ValidationError, model: type[BaseModel], file: TomlFile, *, at: KeyPath = ()
) -> list[Mistake]:
    """A validation error in a user's words, one mistake for each place."""
    mistakes = []
    for detail in error.errors():
        path = at + tuple(detail["loc"])
        mistakes.append(file.mistake(_in_file(file, path), _say(detail, model)))
    return mistakes


def _in_file(file: TomlFile, path: KeyPath) -> KeyPath:
    """The path without the union tags that pydantic puts in between."""
    kept: list[str | int] = []
    node: Any = file.data
    for part in path:
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and isinstance(part, int):
            node = node[part] if part < len(node) else None
        else:
            continue
        kept.append(part)
    return tuple(kept)


def _say(detail: ErrorDetails, model: type[BaseModel]) -> str:
    name = ".".join(str(part) for part in detail["loc"]) or "the file"
    match detail["type"]:
        case "extra_forbidden":
            valid = _fields_at(model, detail["loc"][:-1])
            known = f"; known here: {', '.join(valid)}" if valid else ""
            return f"{name!r} is not a known setting{suggestion(str(detail['loc'][-1]), valid)}{known}"
        case "missing":
            return f"{name!r} is missing"
        case "value_error":
            return f"{name}: {detail['msg'].removeprefix('Value error, ')}"
        case _:
            return f"{name}: {detail['msg']}; found {detail['input']!r}"


def _fields_at(model: Any, path: Sequence[str | int]) -> list[str]:
    """Names of the fields of the model that lies at a path inside another."""
    is_key = False  # whether the next part is the key of a dictionary and not the name of a field
    for part in path:
        if isinstance(part, int) or not hasattr(model, "model_fields"):
            continue
        if is_key:
            is_key = False
            continue
        field = model.model_fields.get(part)
        if field is None:
            return []
        is_key = get_origin(field.annotation) is dict
        model = _model_in(field.annotation)
    return sorted(model.model_fields) if hasattr(model, "model_fields") else []


def _model_in(annotation: Any) -> Any:
    if hasattr(annotation, "model_fields"):
        return annotation
    inner = [_model_in(arg) for arg in getattr(annotation, "__args__", ())]
    models = [found for found in inner if found is not None]
    return models[0] if len(models) == 1 else None


def _table_path(header: re.Match[str], counts: dict[KeyPath, int]) -> KeyPath:
    """The path of a `[table]` or the next element of a `[[table]]`."""
    path: KeyPath = ()
    names = _parts(header[2])
    for place, name in enumerate(names):
        path += (name,)
        last = place == len(names) - 1
        if last and header[1] == "[[":
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _line_in(message: str, text: str) -> int:
    """The line that tomllib names in its message; the last one for 'at end of document'."""
    found = re.search(r"line (\d+)", message)
    return int(found[1]) if found else text.count("\n") + 1
