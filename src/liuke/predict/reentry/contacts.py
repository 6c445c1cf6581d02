"""Numbers that customers talk with, and numbers of customers who talk with them, as of a day."""

from datetime import date

import numpy as np

from liuke.predict.reentry.held import Everything


def find_contacts(everything: Everything, *, as_of: date) -> tuple[np.ndarray, np.ndarray]:
    """customer and value of every contact, whoever called; nothing twice."""
    contact = everything.kinds["contact"]
    customer, value = contact.as_of(as_of)
    owner, number = everything.kinds["phone"].as_of(as_of)
    owners = np.bincount(number, minlength=contact.values)  # of each number
    own = np.full(len(everything.customers), -1, np.int32)
    own[owner] = number
    between = owners[value] > 0  # both are customers
    caller, called = customer[between], value[between]
    back = _call_back(caller, called, owner[np.argsort(number, kind="stable")], owners, own, contact.values)
    new = _not_among(back, np.sort(caller.astype(np.int64) * contact.values + called))
    also, numbers = np.divmod(new, max(contact.values, 1))
    return (
        np.concatenate([customer, also.astype(np.int32)]),
        np.concatenate([value, numbers.astype(np.int32)]),
    )


def _call_back(
    caller: np.ndarray,
    called: np.ndarray,
    by_number: np.ndarray,
    owners: np.ndarray,
    own: np.ndarray,
    values: int,
) -> np.ndarray:
    """Whoever is called, with the number of who calls: codes, ascending, nothing twice.

    by_number: customers in the order of their numbers; owners: how many have each; own: number of each.
    """
    told = own[caller] >= 0
    caller, called = caller[told], called[told]
    times = owners[called]
    begins = (np.cumsum(owners) - owners)[called]
    offset = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
    whom = by_number[np.repeat(begins, times) + offset]
    codes = np.sort(whom.astype(np.int64) * values + np.repeat(own[caller], times))
    return codes[np.append(True, np.diff(codes) != 0)] if len(codes) else codes


def _not_among(codes: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Those of the codes that are not among others; both ascending."""
    if not len(held):
        return codes
    place = np.minimum(np.searchsorted(held, codes), len(held) - 1)
    return codes[held[place] != codes]
