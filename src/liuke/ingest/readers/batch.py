"""What every reader gives: a header, and batches of text columns with row numbers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from liuke.ingest.values.text import clean


@dataclass(frozen=True)
class BrokenRow:
    """A row that cannot be told apart into the header's fields."""

    number: int
    text: str
    reason: str
    value: str


@dataclass(frozen=True)
class RowBatch:
    """numbers: place of each row in its file; the header counts, so that a spreadsheet agrees.
    texts: columns as the source wrote them, by header name.
    share: how much of the file has been read, from 0 to 1.
    """

    numbers: pa.Array
    texts: Mapping[str, pa.Array]
    broken: Sequence[BrokenRow] = ()
    share: float = 1.0

    def __len__(self) -> int:
        return len(self.numbers)


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
