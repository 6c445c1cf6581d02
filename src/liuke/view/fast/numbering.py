"""Which number each customer has: a dense whole number, given once and never taken back."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast import number_loops
from liuke.view.fast.arrays import in_one_piece, values_of
from liuke.view.fast.number_loops import NOBODY

_ROWS_AT_ONCE = 1 << 14  # so that their words and hashes stay near the processor


class Numbers:
    """customer_id of each number, and the number of each customer_id.

    What finds them is built once, however many columns are asked for.
    """

    def __init__(self, ids: pa.Array):
        self.ids = ids

    def of(self, customers: pa.ChunkedArray) -> np.ndarray:
        """Each row's number; -1 where a customer has none."""
        if self._finder is None:
            return values_of(pc.index_in(customers, value_set=self.ids), NOBODY).astype(np.int32, copy=False)
        pieces = [self._finder.find(chunk) for chunk in customers.chunks]
        return np.concatenate([np.empty(0, np.int32), *pieces])

    def knows(self, customers: pa.ChunkedArray, number: np.ndarray) -> bool:
        """Whether all who are named have a number. number: of each row."""
        return int(np.count_nonzero(number == NOBODY)) == customers.null_count

    def with_new(self, customers: pa.ChunkedArray, number: np.ndarray) -> "Numbers":
        """These, and numbers for those who had none, by their customer_id."""
        new = pc.unique(customers.filter(pa.array(number == NOBODY))).drop_null()
        return Numbers(pa.concat_arrays([self.ids, new.take(pc.sort_indices(new))]))

    @cached_property
    def _finder(self) -> "_Finder | None":
        """What finds short texts; None where one of ours is longer."""
        edges, letters = _texts(self.ids)
        words = np.empty((len(self.ids), 2), np.int64)
        if number_loops.pack_texts(edges, letters, words):
            return None
        hashes = np.empty(len(words), np.int64)
        number_loops.hash_words(words, hashes)
        entries = np.full(1 << max(3, (2 * len(words)).bit_length()), NOBODY, np.int64)
        number_loops.put_numbers(hashes, entries)
        return _Finder(words, entries)


@dataclass(frozen=True)
class _Finder:
    words: np.ndarray
    entries: np.ndarray

    def find(self, texts: pa.Array) -> np.ndarray:
        edges, letters = _texts(texts)
        found = np.empty(len(texts), np.int32)
        words = np.empty((min(len(texts), _ROWS_AT_ONCE), 2), np.int64)
        hashes = np.empty(len(words), np.int64)
        for start in range(0, len(texts), _ROWS_AT_ONCE):
            here = found[start : start + _ROWS_AT_ONCE]
            some, told = words[: len(here)], hashes[: len(here)]
            number_loops.pack_texts(edges[start : start + len(here) + 1], letters, some)
            number_loops.hash_words(some, told)
            number_loops.find_numbers(some, told, self.entries, self.words, here)
        if texts.null_count:
            found[values_of(texts.is_null())] = NOBODY
        return found


def _texts(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Where each text begins and ends, and all letters behind each other."""
    column = in_one_piece(column.cast(pa.string()))
    _, offsets, data = column.buffers()
    if not len(column):
        return np.zeros(1, np.int32), np.zeros(0, np.uint8)
    edges = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    return edges, np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
