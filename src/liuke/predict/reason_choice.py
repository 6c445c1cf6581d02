"""Which reasons a customer is given: the causes that raise the risk most, each in words with figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from liuke.kernel.words import Words
from liuke.predict.reason_figures import as_number, currency_words, say_feature
from liuke.predict.reasons import ReasonsBook, label_code, spoken
from liuke.view.feature import Feature

MOST_REASONS = 5
LEAST_CONTRIBUTION = 0.05  # of log-odds: it changes a risk of 10 % by less than half a point


@dataclass(frozen=True)
class Speaker:
    """Turns contributions into reasons.

    features: those whose contributions are given, in the order of the contributions' columns.
    """

    book: ReasonsBook
    features: Sequence[Feature]
    currency: str

    def speak(self, contributions: np.ndarray, rows: pa.Table) -> list[list[dict[str, str]]]:
        """Up to five reasons per customer, the greatest first; only causes that raise the risk.

        contributions: customers by features, in log-odds. rows: the same customers' figures.
        """
        causes, members = self._causes()
        totals = np.column_stack([contributions[:, columns].sum(axis=1) for columns in members.values()])
        words = currency_words(self.currency)
        return [
            self._of_one(row, added, dict(zip(causes, sums, strict=True)), members, words)
            for row, added, sums in zip(rows.to_pylist(), contributions, totals.tolist(), strict=True)
        ]

    def _causes(self) -> tuple[list[str], dict[str, list[int]]]:
        members: dict[str, list[int]] = {}
        for column, feature in enumerate(self.features):
            if feature.cause not in self.book.unspoken:
                members.setdefault(feature.cause, []).append(column)
        return list(members), members

    def _of_one(
        self,
        row: Mapping[str, Any],
        added: np.ndarray,
        totals: Mapping[str, float],
        members: Mapping[str, list[int]],
        currency: Words,
    ) -> list[dict[str, str]]:
        raising = [cause for cause in totals if totals[cause] >= LEAST_CONTRIBUTION]
        raising.sort(key=lambda cause: -totals[cause])
        said = (self._say_cause(cause, row, added, members[cause], currency) for cause in raising)
        return [reason for reason in said if reason is not None][:MOST_REASONS]

    def _say_cause(
        self,
        cause: str,
        row: Mapping[str, Any],
        added: np.ndarray,
        columns: list[int],
        currency: Words,
    ) -> dict[str, str] | None:
        raised = {self.features[column].name: added[column] for column in columns}
        best, most = None, 0.0
        for template in self.book.of_cause(cause):
            together = sum(raised.get(name, 0.0) for name in template.stands_for)
            values = template.values(row) if together > most else None
            if values is not None:
                best, most = template.speak(values, currency), together
        if best is not None or cause in self.book.worded_only:
            return best
        return self._say_generic(row, added, columns, currency)

    def _say_generic(
        self, row: Mapping[str, Any], added: np.ndarray, columns: list[int], currency: Words
    ) -> dict[str, str] | None:
        """The cause's known value that raises the risk most, by its label; None when none is known."""
        for column in sorted(columns, key=lambda column: -added[column]):
            feature, value = self.features[column], as_number(row.get(self.features[column].name))
            if added[column] > 0 and value is not None:
                return _generic(feature, value, currency)
        return None


def _generic(feature: Feature, value: Any, currency: Words) -> dict[str, str]:
    zh = f"{feature.label.zh}: {say_feature(feature, value, currency, 'zh')}"
    en = f"{feature.label.en}: {say_feature(feature, value, currency, 'en')}"
    en = en[0].upper() + en[1:]
    kept = value if isinstance(value, bool | str | int) else _rounded(value)
    return spoken(label_code(feature), zh, en, {feature.name: kept})


def _rounded(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else str(value)
