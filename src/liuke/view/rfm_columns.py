"""Which columns of a frame of purchases say who, when, since when it was known, and how much."""

from dataclasses import dataclass

import pyarrow as pa

from liuke.kernel.errors import LiukeError, MissingColumn

WANTED_BY = "liuke.view.rfm"


@dataclass(frozen=True)
class RfmColumns:
    """Names of the columns that are read; known and amount may be absent."""

    clock: str
    known: str | None
    amount: str | None

    @property
    def names(self) -> list[str]:
        """All of them, customer_id first."""
        return ["customer_id", self.clock, *(name for name in (self.known, self.amount) if name)]

    @property
    def clocks(self) -> list[str]:
        return [name for name in (self.clock, self.known) if name]


def find_columns(schema: pa.Schema) -> RfmColumns:
    """The columns to read. Raises LiukeError where one is not there or holds no days."""
    clock = _first_of(("happened_at", "happened_on"), schema)
    if clock is None or "customer_id" not in schema.names:
        missing = "happened_at" if clock is None else "customer_id"
        raise MissingColumn(missing, wanted_by=WANTED_BY, present=schema.names)
    found = RfmColumns(
        clock, _first_of(("known_at", "known_on"), schema), _first_of(("amount", "amount_fen"), schema)
    )
    for name in found.clocks:
        kind = schema.field(name).type
        if not (pa.types.is_timestamp(kind) or pa.types.is_date(kind)):
            held = _plainly(kind)
            raise LiukeError(
                f"{WANTED_BY} needs days or instants in {name!r}, which holds {held}; convert it first."
            )
    return found


def _first_of(names: tuple[str, ...], schema: pa.Schema) -> str | None:
    return next((name for name in names if name in schema.names), None)


def _plainly(kind: pa.DataType) -> str:
    """All ways to store text are one to the reader."""
    return str(kind).removeprefix("large_").removesuffix("_view")
