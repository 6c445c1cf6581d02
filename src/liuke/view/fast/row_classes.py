"""Classes of rows: those of one class meet the same conditions, so they can be counted together."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from liuke.view.fast.asks import Where
from liuke.view.fast.codes import Codes
from liuke.view.fast.meeting import rows_meeting
from liuke.view.fast.ringable import MOST_CONDITIONS

_MOST_VALUES = 1 << 16


class RowClasses:
    """Classes by which of some conditions are met, numbered as they are met with."""

    def __init__(self, wheres: Sequence[Where]):
        self._wheres = list(dict.fromkeys(wheres))
        assert len(self._wheres) <= MOST_CONDITIONS
        self._class_of: dict[int, int] = {}  # bits of the conditions met -> class

    def __len__(self) -> int:
        return len(self._class_of)

    def of(self, column: Callable[[str], Codes], rows: int) -> tuple[np.ndarray, np.ndarray]:
        """A small number for each row, and the class of each such number; -1 where no condition is met."""
        by_value = self._by_value(column)
        if by_value is None:
            bits = np.broadcast_to(self._bits(column, rows), rows).astype(np.int32)
            codes, met = bits, np.unique(bits)
            classes = np.full(1 << len(self._wheres), -1, np.int32)
            classes[met] = [self._class(int(one)) for one in met]
            return codes, classes
        codes, bits = by_value
        return codes, np.array([self._class(int(one)) for one in bits], np.int32)

    def meeting(self, where: Where) -> list[int]:
        """Classes whose rows meet a condition."""
        bit = self._wheres.index(where)
        return [number for bits, number in self._class_of.items() if bits >> bit & 1]

    def _by_value(self, column: Callable[[str], Codes]) -> tuple[np.ndarray, np.ndarray] | None:
        """Where conditions are on columns of few values, these are judged instead of the rows."""
        names = sorted({name for where in self._wheres for name, _ in where})
        values = [_values_of(column(name)) for name in names]
        sizes = [0 if each is None else len(each.values) for each in values]
        if not names or not 0 < math.prod(sizes) <= _MOST_VALUES:
            return None
        grid = np.unravel_index(np.arange(math.prod(sizes)), sizes)
        each = {
            name: one.take(at) for name, one, at in zip(names, values, grid, strict=True) if one is not None
        }
        codes = _own(column(names[0]), sizes[0])
        for name, size in zip(names[1:], sizes[1:], strict=True):
            codes = codes * np.int32(size) + _own(column(name), size)
        return codes, self._bits(lambda name: each[name], math.prod(sizes))

    def _bits(self, column: Callable[[str], Codes], rows: int) -> np.ndarray:
        bits = np.zeros(rows, np.int64)
        for number, where in enumerate(self._wheres):
            met = rows_meeting(where, column)
            bits |= np.int64(1 << number) if met is None else met.astype(np.int64) << number
        return bits

    def _class(self, bits: int) -> int:
        return self._class_of.setdefault(bits, len(self._class_of)) if bits else -1


def _own(column: Codes, size: int) -> np.ndarray:
    """Each row's place among the values of the column."""
    own = column.values if column.valid is None else np.where(column.valid, column.values, size - 1)
    return own.astype(np.int32, copy=False)


def _values_of(column: Codes) -> Codes | None:
    """Every value a column may have, the missing last; None where these are too many."""
    if column.kind == "text" and column.words is not None:
        count = len(column.words)
    elif column.kind in ("whole", "flag") and len(column.values) and column.values.min() >= 0:
        count = int(column.values.max()) + 1
    else:
        return None
    return Codes(column.kind, np.arange(count + 1), np.arange(count + 1) < count, column.words)
