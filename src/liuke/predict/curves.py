"""Additive models as what each column says by its value: nothing as wide as the design is made.

The same log-odds as `Additive.log_odds` of the design, but for the order in which terms are added, which
moves the last digits (below 1e-12); the same bits for many rows, by a compiled loop, as for few.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liuke.predict.additive import Additive
from liuke.predict.encode import ColumnEncoder, Number

BLOCK_ROWS = 1024  # whose columns stay in the fast memory
MANY_ROWS = 16_384  # from here on the compiled loop pays for being loaded


@dataclass(frozen=True)
class Curves:
    """Several additive models of one encoder. The fields are those of `curve_kernels.add_curves`.

    bases: what each model says before any column is looked at.
    """

    bases: np.ndarray
    scales: np.ndarray
    lines: np.ndarray
    gaps: np.ndarray
    begins: np.ndarray
    steps: np.ndarray
    table: np.ndarray

    @classmethod
    def of(cls, models: Sequence[Additive], encoder: ColumnEncoder) -> "Curves":
        weights = np.column_stack([model.weights for model in models])
        bases = [model.intercept - float(model.centre @ model.weights) for model in models]
        plans, width = encoder.plans, len(models)
        lines, gaps = np.zeros((len(plans), width)), np.zeros((len(plans), width))
        scales = np.zeros((len(plans), 4))
        steps: list[tuple[float, float]] = []
        table: list[np.ndarray] = []
        begins, place = [0], 0
        for at, plan in enumerate(plans):
            own = weights[place : place + len(plan.design_names)]
            place += len(own)
            if isinstance(plan, Number):
                scales[at] = plan.low, plan.high, plan.middle, plan.spread
                lines[at] = own[0]
                gaps[at] = own[-1] if plan.gaps else 0.0
                for left, right, says in zip(plan.knots, plan.knots[1:], own[1:], strict=False):
                    if says.any():  # a straight model has no bends
                        steps.append((left, right - left))
                        table.append(says)
            else:
                steps += [(0.0, 0.0)] * len(own)
                table += list(own)
            begins.append(len(table))
        return cls(
            bases=np.array(bases),
            scales=scales,
            lines=lines,
            gaps=gaps,
            begins=np.array(begins),
            steps=np.array(steps).reshape(-1, 2),
            table=np.array(table).reshape(-1, width),
        )

    def log_odds(self, codes: np.ndarray) -> np.ndarray:
        """What each model says of each row, rows by models. codes: rows by columns, NaN where missing."""
        said = np.empty((len(self.bases), len(codes)))
        said[:] = self.bases[:, None]
        if len(codes) < MANY_ROWS:
            self._add(codes, said)
            return said.T
        from liuke.predict.curve_kernels import add_curves

        held = self.scales, self.lines, self.gaps, self.begins, self.steps, self.table
        for start in range(0, len(codes), BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            add_curves(codes[block], *held, said[:, block])
        return said.T

    def _add(self, codes: np.ndarray, said: np.ndarray) -> None:
        """The same in the same order, a column at a time."""
        for at, (low, high, middle, spread) in enumerate(self.scales.tolist()):
            values, own = codes[:, at].copy(), slice(self.begins[at], self.begins[at + 1])
            if not spread:
                said += self.table[own][values.astype(int)].T
                continue
            missing = np.isnan(values)
            values[missing] = middle
            np.clip(values, low, high, out=values)
            added = np.outer(self.lines[at], (values - middle) / spread)
            for (left, width), says in zip(self.steps[own], self.table[own], strict=True):
                with np.errstate(over="ignore"):  # as in the design
                    climbed = np.clip((values - left) / width, 0.0, 1.0)
                added += np.outer(says, climbed)
            added[:, missing] += self.gaps[at][:, None]
            said += added
