"""The schemes that come with Liuke as pages for readers, and the form of a scheme's file for editors.

Write docs/reference/schemes.*.md and scheme.schema.json anew with `python -m liuke.tier.catalogue`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from liuke.kernel.words import Language, Words
from liuke.tier.examples import describe_examples
from liuke.tier.registry import KINDS, built_in_schemes, load
from liuke.tier.scheme import Scheme

_DOCS = Path(__file__).parents[3] / "docs/reference"
PAGES: Mapping[Language, Path] = {"zh": _DOCS / "schemes.zh.md", "en": _DOCS / "schemes.en.md"}
SCHEMA = _DOCS / "scheme.schema.json"

_SAID: Mapping[str, Words] = {
    "title": Words(zh="分级方案", en="Tier schemes"),
    "intro": Words(
        zh=(
            "本页由方案声明自动生成，请勿手工修改。方案是 TOML 文件，格式见 "
            "[scheme.schema.json](scheme.schema.json)；把文件放进工作区的 `schemes/`，"
            "改版本号和 `effective_from`，就是新的一版。未知记为“未评级”，绝不当作最低等级。"
            "示例由方案自己评出，与声明不符时 `liuke check` 会报告。"
        ),
        en=(
            "This page is written from the declarations; do not edit it by hand. A scheme is a TOML file of "
            "the form in [scheme.schema.json](scheme.schema.json); put one into `schemes/` of a workspace, "
            "with the next version and its `effective_from`, to change it. The unknown are unrated, never "
            "the lowest. Examples are judged by the scheme itself; `liuke check` says which do not come out."
        ),
    ),
    "kind": Words(zh="类型", en="kind"),
    "reads": Words(zh="读取的列", en="reads"),
    "tier": Words(zh="等级", en="tier"),
    "words": Words(zh="名称", en="name"),
    "takes": Words(zh="条件", en="what it takes"),
    "example": Words(zh="示例", en="Example"),
    "missing": Words(zh="距上一级", en="missing for the next"),
    "why": Words(zh="说明", en="why"),
}


def draw_catalogue(schemes: Iterable[Scheme], *, language: Language) -> str:
    """A Markdown page: each scheme with what its tiers take and examples drawn as a table."""
    lines = [f"# {_say('title', language)}", "", _say("intro", language)]
    for scheme in schemes:
        lines += ["", f"## {scheme.words.say(language)} `{scheme.name}`", ""]
        if scheme.about is not None:
            lines += [scheme.about.say(language), ""]
        reads = ", ".join(f"`{column}`" for column in scheme.reads)
        lines += [f"{_say('kind', language)}: `{scheme.kind}`; {_say('reads', language)}: {reads}", ""]
        lines += [*_rules(scheme, language), "", f"### {_say('example', language)}", ""]
        lines += _examples(scheme, language)
    return "\n".join(lines) + "\n"


def draw_schema() -> str:
    """The JSON Schema of a scheme's file, whatever its kind."""
    kinds: Any = reduce(or_, KINDS.values())
    schema = TypeAdapter(Annotated[kinds, Field(discriminator="kind")]).json_schema()
    return json.dumps({"title": "Liuke tier scheme", **schema}, ensure_ascii=False, indent=2) + "\n"


def _rules(scheme: Scheme, language: Language) -> list[str]:
    head = [_say(name, language) for name in ("tier", "words", "takes")]
    rows = [
        (f"`{rule.name}`", rule.words.say(language), rule.takes.say(language) if rule.takes else "–")
        for rule in scheme.describe()
    ]
    return _table(head, rows)


def _examples(scheme: Scheme, language: Language) -> list[str]:
    head = [*scheme.reads, *(_say(name, language) for name in ("tier", "missing", "why"))]
    rows = []
    for example, found in describe_examples(scheme):
        missing = found["missing"]
        told = (
            f"`{found['tier']}`",
            "–" if missing is None else f"{missing:,.15g}",
            found["why_zh" if language == "zh" else "why"],
        )
        rows.append((*(_cell(example.reads.get(column)) for column in scheme.reads), *told))
    return _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | str | date):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return f"{value:,.15g}"


def _say(name: str, language: Language) -> str:
    return _SAID[name].say(language)


def write_pages() -> None:
    schemes = [load(name) for name in sorted(built_in_schemes())]
    for language, page in PAGES.items():
        page.write_text(draw_catalogue(schemes, language=language), encoding="utf-8")
    SCHEMA.write_text(draw_schema(), encoding="utf-8")


if __name__ == "__main__":
    write_pages()
