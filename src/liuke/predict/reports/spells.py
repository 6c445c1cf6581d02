"""What stood of every customer from one instant to the next, in arrays: units, plans, brands, dealers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.predict.reports.terms import UNKNOWN
from liuke.view.fast.arrays import array_of, in_one_piece, values_of

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Texts:
    """A text of each spell as the place of its word. The last word is that of the unknown."""

    words: pa.Array
    place: np.ndarray

    @classmethod
    def of(cls, column: pa.ChunkedArray, order: np.ndarray) -> "Texts":
        coded = in_one_piece(column).dictionary_encode()
        words = pa.concat_arrays([coded.dictionary, pa.array([UNKNOWN], pa.string())])
        return cls(words, values_of(coded.indices)[order])

    def at(self, spell: np.ndarray) -> pa.Array:
        """The words of spells; that of the unknown for -1."""
        unknown = len(self.words) - 1
        place = np.append(self.place, unknown).astype(np.int32, copy=False)[spell]  # -1: the last one
        return say(self.words, place)


@dataclass(frozen=True)
class Spells:
    """Spells of customers, those of one in turn. They stand in (since, until], in microseconds since 1970.

    begins: where the spells of each customer begin, and those of the last end.
    """

    begins: np.ndarray
    since: np.ndarray
    until: np.ndarray
    texts: Mapping[str, Texts]

    @classmethod
    def of(cls, spells: pa.Table, customer: np.ndarray, customers: int, names: tuple[str, ...]) -> "Spells":
        """customer: place of each spell's customer, all of them below `customers`."""
        since, until = values_of(spells["stands_from"]), values_of(spells["stands_until"], NEVER)
        order = np.lexsort((until, since, customer))
        begins = np.append(0, np.cumsum(np.bincount(customer, minlength=customers)))
        texts = {name: Texts.of(spells[name], order) for name in names}
        return cls(begins, since[order], until[order], texts)

    def at(self, customer: np.ndarray, at: np.ndarray) -> np.ndarray:
        """The spell in which each customer stood at an instant; -1 where in none."""
        first, place = self.begins[customer], self.begins[customer + 1] - 1
        if not len(self.since):
            return np.full(len(customer), -1)
        late = np.flatnonzero(place >= first)
        while len(late := late[self.since[place[late]] >= at[late]]):
            place[late] -= 1
            late = late[place[late] >= first[late]]
        stands = (place >= first) & (self.until[place] >= at)
        found: np.ndarray = np.where(stands, place, -1)
        return found


def say(words: pa.Array, place: np.ndarray) -> pa.Array:
    """Words in the order of their places."""
    return pc.cast(
        pa.DictionaryArray.from_arrays(array_of(place.astype(np.int32, copy=False), pa.int32()), words),
        pa.string(),
    )
