"""A canonical table as it is written down; `liuke.ingest.canonical` reads it."""

from typing import NamedTuple


class Declared(NamedTuple):
    """Name, words, grain, key and columns of one table, a line for each column."""

    name: str
    zh: str
    en: str
    grain: str
    key: str
    columns: str
    monthly: bool = False
