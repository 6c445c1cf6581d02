"""A booster's trees as masks of leaves, so that a million rows are scored in about the time of reading them.

The values are LightGBM's own, to the bit: the same comparisons, the same leaves added in the same order
(its `NumericalDecision` and `PredictRaw`, version 4). A value is replaced by the number of its column's edges
below it, and for each such bin the leaves that stay possible in every tree are known beforehand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

BLOCK_ROWS = 256  # whose bins stay in the fast memory while all trees are asked
MASKS_BYTES = 512  # of a bin, for a group of trees: all masks of a group then fit the second fast memory
MOST_PLACES = 256  # of a group's columns: each is looked at for each row
_ALIGNED_BYTES = 64
_DEFAULT_LEFT, _CATEGORICAL = 2, 1
_GAPS_AS_ZERO, _GAPS_APART = 0, 2  # LightGBM's missing types None and NaN; Zero is 1
_MASKS = (np.uint8, np.uint16, np.uint32, np.uint64)


class TreesNotFlat(ValueError):
    """Trees of a make left to LightGBM: categories as sets, zeros as gaps, linear leaves, over 64 leaves."""


@dataclass(frozen=True)
class TreeTables:
    """The trees of a booster in groups, in order."""

    groups: "tuple[_Group, ...]"

    @classmethod
    def read(cls, booster: Any) -> "TreeTables":
        """The tables of a LightGBM booster. Raises TreesNotFlat where its trees are of another make."""
        trees = [_Tree.read(part) for part in _sections(booster.model_to_string())]
        kind = _mask_kind(max((len(tree.leaf) for tree in trees), default=1))
        parts = _grouped(trees, most=MASKS_BYTES // np.dtype(kind).itemsize)
        return cls(tuple(_Group.of_trees(part, booster.num_feature(), kind) for part in parts))

    def raw_scores(self, codes: np.ndarray) -> np.ndarray:
        """The booster's raw score of each row. codes: rows by columns, NaN where missing."""
        codes = np.ascontiguousarray(codes, dtype=np.float64)
        scores = np.zeros(len(codes))
        for first in range(0, len(codes), BLOCK_ROWS):
            block, said = codes[first : first + BLOCK_ROWS], scores[first : first + BLOCK_ROWS]
            for group in self.groups:
                group.add(block, said)
        return scores


@dataclass(frozen=True)
class _Tree:
    """One tree as LightGBM writes it: inner nodes from 0, leaves as -1, -2, ..."""

    column: np.ndarray
    edge: np.ndarray
    kind: np.ndarray
    left: np.ndarray
    right: np.ndarray
    leaf: np.ndarray

    @classmethod
    def read(cls, part: Mapping[str, str]) -> "_Tree":
        if part.get("num_cat", "0") != "0" or part.get("is_linear", "0") != "0":
            raise TreesNotFlat("a tree has sets of categories or linear leaves")

        def numbers(name: str, kind: type) -> np.ndarray:
            return np.array(part.get(name, "").split(), dtype=kind)

        tree = cls(
            numbers("split_feature", np.int64),
            numbers("threshold", np.float64),
            numbers("decision_type", np.int64),
            numbers("left_child", np.int64),
            numbers("right_child", np.int64),
            numbers("leaf_value", np.float64),
        )
        missing = tree.kind >> 2 & 3
        if (tree.kind & _CATEGORICAL).any() or not np.isin(missing, (_GAPS_AS_ZERO, _GAPS_APART)).all():
            raise TreesNotFlat("a tree takes zeros as missing")
        return tree

    def gaps(self, *missing: int) -> set[tuple[int, bool]]:
        """Columns, and whether missing values go left, of the nodes that treat these in one of some ways."""
        asked = missing or (_GAPS_AS_ZERO, _GAPS_APART)
        return {
            (int(column), bool(kind & _DEFAULT_LEFT))
            for column, kind in zip(self.column, self.kind, strict=True)
            if kind >> 2 & 3 in asked
        }

    def leaves(self) -> tuple[list[int], dict[int, int]]:
        """Numbers of the leaves from left to right; of each node, the bits of those on its left."""
        order: list[int] = []
        begins: dict[int, int] = {}
        left_leaves: dict[int, int] = {}
        ahead = [0 if len(self.column) else -1]
        while ahead:
            node = ahead.pop()
            if node < 0:
                order.append(~node)
            elif node not in begins:
                begins[node] = len(order)
                ahead += [int(self.right[node]), node, int(self.left[node])]
            else:  # between its children
                left_leaves[node] = (1 << len(order)) - (1 << begins[node])
        return order, left_leaves


def _sections(text: str) -> Iterator[dict[str, str]]:
    """What a booster's text says of each tree."""
    trees = text.split("\nend of trees")[0].split("\nTree=")[1:]
    for tree in trees:
        yield dict(line.split("=", 1) for line in tree.splitlines() if "=" in line)


