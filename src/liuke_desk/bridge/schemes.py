"""The tier schemes of the workspace in plain values: what each is called, which version is in force when."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from liuke.kernel.errors import LiukeError
from liuke.kernel.toml import TomlFile
from liuke.pipeline.schemes import FOLDER, open_book
from liuke.pipeline.what_if import scheme_name
from liuke.pipeline.workspace import Workspace
from liuke.tier import Scheme, SchemeBook, built_in_schemes, find_entitlements, load
from liuke.tier.examples import describe_examples
from liuke.tier.threshold import ThresholdScheme
from liuke_desk.bridge import workspace as serving
from liuke_desk.bridge.scheme_clusters import describe_clusters
from liuke_desk.bridge.warehouse import open_anew

SchemeMissing = LiukeError

Row = dict[str, Any]


def list_schemes(*, on: date) -> list[Row]:
    """Every scheme there is: those in use first, in the order of the settings, then own ones, then the rest.

    Each has name, zh, en, about, kind, is_own, is_used, is_pinned (the settings name one file, so that no
    other version ever comes in force), versions (oldest first), in_force and next, which are of them or None.
    """
    workspace = serving.current_workspace()
    book = open_book(workspace)
    uses = _uses(workspace)
    order = {name: place for place, name in enumerate(uses)}
    rows = [_scheme_row(name, book, uses, on=on) for name in book.names]
    return sorted(rows, key=lambda row: (order.get(row["name"], len(order)), not row["is_own"], row["name"]))


def find_scheme(name: str, *, on: date) -> Row:
    """One scheme as `list_schemes` tells of it. Raises SchemeMissing when there is none."""
    workspace = serving.current_workspace()
    book = open_book(workspace)
    book.of(name)
    return _scheme_row(name, book, _uses(workspace), on=on)


def read_version(name: str, version: int) -> Row:
    """A version's label, declaration and TOML text. Raises SchemeMissing when there is none."""
    book = open_book(serving.current_workspace())
    scheme = pick_version(book, name, version)
    return {
        "name": scheme.name,
        "version": scheme.version,
        "label": scheme.label,
        "text": version_path(book, scheme).read_text(encoding="utf-8"),
        "declared": TomlFile(version_path(book, scheme)).data,
    }


def describe_version(name: str, version: int) -> Row:
    """All there is to know of a version: tiers, how they are held, what they cost, examples judged."""
    workspace = serving.current_workspace()
    book = open_book(workspace)
    return describe_scheme(pick_version(book, name, version), book, entitlements=workspace.root)


def describe_scheme(scheme: Scheme, book: SchemeBook, *, entitlements: Path) -> Row:
    table = find_entitlements(entitlements / "entitlements", scheme)
    lines_fen = _credit_lines_fen(scheme)
    return {
        "name": scheme.name,
        "version": scheme.version,
        "label": scheme.label,
        "kind": scheme.kind,
        **scheme.words.model_dump(),
        "about": scheme.about.model_dump() if scheme.about else None,
        "effective_from": scheme.effective_from,
        "stability": scheme.stability.model_dump(),
        "measures": list(_measures(scheme)),
        "references": list(scheme.references),
        "tiers": [
            {
                "tier": level.name,
                "rank": level.rank,
                "colour": level.color,
                **level.words.model_dump(),
                "cost_fen": round(table.cost_fen(level.name)) if table else None,
                "base_credit_line_fen": lines_fen.get(level.name),
                "is_managed": bool(table and level.name in table.managed_tiers),
            }
            for level in scheme.levels
        ],
        "entitlements": [
            each.model_dump(mode="json") | {"cost_fen": _costs(each)} for each in table.entitlements
        ]
        if table
        else [],
        "clusters": describe_clusters(scheme),
        "examples": [_example_row(example, found) for example, found in _judge(version_path(book, scheme))],
    }


def pick_version(book: SchemeBook, name: str, version: int) -> Scheme:
    versions = book.of(name)
    found = next((scheme for scheme in versions if scheme.version == version), None)
    if found is None:
        known = ", ".join(str(scheme.version) for scheme in versions)
        raise SchemeMissing(f"{name} has no version {version}; it has {known}.")
    return found


def version_path(book: SchemeBook, scheme: Scheme) -> Path:
    """The file a version stands in."""
    for each in book.versions.get(scheme.name, ()):
        if each.scheme.version == scheme.version:
            return each.path
    return built_in_schemes()[scheme.name]


