"""Those around a customer as each as-of day sees them; what `liuke.view.around` says, in arrays."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liuke.view.fast.arrays import values_of
from liuke.view.fast.codes import DAY_US, Codes
from liuke.view.fast.customers import Customers
from liuke.view.fast.reading import Reader
from liuke.view.fast.rows import Rows, Seen, Wanted, read_rows
from liuke.view.fast.seen import AsOfDays
from liuke.view.periods import AROUND_DAYS
from liuke.view.sources import CLOSED

_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Leavers:
    """Changes of status of all customers."""

    statuses: Rows
    customers: int

    def at(self, place: int) -> np.ndarray:
        """When each customer had left, as the as-of day at a place sees it; never where not."""
        seen = self.statuses.at(place)
        status, at = seen.column("status"), seen.column("happened_at").values
        words = [str(word) for word in status.words.to_pylist()] if status.words is not None else []
        closed = np.array([*(word.startswith(CLOSED) for word in words), False])[status.values]
        latest = [np.full(self.customers, _NEVER) for _ in range(2)]
        for found, rows in zip(latest, (closed, ~closed), strict=True):
            np.maximum.at(found, seen.customer[rows], at[rows])
        return np.where(latest[0] > latest[1], latest[0], _NEVER)


@dataclass(frozen=True)
class NeighbourRows:
    """Call circles of a run of customers, and whose each number is. number: of the customers' phones."""

    circles: Rows
    people: Rows
    number: np.ndarray
    numbers: int
    leavers: Leavers

    def at(self, place: int) -> Seen:
        """What the as-of day at a place sees."""
        seen = self.circles.at(place)
        owner, stays = self._numbers(place)
        counterpart = seen.column("counterpart").values
        known = owner[counterpart]
        made = {
            "is_customer": Codes("flag", known.astype(np.int64)),
            "has_left": Codes("flag", (known & ~stays[counterpart]).astype(np.int64), known),
        }
        return Seen(seen.customer, lambda name: made[name] if name in made else seen.column(name))

    def _numbers(self, place: int) -> tuple[np.ndarray, np.ndarray]:
        """Of each number whether it is a customer's, and whether one who has it stays."""
        shown = np.flatnonzero(
            (self.people.first <= place) & (place < self.people.until) & (self.number >= 0)
        )
        left = self.leavers.at(place)[self.people.customer[shown]] != _NEVER
        owner, stays = (np.zeros(self.numbers + 1, bool) for _ in range(2))
        owner[self.number[shown]] = True
        stays[self.number[shown[~left]]] = True
        return owner, stays


@dataclass(frozen=True)
class SurroundingRows:
    """Everybody's unit and dealers; rows are of the run's customers, from the place `start` on."""

    people: Rows
    accounts: Rows
    leavers: Leavers
    start: int
    end: int
    days: AsOfDays

    def at(self, place: int) -> Seen:
        """What the as-of day at a place sees."""
        people, left_at = self.people.at(place), self.leavers.at(place)
        edge = int(self.days.numbers[place] - AROUND_DAYS) * DAY_US
        left_at = left_at[people.customer]
        around, left = (left_at == _NEVER) | (left_at >= edge), left_at >= edge
        unit = people.column("unit_id")
        dealer = self._dealers(place)[people.customer]
        mine = np.flatnonzero((people.customer >= self.start) & (people.customer < self.end))
        made: dict[str, Codes] = {}
        groups = {"unit": (unit.values, unit.present()), "dealer": (dealer, dealer >= 0)}
        for name, (group, known) in groups.items():
            for what, counts in (("around", around), ("left", left)):
                made[f"{name}_{what}"] = Codes("whole", _others(group, known, counts)[mine], known[mine])

        def column(name: str) -> Codes:
            return made[name] if name in made else people.column(name).take(mine)

        return Seen(people.customer[mine] - self.start, column)

    def _dealers(self, place: int) -> np.ndarray:
        """Dealer of each customer's account opened last; -1 without one."""
        accounts = self.accounts.at(place)
        dealer, opened = accounts.column("dealer_id"), accounts.column("opened_at")
        known_at = accounts.column("known_at").values
        at = np.where(opened.present(), opened.values, known_at)
        rows = np.flatnonzero(dealer.present())
        order = rows[np.lexsort((dealer.values[rows], known_at[rows], at[rows], accounts.customer[rows]))]
        found = np.full(self.leavers.customers, -1, np.int64)
        found[accounts.customer[order]] = dealer.values[order]
        return found


def _others(group: np.ndarray, known: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """How many others of the same group count."""
    group = np.where(known, group, 0)
    total = np.bincount(group[known & counts], minlength=int(group.max(initial=0)) + 1)
    return np.asarray(total[group] - counts, np.int64)


def read_neighbours(
    reader: Reader,
    wanted: Wanted,
    *,
    customers: Customers,
    days: AsOfDays,
    since: int | None = None,
) -> NeighbourRows:
    """Circles of the customers in the run, with everybody whose numbers may be among them."""
    of_circles = Wanted(frozenset(circle_columns(wanted.names)), wanted.ordered)
    circles = read_rows(reader, "circles", of_circles, customers=customers, days=days, since=since)
    words = circles.columns["counterpart"].words
    words = words if words is not None else pa.array([], pa.string())
    whole = _everybody(customers)
    of_people = Wanted(frozenset({"phone"}))
    people = reader.once(
        "phones", lambda: read_rows(reader, "customers", of_people, customers=whole, days=days)
    )
    phone = people.columns["phone"]
    known = values_of(pc.index_in(phone.words, value_set=words), -1).astype(np.int64)
    number = np.where(phone.present(), np.append(known, -1)[phone.values], -1)
    return NeighbourRows(circles, people, number, len(words), _read_leavers(reader, whole, days))


def circle_columns(names: Collection[str]) -> set[str]:
    """Columns of call circles from which the columns asked for are made."""
    return ({*names} | {"counterpart"}) - {"is_customer", "has_left"}


def read_surroundings(
    reader: Reader,
    wanted: Wanted,
    *,
    customers: Customers,
    days: AsOfDays,
    since: int | None = None,
) -> SurroundingRows:
    """Everybody's units and dealers."""
    whole = _everybody(customers)
    names = person_columns(wanted.names)
    of_people = Wanted(frozenset(names), frozenset(names & {"customer_id"}))
    people = reader.once(
        "units", lambda: read_rows(reader, "customers", of_people, customers=whole, days=days)
    )
    of_accounts = Wanted(frozenset({"dealer_id", "opened_at"}), frozenset({"dealer_id"}))
    accounts = reader.once(
        "dealers", lambda: read_rows(reader, "accounts", of_accounts, customers=whole, days=days)
    )
    leavers = _read_leavers(reader, whole, days)
    return SurroundingRows(people, accounts, leavers, customers.start, customers.end, days)


def person_columns(names: Collection[str]) -> set[str]:
    """Columns of customers that tell whose unit is meant."""
    return {"unit_id", *({*names} & {"customer_id"})}


def _read_leavers(reader: Reader, whole: Customers, days: AsOfDays) -> Leavers:
    def read() -> Leavers:
        wanted = Wanted(frozenset({"status"}))
        return Leavers(read_rows(reader, "statuses", wanted, customers=whole, days=days), len(whole))

    return reader.once("leavers", read)


def _everybody(customers: Customers) -> Customers:
    return replace(customers, start=0, end=len(customers.ids))