def _mask_kind(leaves: int) -> type[np.unsignedinteger[Any]]:
    """The smallest whole number with a bit for each leaf."""
    for kind in _MASKS:
        if leaves <= 8 * np.dtype(kind).itemsize:
            return kind
    raise TreesNotFlat(f"a tree has {leaves:,} leaves")


def _grouped(trees: list[_Tree], *, most: int) -> Iterator[list[_Tree]]:
    """Neighbouring trees, so many that their masks and their columns stay few."""
    part: list[_Tree] = []
    looked_at: set[tuple[int, bool]] = set()
    for tree in trees:
        if part and (len(part) == most or len(looked_at | tree.gaps()) > MOST_PLACES):
            yield part
            part, looked_at = [], set()
        part.append(tree)
        looked_at |= tree.gaps()
    if part:
        yield part


@dataclass(frozen=True)
class _Group:
    """Some trees; see `tree_kernels` for how they are laid out.

    source: the column behind each place of a row's bins; a column stands twice where its missing values go
    left in some nodes and right in others.
    """

    edges: np.ndarray
    begins: np.ndarray
    source: np.ndarray
    gap_bin: np.ndarray
    masks: np.ndarray
    masks_begin: np.ndarray
    values: np.ndarray

    @classmethod
    def of_trees(cls, trees: list[_Tree], columns: int, kind: type[np.unsignedinteger[Any]]) -> "_Group":
        edges = _edges(trees, columns)
        places = _Places.of_trees(trees, edges)
        ends = np.cumsum([len(edges[column]) + 1 for column in places.source])
        masks = _full_masks(int(ends[-1]), len(trees), kind)
        values = np.zeros((len(trees), max(len(tree.leaf) for tree in trees)))
        for number, tree in enumerate(trees):
            order, left_leaves = tree.leaves()
            values[number, : len(order)] = tree.leaf[order]
            for node, leaves in left_leaves.items():
                column = int(tree.column[node])
                place = places.of[column, bool(tree.kind[node] & _DEFAULT_LEFT)]
                beyond = len(edges[column]) - int(np.searchsorted(edges[column], tree.edge[node]))
                masks[ends[place] - beyond : ends[place], number] &= ~kind(leaves)
        begins = np.concatenate([[0], np.cumsum([len(each) for each in edges])])
        masks_begin = np.concatenate([[0], ends[:-1]])
        return cls(np.concatenate(edges), begins, places.source, places.gap_bin, masks, masks_begin, values)

    def add(self, block: np.ndarray, said: np.ndarray) -> None:
        """Add to `said` what the trees say of the rows of a block."""
        from liuke.predict.tree_kernels import add_leaves, bin_rows

        bins = np.empty((len(block), len(self.source)), np.uint16)
        bin_rows(block, self.edges, self.begins, self.source, self.gap_bin, bins)
        add_leaves(bins, self.masks, self.masks_begin, self.values, said)


def _full_masks(bins: int, trees: int, kind: type[np.unsignedinteger[Any]]) -> np.ndarray:
    """Masks in which every leaf is possible; each bin's begin where the memory is read fastest."""
    row_bytes = -(-trees * np.dtype(kind).itemsize // _ALIGNED_BYTES) * _ALIGNED_BYTES
    room = np.full(bins * row_bytes + _ALIGNED_BYTES, 0xFF, np.uint8)
    begin = -room.ctypes.data % _ALIGNED_BYTES
    return room[begin : begin + bins * row_bytes].view(kind).reshape(bins, -1)


def _edges(trees: list[_Tree], columns: int) -> list[np.ndarray]:
    """Of each column, every edge that some node compares with, ascending."""
    column = np.concatenate([tree.column for tree in trees])
    edge = np.concatenate([tree.edge for tree in trees])
    return [np.unique(edge[column == each]) for each in range(columns)]


@dataclass(frozen=True)
class _Places:
    """Where in a row's bins each column stands, by where its missing values go."""

    source: np.ndarray
    gap_bin: np.ndarray
    of: Mapping[tuple[int, bool], int]  # by column and whether the missing go left there

    @classmethod
    def of_trees(cls, trees: list[_Tree], edges: list[np.ndarray]) -> "_Places":
        """Missing values that are taken as zeros stand where zero does, on either side of a node."""
        apart, as_zero = _gaps(trees, _GAPS_APART), _gaps(trees, _GAPS_AS_ZERO)
        if {column for column, _ in apart} & {column for column, _ in as_zero}:
            raise TreesNotFlat("a column's missing values are zeros in one node and apart in another")
        used = sorted(apart | as_zero)
        zeros = {column: int(np.searchsorted(edges[column], 0.0)) for column, _ in as_zero}
        gap_bin = [zeros.get(column, 0 if goes_left else len(edges[column])) for column, goes_left in used]
        source = np.array([column for column, _ in used] or [0], np.int64)
        return cls(
            source, np.array(gap_bin or [0], np.uint16), {key: place for place, key in enumerate(used)}
        )


def _gaps(trees: list[_Tree], missing: int) -> set[tuple[int, bool]]:
    return set[tuple[int, bool]]().union(*(tree.gaps(missing) for tree in trees))
