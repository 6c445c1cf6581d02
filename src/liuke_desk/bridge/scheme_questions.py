"""What a changed scheme would change, asked of the customers in the warehouse; answers in plain values."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from liuke.kernel.errors import LiukeError
from liuke.pipeline.explaining import last_cycle
from liuke.pipeline.what_if import ask_what_if
from liuke.pipeline.workspace import Workspace
from liuke.tier import WhatIf
from liuke_desk.bridge import workspace as serving
from liuke_desk.bridge.scheme_check import read_scheme_text
from liuke_desk.bridge.warehouse import open_anew

QuestionRefused = LiukeError

# A question judges all customers twice and holds both answers: 2 million take about half a minute on two
# cores, which is what a person waits for. Larger companies ask on the command line.
CUSTOMERS_AT_MOST = 2_000_000

Row = dict[str, Any]


def ask(text: str, *, on: date, key: str, units: Collection[str], elsewhere: str) -> Row:
    """Compare the scheme of a text with the version in force, over the customers of the last cycle.

    Nothing of the workspace changes; the movers are kept under the key beside what else is generated.
    units: those that customers may be of; who is of none of them counts as of `elsewhere`.
    returns: before, after (labels), as_of, moves, sizes, matrix, units, managers, value_fen_at_stake,
        cost_fen_before and cost_fen_after, as `liuke.tier.WhatIf` tells them.
    Raises QuestionRefused with a sentence for the person.
    """
    scheme = read_scheme_text(text)
    with open_anew() as workspace:
        _refuse_too_many(workspace, on)
        found = ask_what_if(workspace, scheme, as_of=on)
    movers = _in_units(found.customers, units, elsewhere)
    _keep_movers(key, movers)
    return {
        "before": found.before,
        "after": found.after,
        "as_of": found.as_of,
        "moves": dict(found.moves),
        "sizes": found.sizes.to_pylist(),
        "matrix": found.matrix.to_pylist(),
        "units": _in_units(found.units, units, elsewhere).to_pylist(),
        "managers": _tell_managers(found),
        "value_fen_at_stake": found.value_fen_at_stake,
        "cost_fen_before": found.cost_fen_before,
        "cost_fen_after": found.cost_fen_after,
    }


def question_key(*, on: date) -> str:
    """A hash of all that an answer depends on beside the text: customers, other schemes, entitlements."""
    with open_anew() as workspace:
        tables = workspace.warehouse.manifest.fingerprint("views", "cards", "households")
        return (
            f"{tables[:16]}-{workspace.hash_of(('schemes', 'entitlements', 'liuke.toml'))[:16]}-{on:%Y%m%d}"
        )


def has_movers(key: str) -> bool:
    return _movers_path(key).is_file()


def read_movers(
    key: str, *, units: Collection[str] | None, move: str = "", begin: int = 0, rows: int | None = None
) -> tuple[list[Row], int]:
    """Some of the kept movers, the greatest value first, and how many there are in all.

    units: only customers of these; None for all. Raises QuestionRefused when they are no longer kept.
    """
    path = _movers_path(key)
    if not path.is_file():
        raise QuestionRefused("The list of movers is no longer kept; ask the question again.")
    table = pq.read_table(path, memory_map=True)
    if units is not None:
        table = table.filter(pc.is_in(table["unit_id"], value_set=pa.array(sorted(units), pa.string())))
    if move:
        table = table.filter(pc.equal(table["move"], move))
    return table.slice(begin, rows).to_pylist(), len(table)


def forget_movers(keys: Collection[str]) -> None:
    for key in keys:
        _movers_path(key).unlink(missing_ok=True)


def _refuse_too_many(workspace: Workspace, on: date) -> None:
    day = last_cycle(workspace, as_of=on)
    customers = workspace.warehouse.manifest.parts("cards", day.isoformat())
    count = sum(part.rows for part in customers)
    if count > CUSTOMERS_AT_MOST:
        raise QuestionRefused(
            f"The company has {count:,} customers, more than the {CUSTOMERS_AT_MOST:,} that a page can judge "
            "while somebody waits. Save the text to a file and run 'liuke tier what-if FILE'."
        )


def _in_units(table: pa.Table, units: Collection[str], elsewhere: str) -> pa.Table:
    known = pc.is_in(table["unit_id"], value_set=pa.array(sorted(units), pa.string()))
    place = table.column_names.index("unit_id")
    return table.set_column(place, "unit_id", pc.if_else(known, table["unit_id"], elsewhere))


def _tell_managers(found: WhatIf) -> Row:
    """How many customers account managers look after: all together, and those who have most to take on.

    Customers who are to have a manager and have none yet stand under `without`.
    """
    rows = found.managers.to_pylist()
    if all(row["before"] is None for row in rows):
        return {"known": False, "rows": [], "without": None, "managers": 0, "before": None, "after": None}
    named = [row for row in rows if row["manager_id"]]
    nobody = [row for row in rows if not row["manager_id"]]
    named.sort(key=lambda row: (-abs((row["after"] or 0) - (row["before"] or 0)), row["manager_id"]))
    return {
        "known": True,
        "managers": len(named),
        "before": sum(row["before"] or 0 for row in rows),
        "after": sum(row["after"] or 0 for row in rows),
        "without": {side: sum(row[side] or 0 for row in nobody) for side in ("before", "after")},
        "rows": named[:50],
    }


def _keep_movers(key: str, movers: pa.Table) -> None:
    order = [("value_fen", "descending"), ("customer_id", "ascending")]
    path = _movers_path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    pq.write_table(movers.sort_by(order), part, compression="zstd")
    part.replace(path)


def _movers_path(key: str) -> Path:
    return serving.current_workspace().var / "what-if" / f"{key}.parquet"
