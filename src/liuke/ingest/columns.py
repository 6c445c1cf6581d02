"""A batch's columns for the rules of a mapping: as the source keeps them, and as cleaned text when asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.readers.batch import RowBatch
from liuke.ingest.values.distinct import distinct, map_distinct
from liuke.ingest.values.text import clean


class Columns(Mapping[str, pa.Array]):
    """Cleaned texts by the source's names, made when they are first asked for.

    `kept` gives a column as the source keeps it; its text may still say that a value is missing.
    """

    def __init__(self, batch: RowBatch, *, null_tokens: Sequence[str]):
        self._batch, self._tokens = batch, tuple(null_tokens)
        self._cleaned: dict[str, pa.Array] = {}
        self._distinct: dict[str, tuple[Columns, pa.Array] | None] = {}

    def __getitem__(self, name: str) -> pa.Array:
        if name not in self._cleaned:
            self._cleaned[name] = map_distinct(
                self._batch.texts[name], lambda values: clean(values, null_tokens=self._tokens)
            )
        return self._cleaned[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._batch.texts)

    def __len__(self) -> int:
        return len(self._batch.texts)

    @property
    def rows(self) -> int:
        return len(self._batch)

    def kept(self, name: str) -> pa.Array | None:
        """The column in the source's own kind; None where a null token could be one of its values."""
        return None if any(map(_may_be_a_value, self._tokens)) else self._batch.kept.get(name)

    def distinct(self, name: str) -> "tuple[Columns, pa.Array] | None":
        """A text column's distinct values, and which of them each row has; None where they are many."""
        column = self._batch.kept[name]
        if not (pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)):
            return None
        if name not in self._distinct:
            self._distinct[name] = self._find_distinct(name, column)
        return self._distinct[name]

    def _find_distinct(self, name: str, column: pa.Array) -> "tuple[Columns, pa.Array] | None":
        found = distinct(column)
        if found is None:
            return None
        values, places = found
        batch = replace(self._batch, numbers=pa.nulls(len(values), pa.int64()), kept={name: values})
        return Columns(batch, null_tokens=self._tokens), places

    def where(self, mask: pa.Array) -> "Columns":
        """The same of some rows."""
        found = Columns(self._batch.where(mask), null_tokens=self._tokens)
        found._cleaned = {name: pc.filter(text, mask) for name, text in self._cleaned.items()}
        return found


def _may_be_a_value(token: str) -> bool:
    """Whether a number, a day or a flag could be written so."""
    return any(letter.isdigit() for letter in token) or token.lower() in ("true", "false")
