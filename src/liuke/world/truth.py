"""Known effects: the lives of some customers lived again, untouched and treated, with the same luck."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from liuke.world.actions import place_of_customer
from liuke.world.chance import Array
from liuke.world.contacting import Contacts
from liuke.world.history import Settings
from liuke.world.kinds import CLEARED, STAYED
from liuke.world.life import live
from liuke.world.lived import MonthOfLife
from liuke.world.months import Month
from liuke.world.policies import place_of
from liuke.world.population import Population
from liuke.world.storage import read_company, read_state

REPLICATES = 200
ROWS_AT_ONCE = 200_000
REPLICATE_STEP = np.uint64(2**40)  # identities of one repeated life are this far from those of the next


@dataclass(frozen=True)
class KnownEffect:
    """What offers truly change among some customers.

    untouched, treated: probability of leaving in the window, a mean over the customers; difference:
    treated less untouched, so an offer that keeps customers has a negative one. simulation_error:
    standard error of the difference from repeating their lives only so many times. realised_*: shares
    that leave in the one life that the company really lives.
    """

    customers: int
    untouched: float
    treated: float
    difference: float
    simulation_error: float
    realised_untouched: float
    realised_treated: float
    realised_difference: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def known_effect(
    folder: Path,
    treated: Mapping[str, str],
    since: date,
    until: date,
    *,
    among: Collection[str] | None = None,
    replicates: int = REPLICATES,
) -> KnownEffect:
    """The true effect on leaving in [since, until) of offers that reach customers on `since`.

    treated: customer_id to policy, those really reached. among: over whom the mean is taken, such as
    a whole arm with those who could not be reached; missing: over the treated.
    Everybody's life is lived twice with the same luck, untouched and treated, and that `replicates`
    times; troubles of places stay as they are. Offers of other months are left out.
    Raises LiukeError when the company keeps no state of `since`.
    """
    settings, _ = read_company(folder)
    month, end = Month(since), Month(until)
    pop = read_state(folder, month).pop
    ids = sorted(set(treated) if among is None else set(among))
    places = np.array([place_of_customer(name, customers=len(pop)) for name in ids], np.int64)
    some = pop.take(places)
    offers = [(row, place_of(treated[name])) for row, name in enumerate(ids) if name in treated]
    rows, policies = np.array(offers, np.int64).reshape(-1, 2).T
    contacts = Contacts(rows, policies, np.full(len(rows), month.first))
    arms = [
        list(_lives(some, month, end, settings, offered, replicates=replicates))
        for offered in (Contacts.none(), contacts)
    ]
    return _summary(*(np.concatenate(arm) for arm in arms))


def _summary(untouched: Array, treated: Array) -> KnownEffect:
    """untouched, treated: (lives, customers), whether they left; the first life is the real one."""
    by_life = treated[1:].mean(axis=1) - untouched[1:].mean(axis=1)
    return KnownEffect(
        customers=untouched.shape[1],
        untouched=float(untouched[1:].mean()),
        treated=float(treated[1:].mean()),
        difference=float(by_life.mean()),
        simulation_error=float(by_life.std() / np.sqrt(len(by_life))),
        realised_untouched=float(untouched[0].mean()),
        realised_treated=float(treated[0].mean()),
        realised_difference=float(treated[0].mean() - untouched[0].mean()),
    )


def _lives(
    pop: Population, month: Month, end: Month, settings: Settings, contacts: Contacts, *, replicates: int
) -> Iterator[Array]:
    """Whether each customer leaves, in the real life and in repeated ones, some lives at a time."""
    count = len(pop)
    at_once = max(ROWS_AT_ONCE // max(count, 1), 1)
    for first in range(0, replicates + 1, at_once):
        lives = np.arange(first, min(first + at_once, replicates + 1))
        many = pop.take(np.tile(np.arange(count), len(lives)))
        many.identity = many.identity + np.repeat(lives.astype(np.uint64) * REPLICATE_STEP, count)
        shift = np.repeat(np.arange(len(lives)) * count, len(contacts.rows))
        offered = Contacts(
            np.tile(contacts.rows, len(lives)) + shift,
            np.tile(contacts.places, len(lives)),
            np.tile(contacts.days, len(lives)),
        )
        yield _leave_by(many, month, end, settings, offered).reshape(len(lives), count)


def _leave_by(pop: Population, month: Month, end: Month, settings: Settings, contacts: Contacts) -> Array:
    left = np.zeros(len(pop), bool)
    while month.number < end.number:
        here = MonthOfLife(
            pop, month, settings.tree, seed=settings.seed, months_lived=settings.months_lived(month)
        )
        lived = live(here, contacts)
        left |= (lived.left_kind != STAYED) & (lived.cause != CLEARED)
        month, contacts = month.next, Contacts.none()
    return left
