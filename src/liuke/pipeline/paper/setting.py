"""The PDF of a page, set by WeasyPrint. It reads nothing but the page itself, and no clock."""

from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from liuke.kernel.drawing import NO_FONT, find_chinese_font, is_wide
from liuke.kernel.errors import LiukeError

_PACKAGE = (
    "PDFs need the Python package weasyprint, which is not installed.\n"
    "Install it with: pip install 'liuke[pdf]'"
)
_PANGO = (
    "PDFs are set by Pango, which this system lacks. Install it: on Debian and Ubuntu "
    "'apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0', on macOS 'brew install pango'."
)


class PdfRefused(LiukeError):
    """A PDF that this machine cannot set."""


def check_pdf(*, chinese: bool) -> None:
    """Refuse, with what to install, before long work is done for a PDF that could not be set."""
    _weasyprint()
    if chinese and find_chinese_font() is None:
        raise PdfRefused(NO_FONT.replace("so this plot speaks English", "so Chinese cannot be printed"))


def set_pdf(page: str) -> bytes:
    """A page of HTML as PDF; same page and fonts, same bytes.

    Raises PdfRefused when WeasyPrint, Pango or a font for the page's characters is missing.
    """
    check_pdf(chinese=is_wide(page))
    weasyprint = _weasyprint()
    from weasyprint.urls import URLFetcher

    within = URLFetcher(allowed_protocols=("data",))  # pictures are part of the page; nothing else is fetched
    return bytes(weasyprint.HTML(string=page, url_fetcher=within).write_pdf(pdf_tags=True))


def _weasyprint() -> Any:
    try:
        with redirect_stdout(StringIO()):  # it speaks on stdout when a library is missing
            import weasyprint
    except ImportError:
        raise PdfRefused(_PACKAGE) from None
    except OSError as error:  # its libraries are opened when it is imported
        raise PdfRefused(f"{_PANGO} ({str(error).splitlines()[0]})") from None
    return weasyprint
