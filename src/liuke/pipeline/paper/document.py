"""What is put on paper: a title and sections of text, plots and tables, in one language."""

from collections.abc import Sequence
from dataclasses import dataclass

from liuke.kernel.words import Language, Words

Row = Sequence[str]


@dataclass(frozen=True)
class PaperTable:
    """The first column names a row. caption, note: above and below; "" for none."""

    head: Row
    rows: Sequence[Row]
    caption: str = ""
    note: str = ""


@dataclass(frozen=True)
class Plot:
    """A drawing, as SVG or else as PNG, and what it shows."""

    title: str
    data: bytes

    @property
    def media_type(self) -> str:
        return "image/png" if self.data.startswith(b"\x89PNG") else "image/svg+xml"


@dataclass(frozen=True)
class Block:
    """Plots and tables that are read together; beside: one of each, side by side."""

    plots: Sequence[Plot] = ()
    tables: Sequence[PaperTable] = ()
    beside: bool = False


@dataclass(frozen=True)
class PaperSection:
    """level: 1 for a part that begins a page, 2 for what stands below it."""

    title: str
    lines: Sequence[str] = ()
    blocks: Sequence[Block] = ()
    level: int = 2


@dataclass(frozen=True)
class Document:
    """title: of the whole; told: one line below it; known_by: the as-of day, on every page."""

    title: str
    told: str
    known_by: str
    language: Language
    sections: Sequence[PaperSection]
    is_simulated: bool


KNOWN_BY = Words(zh="数据截至 {day} 之前", en="As known before {day}")
SIMULATED = Words(zh="模拟公司", en="Simulated company")
PAGE = Words(zh="第 {page} 页, 共 {pages} 页", en="Page {page} of {pages}")
CONTENTS = Words(zh="目录", en="Contents")
