"""The drawn companies as a page of the reference, so that what is tested is what is told.

Write docs/reference/labels.*.md anew with `python -m tests.spec.predict.labels_page`.
"""

from collections.abc import Mapping
from pathlib import Path

from liuke.kernel.words import Language, Words
from tests.spec.predict.labels_drawn import AS_OF, LATER, Drawn
from tests.spec.predict.labels_drawn_further import EVERY

_DOCS = Path(__file__).parents[3] / "docs" / "reference"
PAGES: Mapping[Language, Path] = {"zh": _DOCS / "labels.zh.md", "en": _DOCS / "labels.en.md"}
_TITLE = Words(zh="离网标签", en="Labels of leaving")
_INTRO = Words(
    zh=(
        f"本页由规格测试生成，请勿手工修改。基准日为 {AS_OF}；除另有说明外，结果以 {LATER} 零点前所知为准，"
        "沉默满 60 天算沉默离网，换号重入网以 30 天、把握 0.8 为限。`left_1m`、`left_2m`、`left_3m`："
        "一、二、三个月内是否离开；`kind`：窗口内最早一次离开的方式；空格为未知。"
        "未列出的客户在基准日之前已经离开。"
    ),
    en=(
        f"This page is written from the spec tests; do not edit it by hand. The as-of day is {AS_OF}. Unless "
        f"said otherwise, outcomes are as known before midnight of {LATER}, 60 days of silence are a leaving "
        "and a return under a new number counts within 30 days from a match of 0.8 on. `left_1m`, `left_2m`, "
        "`left_3m`: whether the customer left within one, two, three months; `kind`: how, the first time in "
        "the window; an empty cell is not known. Customers who are not listed had left before the as-of day."
    ),
)
_SAYS = Words(zh="结论", en="What is said")
_TABLES: Mapping[str, Words] = {
    "customers": Words(zh="客户", en="customers"),
    "accounts": Words(zh="账户", en="accounts"),
    "statuses": Words(zh="账户状态变更", en="changes of account status"),
    "events": Words(zh="使用", en="use"),
    "circles": Words(zh="通话圈", en="call circles"),
    "balances": Words(zh="余额", en="balances"),
    "matches": Words(zh="换号重入网的匹配", en="matches of re-entry"),
}


def cells_of(drawn: str) -> list[list[str]]:
    """The head and the rows of a drawn table."""
    return [[cell.strip() for cell in line.split("|")] for line in drawn.strip().splitlines()]


def draw_page(language: Language) -> str:
    sections = [f"# {_TITLE.say(language)}", _INTRO.say(language)]
    for case in EVERY:
        sections += [f"## {case.title.say(language)}", case.because.say(language), *_tables(case, language)]
    return "\n\n".join(sections) + "\n"


def _tables(case: Drawn, language: Language) -> list[str]:
    given = [
        text
        for name, rows in case.given.items()
        for text in (f"`{name}` ({_TABLES[name].say(language)})", _markdown(rows))
    ]
    return [*given, f"**{_SAYS.say(language)}**", _markdown(case.says)]


def _markdown(drawn: str) -> str:
    head, *rows = cells_of(drawn)
    return "\n".join(_line(cells) for cells in (head, ["---"] * len(head), *rows))


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(draw_page(language), encoding="utf-8")
