"""The health of early warning as of a cycle, in plain values."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from liuke.pipeline.model_cards import read_card
from liuke.predict.health.band import TOLERANCES
from liuke.predict.health.words import FINDINGS, MEASURES, say_reason
from liuke_desk.bridge.warehouse import open_anew

Row = dict[str, Any]

_DRIFT = (
    *("column", "kind", "label_zh", "label_en", "reference_from", "reference_to", "reference_days"),
    *("reference_rows", "rows", "psi", "psi_low", "psi_high", "psi_chance", "ks", "ks_low", "ks_high"),
    *("finding", "why_empty", "ks_why_empty", "text_zh", "text_en"),
)


def read_health(as_of: date) -> Row | None:
    """Measures, findings, drift and the words they need; None where the cycle judged nothing."""
    with open_anew() as workspace:
        if as_of not in workspace.as_of_days("health"):
            return None
        measures = workspace.engine.to_arrow(workspace.table("health", as_of=as_of)).to_pylist()
        drift = workspace.engine.to_arrow(workspace.table("drift", as_of=as_of)).to_pylist()
        return {
            "measures": [_plain(row) for row in measures],
            "drift": [_plain({name: row[name] for name in _DRIFT}) for row in drift],
            "words": {name: words.model_dump() for name, words in (*MEASURES.items(), *FINDINGS.items())},
            "reasons": _reasons((*measures, *drift)),
            "tolerances": dict(TOLERANCES),
            "has_card": read_card(workspace, as_of) is not None,
        }


def read_model_card(as_of: date) -> Row | None:
    """The model card of a list, as it was kept."""
    with open_anew() as workspace:
        return read_card(workspace, as_of)


def _reasons(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    codes = {row[name] for row in rows for name in ("why_empty", "ks_why_empty") if row.get(name)}
    return {code: say_reason(code).model_dump() for code in sorted(codes)}


def _plain(row: Mapping[str, Any]) -> Row:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
