"""Addresses of styles and scripts that change when the file does, so that browsers never keep an old one."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedFilesStorage(StaticFilesStorage):
    """Adds `?v=` and a part of the file's hash to each address."""

    def url(self, name: str | None) -> str:
        address = super().url(name)
        return f"{address}?v={_hash_file(name)}" if name else address


@lru_cache(maxsize=512)
def _hash_file(name: str) -> str:
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(
            f"There is no static file {name!r}. Build the package again to fetch browser files."
        )
    return sha256(Path(str(found)).read_bytes()).hexdigest()[:12]
