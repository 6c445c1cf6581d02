"""Columns in which few values stand often are read once for each value, not once for each row."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.values.converted import Converted

WORTH_ROWS = 1024  # below, looking for repetition costs more than it saves
ROWS_PER_VALUE = 4


def read_distinct(text: pa.Array, read: Callable[[pa.Array], Converted]) -> Converted:
    """What `read` makes of every row, told from its distinct values where these are few.

    read: must look at each row by itself.
    """
    coded = _coded(text)
    if coded is None:
        return read(text)
    found = read(coded.dictionary)
    return Converted(found.values.take(coded.indices), found.reason.take(coded.indices))


def map_distinct(text: pa.Array, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """The same for a change of text into text."""
    coded = _coded(text)
    return change(text) if coded is None else change(coded.dictionary).take(coded.indices)


def distinct(column: pa.Array) -> tuple[pa.Array, pa.Array] | None:
    """The distinct values of text, a missing one among them, and which of them each row has; None where
    they are many."""
    coded = column if pa.types.is_dictionary(column.type) else _coded(column)
    if coded is None:
        return None
    if not coded.indices.null_count:
        return coded.dictionary, coded.indices
    values = pa.concat_arrays([coded.dictionary, pa.nulls(1, coded.dictionary.type)])
    return values, pc.fill_null(coded.indices.cast(pa.int32()), len(values) - 1)


def _coded(text: pa.Array) -> pa.DictionaryArray | None:
    """The column as numbers of its distinct values, a missing one among them; None where they are many."""
    if len(text) < WORTH_ROWS:
        return None
    sample = text.slice(0, WORTH_ROWS)
    if pc.count_distinct(sample, mode="all").as_py() * ROWS_PER_VALUE > WORTH_ROWS:
        return None
    coded = text.dictionary_encode(null_encoding="encode")
    return coded if len(coded.dictionary) * ROWS_PER_VALUE <= len(text) else None
