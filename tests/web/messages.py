"""Every text of the workbench that is to be translated, found in templates and code."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import liuke_desk

ROOT = Path(liuke_desk.__path__[0])
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    name: spec
    for names, spec in (
        (("_", "_now", "gettext", "gettext_lazy", "gettext_noop"), None),
        (("ngettext", "ngettext_lazy"), (1, 2)),
        (("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
        (("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
    )
    for name in names
}

Message = tuple[str | None, str | tuple[str, str]]  # context; the text, or singular and plural


def find_messages() -> dict[Message, str]:
    """Each message and one place where it stands."""
    found: dict[Message, str] = {}
    for path in sorted(ROOT.rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
            for line, message in read_messages(path):
                found.setdefault(message, f"{path.relative_to(ROOT)}:{line}")
    return found


def read_messages(path: Path) -> Iterator[tuple[int, Message]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = templatize(source, origin=str(path))
    for line, text, _, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        yield line, (context, tuple(text) if isinstance(text, tuple) else text)


def read_translations() -> dict[Message, tuple[str, ...]]:
    """Each message of the catalogue with its translations; fuzzy ones are not translations."""
    with CATALOGUE.open("rb") as readable:
        catalog = read_po(readable)
    return {
        (entry.context, tuple(entry.id) if isinstance(entry.id, (tuple, list)) else entry.id): (
            tuple(entry.string) if isinstance(entry.string, (tuple, list)) else (entry.string,)
        )
        for entry in catalog
        if entry.id and not entry.fuzzy
    }
