"""The reference names every command, and every word of the kernel is in the glossary."""

import ast
import re
from pathlib import Path

import pytest
import typer

from liuke.pipeline.cli.main import app

ROOT = Path(__file__).parents[2]


def commands_of(group, before="liuke"):
    """Every command that can be typed, with the groups it is in."""
    for command in group.registered_commands:
        if not command.hidden:
            yield f"{before} {command.name or command.callback.__name__}"
    for inner in group.registered_groups:
        if inner.hidden:
            continue
        name = f"{before} {inner.name}" if inner.name else before
        if inner.typer_instance.registered_callback and inner.name:
            yield name
        yield from commands_of(inner.typer_instance, name)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_is_in_the_reference(language):
    page = (ROOT / "docs" / "reference" / f"commands.{language}.md").read_text(encoding="utf-8")
    told = {found.strip() for found in re.findall(r"`(liuke(?: [a-z][a-z-]*)+)", page)}

    assert isinstance(app, typer.Typer)
    assert set(commands_of(app)) == told


def test_every_public_word_of_the_kernel_is_in_the_glossary():
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").lower()
    public = {
        node.name
        for path in (ROOT / "src" / "liuke" / "kernel").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    words = {name: re.findall("[A-Z][a-z]+", name) for name in public}

    assert not {name for name, parts in words.items() if not any(part.lower() in glossary for part in parts)}


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=str)
def test_links_between_documents_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))

    assert not [link for link in links if not (page.parent / link).exists()]