def last_cycle_day() -> date | None:
    """The latest as-of day whose customers have been judged; None before the first cycle."""
    with open_anew() as workspace:
        days = workspace.as_of_days("tiers")
    return days[-1] if days else None


def _uses(workspace: Workspace) -> dict[str, bool]:
    """Name of each scheme that the settings use -> whether they name its file and not its name."""
    return {
        scheme_name(workspace, use): use.scheme.endswith(".toml") and (workspace.root / use.scheme).is_file()
        for use in workspace.config.tiers
    }


def _scheme_row(name: str, book: SchemeBook, uses: Mapping[str, bool], *, on: date) -> Row:
    schemes = book.of(name)
    in_force = next((each for each in reversed(schemes) if each.effective_from <= on), None)
    later = next((each for each in schemes if each.effective_from > on), None)
    shown = in_force or schemes[0]
    versions = [_version_row(scheme, book) for scheme in schemes]
    for row, following in pairwise(versions):
        row["effective_until"] = following["effective_from"]
    by_number = {row["version"]: row for row in versions}
    return {
        "name": name,
        **shown.words.model_dump(),
        "about": shown.about.model_dump() if shown.about else None,
        "kind": shown.kind,
        "is_own": name in book.versions,
        "is_used": name in uses,
        "is_pinned": uses.get(name, False),
        "versions": versions,
        "in_force": by_number[in_force.version] if in_force else None,
        "next": by_number[later.version] if later else None,
    }


def _version_row(scheme: Scheme, book: SchemeBook) -> Row:
    return {
        "version": scheme.version,
        "label": scheme.label,
        "effective_from": scheme.effective_from,
        "effective_until": None,
        "approval": scheme.approval.model_dump() if scheme.approval else None,
        "is_own": scheme.name in book.versions,
        "file": version_path(book, scheme).name,
    }


def own_folder(workspace: Workspace) -> Path:
    return workspace.root / FOLDER


def _measures(scheme: Scheme) -> Iterable[Row]:
    """Each number or mark that the scheme reads: its column and, where it has them, its words and weights."""
    found = {row["column"]: row for row in _named(scheme.model_dump(exclude={"examples"}))}
    for column in scheme.reads:
        yield found.get(column) or {"column": column, "zh": column, "en": column, "is_money": False}


def _named(declared: Any) -> Iterable[Row]:
    if isinstance(declared, Mapping):
        words = declared.get("words") or declared.get("yes")
        if isinstance(declared.get("column"), str) and isinstance(words, Mapping):
            yield {"column": declared["column"], **words, "is_money": bool(declared.get("money"))}
        for part in declared.values():
            yield from _named(part)
    elif isinstance(declared, list | tuple):
        for part in declared:
            yield from _named(part)


def _credit_lines_fen(scheme: Scheme) -> dict[str, int]:
    """What customers of a tier may owe without a closer look; tiers without such a line are absent."""
    if not isinstance(scheme, ThresholdScheme):
        return {}
    lines = {tier.name: tier.base_credit_line for tier in scheme.tiers}
    return {name: int(line * 100) for name, line in lines.items() if line is not None}


def _costs(entitlement: Any) -> dict[str, int]:
    return {tier: round(entitlement.unit_cost_fen * uses) for tier, uses in entitlement.uses_a_year.items()}


def _judge(path: Path) -> Iterable[tuple[Any, Row]]:
    return _judge_file(path, sha256(path.read_bytes()).hexdigest())


@lru_cache(maxsize=64)
def _judge_file(path: Path, digest: str) -> tuple[tuple[Any, Row], ...]:
    """Kept while the file is what it was: judging takes a second or two."""
    # As if in force ever since: an example may tell of a day before the version begins.
    scheme = load(path).model_copy(update={"effective_from": date.min})
    try:
        return describe_examples(scheme)
    except LiukeError:
        return ()  # what it refers to is not at hand; the check of the declaration says so


def _example_row(example: Any, found: Row) -> Row:
    return {
        "reads": {name: _plain(value) for name, value in example.reads.items()},
        "as_of": example.as_of,
        "expected": example.tier,
        "tier": found["tier"],
        "zh": found["why_zh"],
        "en": found["why"],
        "is_right": found["tier"] == example.tier,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
