"""Bills with what was paid of them, as each as-of day sees it; what `liuke.view.dues` says, in arrays."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.codes import DAY_US, Codes, encode
from liuke.view.fast.customers import Customers
from liuke.view.fast.reading import Reader
from liuke.view.fast.rows import Rows, Seen, Wanted, columns_wanted, rows_of
from liuke.view.fast.seen import AsOfDays

_MADE = frozenset({"paid_fen", "unpaid_fen", "settled_on", "days_late", "is_late", "is_open", "is_overdue"})
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
    bill_count: int
    days: AsOfDays

    def at(self, place: int) -> Seen:
        """What the as-of day at a place sees."""
        bills = self.bills.at(place)
        chosen = np.flatnonzero((self.bills.first <= place) & (place < self.bills.until))
        made = self._made(bills, self.bill[chosen], place)
        return Seen(bills.customer, lambda name: made[name] if name in made else bills.column(name))

    def _made(self, bills: Seen, bill: np.ndarray, place: int) -> dict[str, Codes]:
        seen = self.payments.first <= place
        told = np.full(len(bill), bool(seen.any()))
        paid, last_at = self._paid(seen)
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

    def _paid(self, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of each bill number, what was paid in all and when the last time."""
        paid = np.zeros(self.bill_count, dtype=np.int64)
        last_at = np.full(self.bill_count, _NEVER, dtype=np.int64)
        of_bill = seen & (self.payments.bill >= 0)
        np.add.at(paid, self.payments.bill[of_bill], self.payments.amount_fen[of_bill])
        np.maximum.at(last_at, self.payments.bill[of_bill], self.payments.happened_at[of_bill])
        return paid, last_at


def read_dues(reader: Reader, wanted: Wanted, *, customers: Customers, days: AsOfDays) -> DueRows:
    """Bills of known customers with their payments."""
    wanted = Wanted((wanted.names | {"bill_id", "billed_fen", "due_on"}) - _MADE, wanted.ordered)
    table = reader.read("bills", columns_wanted("bills", wanted.names))
    bills = rows_of(table, "bills", wanted, customers.places(table["customer_id"]), days=days)
    number = bills.columns["bill_id"]
    words = number.words if number.words is not None else pa.array([], pa.string())
    return DueRows(bills, number.values, _read_payments(reader, words, days), len(words), days)


def _read_payments(reader: Reader, bill_ids: pa.Array, days: AsOfDays) -> Payments:
    table = reader.read("payments", ["bill_id", "amount_fen", "happened_at", "known_at"])
    happened, known = (encode(table[name], "instant").values for name in ("happened_at", "known_at"))
    first = days.first_after(np.maximum(happened, known))
    kept = np.flatnonzero((first < len(days)) & table["bill_id"].is_valid().to_numpy())
    table = table.take(pa.array(kept))
    places = pc.index_in(table["bill_id"], value_set=bill_ids).fill_null(-1).to_numpy()
    amounts = table["amount_fen"].fill_null(0).to_numpy()
    return Payments(places.astype(np.int64), amounts, happened[kept], first[kept])
