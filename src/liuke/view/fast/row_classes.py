"""Classes of rows: those of one class meet the same conditions, so they can be counted together."""

from collections.abc import Callable, Sequence

import numpy as np

from liuke.view.fast.asks import Where
from liuke.view.fast.codes import Codes
from liuke.view.fast.meeting import rows_meeting

MOST_CONDITIONS = 16  # the table of all combinations stays small


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
        by_word = self._by_word(column)
        if by_word is None:
            bits = np.broadcast_to(self._bits(column, rows), rows).astype(np.int32)
            codes, met = bits, np.unique(bits)
            classes = np.full(1 << len(self._wheres), -1, np.int32)
            classes[met] = [self._class(int(one)) for one in met]
            return codes, classes
        codes, bits = by_word
        return codes, np.array([self._class(int(one)) for one in bits], np.int32)

    def meeting(self, where: Where) -> list[int]:
        """Classes whose rows meet a condition."""
        bit = self._wheres.index(where)
        return [number for bits, number in self._class_of.items() if bits >> bit & 1]

    def _by_word(self, column: Callable[[str], Codes]) -> tuple[np.ndarray, np.ndarray] | None:
        """Where all conditions are on one column of text, its words are judged instead of the rows."""
        names = {name for where in self._wheres for name, _ in where}
        if len(names) != 1 or (text := column(*names)).kind != "text" or text.words is None:
            return None
        words = len(text.words)
        each = Codes("text", np.arange(words + 1), np.arange(words + 1) < words, text.words)
        codes = text.values if text.valid is None else np.where(text.valid, text.values, words)
        return codes.astype(np.int32, copy=False), self._bits(lambda _: each, words + 1)

    def _bits(self, column: Callable[[str], Codes], rows: int) -> np.ndarray:
        bits = np.zeros(rows, np.int64)
        for number, where in enumerate(self._wheres):
            met = rows_meeting(where, column)
            bits |= np.int64(1 << number) if met is None else met.astype(np.int64) << number
        return bits

    def _class(self, bits: int) -> int:
        return self._class_of.setdefault(bits, len(self._class_of)) if bits else -1
