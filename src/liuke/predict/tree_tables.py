"""A booster's trees as flat arrays, so that millions of rows are scored in the time it takes to read them.

The values are LightGBM's own, to the bit: the same comparisons, the same leaves added in the same order
(its `NumericalDecision` and `PredictRaw`, version 4). Comparisons are made with the number of a column's
edges below a value instead of the value itself, which is exact and eight times as small.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

BLOCK_ROWS = 256  # whose bins stay in the fast memory while all trees are walked
_DEFAULT_LEFT, _CATEGORICAL = 2, 1
_GAPS_AS_ZERO, _GAPS_APART = 0, 2  # LightGBM's missing types None and NaN; Zero is 1


class TreesNotFlat(ValueError):
    """Trees of a make that is left to LightGBM: categories as sets, zeros as gaps, linear leaves."""


@dataclass(frozen=True)
class TreeTables:
    """Nodes and leaves of all trees, one after the other; see `tree_kernels` for how they are laid out.

    source: the column behind each place of a row's bins; a column stands twice where its missing values go
    left in some nodes and right in others.
    """

    edges: np.ndarray
    begins: np.ndarray
    source: np.ndarray
    gap_bin: np.ndarray
    nodes: np.ndarray
    roots: np.ndarray
    depths: np.ndarray
    values: np.ndarray

    @classmethod
    def read(cls, booster: Any) -> "TreeTables":
        """The tables of a LightGBM booster. Raises TreesNotFlat where its trees are of another make."""
        trees = [_Tree.read(part) for part in _sections(booster.model_to_string())]
        edges = _edges(trees, booster.num_feature())
        begins = np.concatenate([[0], np.cumsum([len(each) for each in edges])]).astype(np.int64)
        most = max((len(each) for each in edges), default=0)
        last = 2**8 - 1 if most < 2**8 - 1 else 2**16 - 1
        places = _Places.of_trees(trees, edges, last=last)
        if max(most, len(places.source)) >= 2**16 - 1:
            raise TreesNotFlat(f"{len(places.source):,} columns, one of them with {most:,} edges")
        nodes, roots, values = _lay_out(trees, edges, places)
        depths = np.array([tree.depth for tree in trees], np.int64)
        gap_bin = places.gap_bin.astype(np.uint8 if last < 2**8 else np.uint16)
        return cls(np.concatenate([*edges, []]), begins, places.source, gap_bin, nodes, roots, depths, values)

    def raw_scores(self, codes: np.ndarray) -> np.ndarray:
        """The booster's raw score of each row. codes: rows by columns, NaN where missing."""
        from liuke.predict.tree_kernels import add_trees, bin_rows

        codes = np.ascontiguousarray(codes, dtype=np.float64)
        scores = np.empty(len(codes))
        bins = np.zeros((BLOCK_ROWS, len(self.source)), self.gap_bin.dtype)
        for first in range(0, len(codes), BLOCK_ROWS):
            block, said = codes[first : first + BLOCK_ROWS], np.zeros(BLOCK_ROWS)
            bin_rows(block, self.edges, self.begins, self.source, self.gap_bin, bins)
            add_trees(bins, self.nodes, self.roots, self.depths, self.values, said)
            scores[first : first + BLOCK_ROWS] = said[: len(block)]
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

    @property
    def depth(self) -> int:
        deep, found = [(0, 0)] if len(self.column) else [], 0
        while deep:
            node, steps = deep.pop()
            for child in (self.left[node], self.right[node]):
                found = max(found, steps + 1)
                if child >= 0:
                    deep.append((int(child), steps + 1))
        return found


def _sections(text: str) -> Iterator[dict[str, str]]:
    """What a booster's text says of each tree."""
    trees = text.split("\nend of trees")[0].split("\nTree=")[1:]
    for tree in trees:
        yield dict(line.split("=", 1) for line in tree.splitlines() if "=" in line)


def _edges(trees: list[_Tree], columns: int) -> list[np.ndarray]:
    """Of each column, every edge that some node compares with, ascending."""
    column = np.concatenate([tree.column for tree in trees] or [np.empty(0, np.int64)])
    edge = np.concatenate([tree.edge for tree in trees] or [np.empty(0)])
    return [np.unique(edge[column == each]) for each in range(columns)]


@dataclass(frozen=True)
class _Places:
    """Where in a row's bins each column stands, by where its missing values go."""

    source: np.ndarray
    gap_bin: np.ndarray
    of: Mapping[tuple[int, bool], int]  # by column and whether the missing go left there

    @classmethod
    def of_trees(cls, trees: list[_Tree], edges: list[np.ndarray], *, last: int) -> "_Places":
        """Missing values that are taken as zeros stand where zero does, on either side of a node."""
        apart, as_zero = _gaps(trees, _GAPS_APART), _gaps(trees, _GAPS_AS_ZERO)
        if {column for column, _ in apart} & {column for column, _ in as_zero}:
            raise TreesNotFlat("a column's missing values are zeros in one node and apart in another")
        used = sorted(apart | as_zero)
        zeros = {column: int(np.searchsorted(edges[column], 0.0)) for column, _ in as_zero}
        gap_bin = [zeros.get(column, 0 if goes_left else last) for column, goes_left in used]
        source = np.array([column for column, _ in used] or [0], np.int64)
        return cls(source, np.array(gap_bin or [0]), {key: place for place, key in enumerate(used)})


def _gaps(trees: list[_Tree], missing: int) -> set[tuple[int, bool]]:
    """Columns, and whether their missing values go left, of the nodes that treat them so."""
    return {
        (int(column), bool(kind & _DEFAULT_LEFT))
        for tree in trees
        for column, kind in zip(tree.column, tree.kind, strict=True)
        if kind >> 2 & 3 == missing
    }


def _lay_out(
    trees: list[_Tree], edges: list[np.ndarray], places: _Places
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes, packed; the root of each tree; the value of each node, 0 where it is no leaf."""
    from liuke.predict.tree_kernels import COLUMN_BITS, KEY_BITS

    nodes: list[int] = []
    values: list[float] = []
    roots = []
    for tree in trees:
        roots.append(len(nodes))
        nodes.append(0)
        values.append(0.0)
        ahead = [(0 if len(tree.column) else -1, roots[-1])]
        for node, place in ahead:  # grows while it is walked: a pair of children for each inner node
            if node < 0:
                nodes[place] = place << KEY_BITS + COLUMN_BITS | (1 << KEY_BITS) - 1
                values[place] = float(tree.leaf[~node])
                continue
            column, left = int(tree.column[node]), len(nodes)
            key = int(np.searchsorted(edges[column], tree.edge[node]))
            bin_place = places.of[column, bool(tree.kind[node] & _DEFAULT_LEFT)]
            nodes[place] = left << KEY_BITS + COLUMN_BITS | bin_place << KEY_BITS | key
            nodes += [0, 0]
            values += [0.0, 0.0]
            ahead += [(int(tree.left[node]), left), (int(tree.right[node]), left + 1)]
    return np.array(nodes, np.int64), np.array(roots, np.int64), np.array(values)
