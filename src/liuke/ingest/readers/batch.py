"""What every reader gives: a header, and batches of text columns with row numbers."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from liuke.ingest.values.text import clean


@dataclass(frozen=True)
class BrokenRow:
    """A row that cannot be told apart into the header's fields."""

    number: int
    text: str
    reason: str
    value: str


class Made(Mapping[str, pa.Array]):
    """Columns that are made when they are first asked for."""

    def __init__(self, names: Sequence[str], make: Callable[[str], pa.Array]):
        self._names, self._make = names, make
        self._made: dict[str, pa.Array] = {}

    def __getitem__(self, name: str) -> pa.Array:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _as_it_is(name: str, column: pa.Array) -> pa.Array:
    return column


@dataclass(frozen=True)
class RowBatch:
    """numbers: place of each row in its file; the header counts, so that a spreadsheet agrees.
    kept: columns in the kinds that the source keeps them in, by header name.
    share: how much of the file has been read, from 0 to 1.
    tell: a column of the source, by its name, as text.
    """

    numbers: pa.Array
    kept: Mapping[str, pa.Array]
    broken: Sequence[BrokenRow] = ()
    share: float = 1.0
    tell: Callable[[str, pa.Array], pa.Array] = _as_it_is

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def texts(self) -> Mapping[str, pa.Array]:
        """Columns as the source wrote them, by header name."""
        return Made(tuple(self.kept), lambda name: self.tell(name, self.kept[name]))

    def where(self, mask: pa.Array) -> "RowBatch":
        """Some of the rows, and nothing of what is broken."""
        kept = Made(tuple(self.kept), lambda name: pc.filter(self.kept[name], mask))
        return replace(self, numbers=pc.filter(self.numbers, mask), kept=kept, broken=())


@dataclass(frozen=True)
class Header:
    """names: one for each field, none twice: a second "x" is called "x (2)", a bare one "column 3".
    repeated: names that the source itself gives more than once.
    """

    names: tuple[str, ...]
    repeated: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Header":
        cleaned = clean(pa.array(cells, pa.string())).to_pylist() if cells else []
        counts = Counter(name for name in cleaned if name)
        seen: Counter[str] = Counter()
        names = []
        for place, name in enumerate(cleaned, start=1):
            seen[name] += 1
            if not name:
                names.append(f"column {place}")
            else:
                names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
        return cls(tuple(names), frozenset(name for name, count in counts.items() if count > 1))


class Rows(Protocol):
    """A source file that has been opened and whose header has been read."""

    @property
    def header(self) -> Header: ...

    def batches(self) -> Iterator[RowBatch]: ...
