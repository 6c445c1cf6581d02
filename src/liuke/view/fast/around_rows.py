"""Those around a customer as each as-of day sees them; what `liuke.view.around` says, in arrays."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

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
    """Changes of status of all customers, sorted by customer.

    is_closing: whether each change closes. first, until: a change is seen by the as-of days [first, until).
    """

    customer: np.ndarray
    happened_at: np.ndarray
    is_closing: np.ndarray
    first: np.ndarray
    until: np.ndarray
    customers: int
    _gone: dict[int, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, statuses: Rows, customers: int) -> "Leavers":
        order = np.argsort(statuses.customer, kind="stable")
        status = statuses.columns["status"]
        words = [str(word) for word in status.words.to_pylist()] if status.words is not None else []
        closing = np.array([*(word.startswith(CLOSED) for word in words), False])[status.values]
        at = statuses.columns["happened_at"].values
        seen = statuses.first[order], statuses.until[order]
        return cls(statuses.customer[order], at[order], closing[order], *seen, customers)

    def at(self, place: int, start: int = 0, end: int | None = None) -> np.ndarray:
        """When customers [start, end) had left, as the as-of day at a place sees it; never where not."""
        end = self.customers if end is None else end
        rows = slice(*np.searchsorted(self.customer, (start, end)))
        seen = (self.first[rows] <= place) & (place < self.until[rows])
        customer, at, closing = self.customer[rows] - start, self.happened_at[rows], self.is_closing[rows]
        latest = [np.full(end - start, _NEVER) for _ in range(2)]
        for found, chosen in zip(latest, (seen & closing, seen & ~closing), strict=True):
            np.maximum.at(found, customer[chosen], at[chosen])
        return np.where(latest[0] > latest[1], latest[0], _NEVER)

    def gone(self, place: int) -> np.ndarray:
        """Whether each customer had left; of all customers, so it is kept for the runs that follow."""
        if place not in self._gone:
            self._gone[place] = self.at(place) != _NEVER
        return self._gone[place]


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
        left = self.leavers.gone(place)[self.people.customer[shown]]
        owner, stays = (np.zeros(self.numbers + 1, bool) for _ in range(2))
        owner[self.number[shown]] = True
        stays[self.number[shown[~left]]] = True
        return owner, stays


@dataclass(frozen=True)
class Dealers:
    """Accounts with a dealer, of a customer that opened last at the end; rows sorted by customer."""

    customer: np.ndarray
    dealer: np.ndarray
    first: np.ndarray
    until: np.ndarray

    @classmethod
    def of(cls, accounts: Rows) -> "Dealers":
        dealer, opened = (accounts.columns[name] for name in ("dealer_id", "opened_at"))
        known_at = accounts.columns["known_at"].values
        at = np.where(opened.present(), opened.values, known_at)
        rows = np.flatnonzero(dealer.present())
        keys = (dealer.values, known_at, at, accounts.customer)
        order = rows[np.lexsort(tuple(key[rows] for key in keys))]
        held = (accounts.customer, dealer.values, accounts.first, accounts.until)
        return cls(*(values[order] for values in held))

    def at(self, place: int, start: int, end: int) -> np.ndarray:
        """Dealer of the account opened last of customers [start, end); -1 without one."""
        rows = slice(*np.searchsorted(self.customer, (start, end)))
        seen = (self.first[rows] <= place) & (place < self.until[rows])
        found = np.full(end - start, -1, np.int64)
        found[self.customer[rows][seen] - start] = self.dealer[rows][seen]
        return found


@dataclass(frozen=True)
class Surroundings:
    """Everybody's unit and dealers. How many are around in each is found once for each as-of day."""

    people: Rows
    dealers: Dealers
    leavers: Leavers
    days: AsOfDays
    _totals: dict[int, list[np.ndarray]] = field(default_factory=dict)

    def totals(self, place: int) -> list[np.ndarray]:
        """Of each unit, then of each dealer, how many are around, and how many left."""
        if place not in self._totals:
            everybody = self.people_in(place, 0, self.leavers.customers)
            self._totals[place] = [
                np.bincount(group[known & counts])
                for group, known in everybody.groups
                for counts in everybody.counts
            ]
        return self._totals[place]

    def people_in(self, place: int, start: int, end: int) -> "_People":
        """Customers [start, end) as the as-of day at a place sees them."""
        people = self.people
        seen = (people.first <= place) & (place < people.until)
        rows = np.flatnonzero(seen & (people.customer >= start) & (people.customer < end))
        customer, unit = people.customer[rows] - start, people.columns["unit_id"].take(rows)
        edge = int(self.days.numbers[place] - AROUND_DAYS) * DAY_US
        left_at = self.leavers.at(place, start, end)[customer]
        dealer = self.dealers.at(place, start, end)[customer]
        groups = ((unit.values, unit.present()), (dealer, dealer >= 0))
        return _People(rows, customer, groups, ((left_at == _NEVER) | (left_at >= edge), left_at >= edge))


@dataclass(frozen=True)
class _People:
    """rows: of `Surroundings.people`. groups: unit and dealer of each, and where one is known. counts: who
    is among those around, and who among those who left.
    """

    rows: np.ndarray
    customer: np.ndarray
    groups: tuple[tuple[np.ndarray, np.ndarray], ...]
    counts: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class SurroundingRows:
    """The customers of a run, [start, end), among everybody."""

    everybody: Surroundings
    start: int
    end: int

    def at(self, place: int) -> Seen:
        """What the as-of day at a place sees."""
        totals = iter(self.everybody.totals(place))
        mine = self.everybody.people_in(place, self.start, self.end)
        made: dict[str, Codes] = {}
        for name, (group, known) in zip(("unit", "dealer"), mine.groups, strict=True):
            for what, counts in zip(("around", "left"), mine.counts, strict=True):
                made[f"{name}_{what}"] = Codes("whole", _others(next(totals), group, known, counts), known)

        def column(name: str) -> Codes:
            return made[name] if name in made else self.everybody.people.columns[name].take(mine.rows)

        return Seen(mine.customer, column)


def _others(total: np.ndarray, group: np.ndarray, known: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """How many others of the same group count; nobody where no group is known."""
    own = np.append(total, 0)[np.where(known, np.minimum(group, len(total)), len(total))]
    return np.where(known, own - counts, 0)


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
    names = person_columns(wanted.names)

    def read() -> Surroundings:
        whole = _everybody(customers)
        of_people = Wanted(frozenset(names), frozenset(names & {"customer_id"}))
        people = read_rows(reader, "customers", of_people, customers=whole, days=days)
        of_accounts = Wanted(frozenset({"dealer_id", "opened_at"}), frozenset({"dealer_id"}))
        accounts = read_rows(reader, "accounts", of_accounts, customers=whole, days=days)
        return Surroundings(people, Dealers.of(accounts), _read_leavers(reader, whole, days), days)

    return SurroundingRows(reader.once("surroundings", read), customers.start, customers.end)


def person_columns(names: Collection[str]) -> set[str]:
    """Columns of customers that tell whose unit is meant."""
    return {"unit_id", *({*names} & {"customer_id"})}


def _read_leavers(reader: Reader, whole: Customers, days: AsOfDays) -> Leavers:
    def read() -> Leavers:
        wanted = Wanted(frozenset({"status"}))
        statuses = read_rows(reader, "statuses", wanted, customers=whole, days=days)
        return Leavers.of(statuses, len(whole))

    return reader.once("leavers", read)


def _everybody(customers: Customers) -> Customers:
    return replace(customers, start=0, end=len(customers.ids))
