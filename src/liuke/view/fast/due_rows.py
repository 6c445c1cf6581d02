"""Bills with what was paid of them, as each as-of day sees it; what `liuke.view.dues` says, in arrays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import array_of, in_one_piece, rows_at, values_of
from liuke.view.fast.codes import DAY_US, Codes, encode
from liuke.view.fast.customers import Customers
from liuke.view.fast.reading import Reader
from liuke.view.fast.rows import Rows, Seen, Wanted, read_rows
from liuke.view.fast.seen import AsOfDays

_MADE = frozenset({"paid_fen", "unpaid_fen", "settled_on", "days_late", "is_late", "is_open", "is_overdue"})
PAYMENT_COLUMNS = ("bill_id", "amount_fen", "happened_at", "known_at")
_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Payments:
    """Payments that name a bill. bill: place among all bill numbers."""

    bill: np.ndarray
    amount_fen: np.ndarray
    happened_at: np.ndarray
    first: np.ndarray  # place of the first as-of day that sees it


@dataclass(frozen=True)
class DueRows:
    """Bills, and the payments that may be for them."""

    bills: Rows
    bill: np.ndarray  # place of each row's bill among all bill numbers
    payments: Payments
    told: int  # place of the first as-of day that sees a payment of any bill, of whomever
    bill_count: int
    days: AsOfDays

    def at(self, place: int) -> Seen:
        """What the as-of day at a place sees."""
        bills = self.bills.at(place)
        chosen = np.flatnonzero((self.bills.first <= place) & (place < self.bills.until))
        made = self._made(bills, self.bill[chosen], place)
        return Seen(bills.customer, lambda name: made[name] if name in made else bills.column(name))

    def _made(self, bills: Seen, bill: np.ndarray, place: int) -> dict[str, Codes]:
        told = np.full(len(bill), self.told <= place)
        paid, last_at = self._paid(place)
        billed, due = bills.column("billed_fen").values, bills.column("due_on")
        today = int(self.days.numbers[place])
        unpaid = np.maximum(billed - paid[bill], 0)
        is_open = unpaid > 0
        settled = ~is_open & (last_at[bill] != _NEVER)
        settled_on = last_at[bill] // DAY_US
        until = np.where(is_open, today, np.where(settled, settled_on, due.values))
        days_late = np.maximum(until - due.values, 0)
        dated = told & due.present()
        return {
            "paid_fen": Codes("fen", paid[bill], told),
            "unpaid_fen": Codes("fen", unpaid, told),
            "settled_on": Codes("day", settled_on, told & settled),
            "days_late": Codes("whole", days_late, dated),
            "is_late": Codes("flag", (days_late > 0).astype(np.int64), dated),
            "is_open": Codes("flag", is_open.astype(np.int64), told),
            "is_overdue": Codes(
                "flag", (is_open & due.present() & (due.values < today)).astype(np.int64), told
            ),
        }

    def _paid(self, place: int) -> tuple[np.ndarray, np.ndarray]:
        """Of each bill number, what was paid in all and when the last time."""
        paid = np.zeros(self.bill_count, dtype=np.int64)
        last_at = np.full(self.bill_count, _NEVER, dtype=np.int64)
        payments = self.payments
        of_bill = (payments.first <= place) & (payments.bill >= 0)
        np.add.at(paid, payments.bill[of_bill], payments.amount_fen[of_bill])
        np.maximum.at(last_at, payments.bill[of_bill], payments.happened_at[of_bill])
        return paid, last_at


def read_dues(
    reader: Reader,
    wanted: Wanted,
    *,
    customers: Customers,
    days: AsOfDays,
    since: int | None = None,
) -> DueRows:
    """Bills of the run's customers with their payments, whoever paid."""
    columns = bill_columns(wanted.names)
    of_bills = Wanted(frozenset(columns), wanted.ordered)
    bills = read_rows(reader, "bills", of_bills, customers=customers, days=days, since=since)
    number = bills.columns["bill_id"]
    words = number.words if number.words is not None else pa.array([], pa.string())
    own = _read_payments(reader, customers, days)
    others = reader.once("payments of bills of others", lambda: _find_strays(reader, customers, days))
    told = min(others.told, own.told(len(days)))
    payments = _put_together([own, others.rows]).of(words)
    return DueRows(bills, number.values, payments, told, len(words), days)


def bill_columns(names: Collection[str]) -> set[str]:
    """Columns of bills from which the columns asked for are made."""
    return ({*names} | {"bill_id", "billed_fen", "due_on"}) - _MADE


@dataclass(frozen=True)
class _Named:
    """Payments that name a bill and that any day sees. first: place of the first day that does."""

    rows: pa.Table
    happened_at: np.ndarray
    first: np.ndarray

    def of(self, bill_ids: pa.Array) -> Payments:
        """With the places of the bills they are for."""
        places = values_of(pc.index_in(self.rows["bill_id"], value_set=bill_ids), -1).astype(np.int64)
        return Payments(places, values_of(self.rows["amount_fen"]), self.happened_at, self.first)

    def told(self, days: int) -> int:
        """The first day that sees any; beyond all where none does."""
        return int(self.first.min(initial=days))

    def take(self, kept: np.ndarray) -> "_Named":
        return _Named(self.rows.filter(array_of(kept, pa.bool_())), self.happened_at[kept], self.first[kept])


@dataclass(frozen=True)
class _Strays:
    """Payments for bills that are none of the payer's own; the first day that sees a payment of any run."""

    rows: _Named
    told: int


def _find_strays(reader: Reader, customers: Customers, days: AsOfDays) -> _Strays:
    """Looked for once, in one run of customers after the other, before the dues of the first are told."""
    found = [_read_payments(reader, reader.strangers("payments", customers), days)]
    told = found[0].told(len(days))
    for run in customers.all_runs(len(customers)) if 0 < len(customers) < len(customers.ids) else ():
        bills = reader.read_of("bills", ["bill_id"], run)
        own = in_one_piece(bills.rows["bill_id"].filter(array_of(bills.place >= 0, pa.bool_())))
        payments = _read_payments(reader, run, days)
        told = min(told, payments.told(len(days)))
        found.append(payments.take(~values_of(pc.is_in(payments.rows["bill_id"], value_set=own))))
    return _Strays(_put_together(found), told)


def _put_together(found: Sequence[_Named]) -> _Named:
    return _Named(
        pa.concat_tables([payments.rows for payments in found]),
        np.concatenate([payments.happened_at for payments in found]),
        np.concatenate([payments.first for payments in found]),
    )


def _read_payments(reader: Reader, customers: Customers, days: AsOfDays) -> _Named:
    """Payments of a run of customers."""
    held = reader.read_of("payments", list(PAYMENT_COLUMNS), customers, before=int(days.numbers[-1]))
    happened, known = (encode(held.rows[name], "instant").values for name in ("happened_at", "known_at"))
    first = days.first_after(np.maximum(happened, known))
    named = values_of(held.rows["bill_id"].is_valid())
    kept = np.flatnonzero((first < len(days)) & named & (held.place >= 0))
    rows = held.rows.select(["bill_id", "amount_fen"]).take(rows_at(kept))
    return _Named(rows, happened[kept], first[kept])
