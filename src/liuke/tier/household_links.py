"""What links two customers to one home: a declared relation, a phone, an address, a person's hand."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

BY_HAND, RELATION, PHONE, ADDRESS = range(4)  # the surer first
KINDS = ("by-hand", "relation", "phone", "address")
ENDED = "ended"  # the kind of relation that is none any more

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Links:
    """Pairs of nodes, the smaller first; order: among those made by hand, the latest has the smallest."""

    low: Numbers
    high: Numbers
    kind: Numbers
    order: Numbers

    def __len__(self) -> int:
        return len(self.low)

    def keep(self, chosen: npt.NDArray[Any]) -> "Links":
        return Links(self.low[chosen], self.high[chosen], self.kind[chosen], self.order[chosen])


def make_links(first: Numbers, second: Numbers, kind: int, order: Numbers | None = None) -> Links:
    """Links between two lists of nodes; a node is not linked to itself, nor to one that is not known (-1)."""
    real = (first >= 0) & (second >= 0) & (first != second)
    first, second = first[real], second[real]
    orders = np.zeros(len(first), np.int64) if order is None else order[real]
    return Links(
        np.minimum(first, second), np.maximum(first, second), np.full(len(first), kind, np.int64), orders
    )


def join_links(parts: list[Links]) -> Links:
    return Links(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("low", "high", "kind", "order")
        )
    )


def distinct_links(links: Links) -> Links:
    """Each pair once for each kind, the latest of those made by hand."""
    ordered = links.keep(np.lexsort((links.order, links.kind, links.high, links.low)))
    pairs = np.column_stack([ordered.low, ordered.high, ordered.kind])
    fresh = np.ones(len(ordered), bool)
    fresh[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    return ordered.keep(fresh)


def nodes_of(ids: pa.ChunkedArray | pa.Array, known: pa.Array) -> Numbers:
    """The node of each customer number, -1 where there is no such customer."""
    found = pc.index_in(ids.cast(pa.string()), value_set=known)
    return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)


def shared_links(nodes: Numbers, values: pa.Array, kind: int, *, most: int) -> Links:
    """Every two customers who share a value, unless more than so many do."""
    group, member, sizes = _groups(nodes, values)
    fits = sizes[group] <= most
    group, member = group[fits], member[fits]
    low, high = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for step in range(1, most):
        together = group[step:] == group[:-step]
        if not together.any():
            break
        low.append(member[:-step][together])
        high.append(member[step:][together])
    return make_links(np.concatenate(low), np.concatenate(high), kind)


def crowded_values(nodes: Numbers, values: pa.Array, *, most: int) -> list[tuple[str, int]]:
    """The values that more than so many customers share, and how many do."""
    encoded = _encode(values)
    _, _, sizes = _groups(nodes, values)
    names = encoded.dictionary
    return [(names[int(at)].as_py(), int(sizes[at])) for at in np.flatnonzero(sizes > most)]


def _encode(values: pa.Array) -> pa.DictionaryArray:
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return pc.dictionary_encode(whole)


def _groups(nodes: Numbers, values: pa.Array) -> tuple[Numbers, Numbers, Numbers]:
    """The value and the customer of each distinct pair, by value, and how many customers have each value."""
    codes = pc.fill_null(_encode(values).indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    known = (codes >= 0) & (nodes >= 0)
    pairs = np.column_stack([codes[known], nodes[known]])
    sequence = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs = pairs[sequence]
    fresh = np.ones(len(pairs), bool)
    fresh[1:] = (pairs[1:] != pairs[:-1]).any(axis=1)
    pairs = pairs[fresh]
    sizes = np.bincount(pairs[:, 0], minlength=int(codes.max(initial=-1)) + 1)
    return pairs[:, 0], pairs[:, 1], sizes.astype(np.int64)
