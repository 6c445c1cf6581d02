"""Two languages, the company's own first; one clock, the company's own."""

import os
from pathlib import Path

from liuke_desk.bridge import workspace

__all__ = ["LANGUAGES", "LANGUAGE_CODE", "LOCALE_PATHS", "TIME_ZONE", "USE_I18N", "USE_TZ"]

LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_CODE = workspace.language_code()
LOCALE_PATHS = [str(Path(__file__).resolve().parents[2] / "locale")]
USE_I18N = True


def machine_zone() -> str | None:
    """The zone this machine keeps; instants carry none, as in the canonical tables."""
    localtime = Path("/etc/localtime")
    if named := os.environ.get("TZ"):
        return named.removeprefix(":")
    if not localtime.exists():
        return "UTC"  # what the C library then takes
    _, found, name = str(localtime.resolve()).partition("zoneinfo/")
    return name if found else None


USE_TZ = False
TIME_ZONE = machine_zone()
