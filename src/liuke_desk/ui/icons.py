"""Icons of the vendored sprite, one at a time: the whole sprite is half a megabyte a page need not carry."""

import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SPRITE = "vendor/lucide.svg"
_SYMBOL = re.compile(r'<symbol id="([^"]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


class UnknownIcon(LookupError):
    def __init__(self, name: str):
        super().__init__(f"The sprite {SPRITE} has no icon {name!r}; see lucide.dev for the names.")


@lru_cache(maxsize=1)
def read_shapes() -> dict[str, str]:
    found = finders.find(SPRITE)
    if found is None:
        raise FileNotFoundError(f"{SPRITE} is missing. Build the package again to fetch browser files.")
    text = Path(str(found)).read_text(encoding="utf-8")
    return {name: re.sub(r"\s+", " ", shape).strip() for name, shape in _SYMBOL.findall(text)}


@lru_cache(maxsize=256)
def draw_icon(name: str, label: str = "") -> SafeString:
    """An icon; one with a label speaks for itself, one without is decoration beside words."""
    try:
        shape = mark_safe(read_shapes()[name])
    except KeyError:
        raise UnknownIcon(name) from None
    says = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>', says, shape)
