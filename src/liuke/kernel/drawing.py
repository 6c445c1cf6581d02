"""How plots look and speak: one style, words in both languages, and never a box for a character.

matplotlib is imported when something is drawn. Figures are made without pyplot, so nothing is global:
no backend is chosen, no window opens, no figure is kept alive by anybody else.
"""

import unicodedata
import warnings
from abc import ABC, abstractmethod
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from liuke.kernel.words import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, TEAL, PURPLE, GREY = "#0958d9", "#d46b08", "#08979c", "#722ed1", "#8c8c8c"
COLOURS = (BLUE, ORANGE, TEAL, PURPLE, "#a8071a", "#5b8c00", "#c41d7f", "#595959")
PALE = "#d6e4ff"
_COLOURS_KEPT = 128
LATIN = "DejaVu Sans"  # comes with matplotlib
CHINESE = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Hiragino Sans GB"),
    *("Microsoft YaHei", "SimHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Noto Sans SC"),
    *("Noto Sans CJK JP", "Noto Sans CJK TC", "Droid Sans Fallback", "Arial Unicode MS", "SimSun"),
    *("Noto Serif CJK SC", "Noto Serif CJK JP", "AR PL UMing CN"),
)
_FILES = (
    "notosanscjk",
    "sourcehan",
    "pingfang",
    "msyh",
    "simhei",
    "wqy",
    "notosanssc",
    "hiragino",
    "droidsansf",
)
_PROOF = "留客预警离网"  # a font that lacks one of these draws boxes
NO_FONT = (
    "No Chinese font is installed, so this plot speaks English. Install one (Debian, Ubuntu: "
    "apt-get install fonts-noto-cjk; macOS and Windows bring one) and start Python again."
)


class Display(ABC):
    """A plot of numbers that were worked out before; made by a constructor whose name begins with `from_`.

    After `plot`, `ax_` and `figure_` are matplotlib's. In a notebook a display shows itself.
    """

    size_inches = (6.4, 4.4)
    ax_: "Axes"
    figure_: "Figure"

    def plot(self, ax: "Axes | None" = None, *, language: Language = "en") -> Self:
        """Draw on the axes given, or on a figure of its own; returns the display.

        language: zh for Chinese labels; English, with one warning, where no Chinese font is installed.
        """
        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(figsize=self.size_inches, layout="constrained").add_subplot()
        self._draw(ax, speak(language))
        dress(ax)
        self.ax_, self.figure_ = ax, ax.get_figure(root=True)  # type: ignore[assignment]
        return self

    def save(self, path: Path | str, *, language: Language = "en", dots_per_inch: int = 150) -> None:
        """Write the plot to a file; the ending says how (.png, .svg, .pdf)."""
        if not hasattr(self, "figure_"):
            self.plot(language=language)
        self.figure_.savefig(path, dpi=dots_per_inch)

    def to_svg(self, *, language: Language = "en", size_inches: tuple[float, float] | None = None) -> bytes:
        """The plot drawn anew as SVG: the same plot, the same bytes.

        Characters are outlines, so nobody needs their fonts. size_inches: the display's own unless said.
        """
        from matplotlib import rc_context
        from matplotlib.figure import Figure

        drawn = BytesIO()
        with rc_context({"svg.fonttype": "path", "svg.hashsalt": "liuke"}):
            figure = Figure(figsize=size_inches or self.size_inches, layout="constrained")
            self.plot(figure.add_subplot(), language=language)
            figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
        return drawn.getvalue()

    @abstractmethod
    def _draw(self, ax: "Axes", language: Language) -> None: ...

    def _repr_png_(self) -> bytes:
        if not hasattr(self, "figure_"):
            self.plot()
        drawn = BytesIO()
        self.figure_.savefig(drawn, format="png", dpi=110)
        return _with_few_colours(drawn)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def _with_few_colours(png: BytesIO) -> bytes:
    """A third of the bytes: a notebook keeps what it shows, and people keep notebooks."""
    from PIL import Image

    kept = BytesIO()
    Image.open(png).convert("RGB").quantize(_COLOURS_KEPT).save(kept, "png", optimize=True)
    return kept.getvalue()


def speak(language: Language) -> Language:
    """The language that can be drawn: English where Chinese would come out as boxes."""
    if language == "zh" and find_chinese_font() is None:
        _warn_once()
        return "en"
    return language


@lru_cache(maxsize=1)
def find_chinese_font() -> str | None:
    """The name of an installed font that has Chinese characters, or None."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    held = {entry.name: entry.fname for entry in manager.ttflist}
    for name in CHINESE:
        if name in held and _draws_chinese(held[name]):
            return name
    for path in sorted(font_manager.findSystemFonts()):  # installed since matplotlib last looked
        if any(part in Path(path).name.lower().replace("-", "") for part in _FILES) and _draws_chinese(path):
            manager.addfont(path)
            return font_manager.get_font(path).family_name
    return None


def _draws_chinese(path: str) -> bool:
    from matplotlib.ft2font import FT2Font

    try:
        font = FT2Font(path)
    except (RuntimeError, OSError):
        return False  # a damaged or unreadable font file is as good as none
    return all(font.get_char_index(ord(character)) for character in _PROOF)


def dress(ax: "Axes") -> None:
    """Quiet frame and grid, and a font that has every character; what none has is numbered instead."""
    from matplotlib.text import Text

    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color("#bfbfbf")
    ax.tick_params(colors="#434343", labelsize=9, length=0)
    ax.set_axisbelow(True)
    texts = [found for found in ax.findobj(Text) if isinstance(found, Text) and found.get_text()]
    for text in texts:
        text.set_parse_math(False)  # names may have $, and no formula is written here
    font = find_chinese_font() if any(is_wide(text.get_text()) for text in texts) else None
    for place, text in enumerate(texts, start=1):
        if font is not None:
            text.set_fontfamily([font, LATIN])
        elif is_wide(text.get_text()):
            _warn_once()
            text.set_text(f"#{place}")


def is_wide(text: str) -> bool:
    """Whether a text has East Asian characters, which the font that comes with matplotlib lacks."""
    return any(unicodedata.east_asian_width(character) in "WF" for character in text)


def shorten(text: str, columns: int) -> str:
    """A text cut, with an ellipsis, where it takes more columns than said; East Asian characters take two."""
    widths = [2 if is_wide(character) else 1 for character in text]
    if sum(widths) <= columns:
        return text
    kept = 0
    while sum(widths[: kept + 1]) < columns:
        kept += 1
    return f"{text[:kept]}…"


@lru_cache(maxsize=1)
def _warn_once() -> None:
    warnings.warn(NO_FONT, stacklevel=4)


def title(ax: "Axes", text: str, **settings: Any) -> None:
    """A title at the left, where reading begins."""
    ax.set_title(text, loc="left", fontsize=11, color="#1f1f1f", **settings)


def legend(ax: "Axes", **settings: Any) -> None:
    drawn = ax.legend(frameon=False, fontsize=9, **settings)
    drawn.get_title().set_linespacing(1.6)  # Chinese fonts stand taller than the line they claim


def grid(ax: "Axes", axis: Any = "y") -> None:
    ax.grid(axis=axis, color="#f0f0f0", linewidth=0.8)
