"""The compiled loops that purchases are counted by; see `liuke.view.fast.machine_code`."""

from typing import Any

import numpy as np

from liuke.view.fast.machine_code import compiled

Array = np.ndarray[Any, Any]

TOO_LARGE = -1  # comes back instead of a number of refunds
WORD_DAYS = 64  # days in a word of bits
_SIZE_SHIFT = 20  # sizes are added up in units of 2**20 and may reach 2**62
_LARGEST = 1 << 62


@compiled(
    "i8(i4[::1], i4[::1], i4[::1], i4[::1], i4[::1], i8[::1], i8, i8,"
    " i8[::1], i8[:, ::1], i4[::1], i4[::1], i8[::1], i8[::1], i8[::1], i8[::1])"
)
def tally_rows(
    customer: Array,
    happened_on: Array,
    known_on: Array,
    code: Array,
    is_wanted: Array,
    worth: Array,
    first_customer: int,
    today: int,
    purchases: Array,
    seen: Array,
    first: Array,
    last: Array,
    spend: Array,
    first_worth: Array,
    size: Array,
    refund: Array,
) -> int:
    """Count the rows of customers from `first_customer` on that the day `today` sees, each once.

    known_on, code, worth: empty where nothing is told. is_wanted: by code. first, last: in days back from
    the day before today, first -1 before there is one. seen: bits of the days back with a purchase.
    size: of all worth so far. refund: filled with the rows below nothing; returns how many there were, or
    TOO_LARGE where sums or days might not fit.
    """
    refunds, days = 0, seen.shape[1] * WORD_DAYS
    for row in range(len(customer)):
        who = np.int64(customer[row]) - first_customer
        if happened_on[row] >= today or who < 0 or who >= len(purchases):
            continue
        if (len(code) and is_wanted[code[row]] == 0) or (len(known_on) and known_on[row] >= today):
            continue
        amount = np.int64(0)
        if len(worth):
            amount = worth[row]
            if amount > _LARGEST or amount < -_LARGEST:
                return TOO_LARGE
            size[0] += abs(amount) >> _SIZE_SHIFT
            if size[0] >= _LARGEST >> _SIZE_SHIFT:
                return TOO_LARGE
            spend[who] += amount
        if amount < 0:
            refund[refunds] = row
            refunds += 1
            continue
        back = np.int64(today - 1 - happened_on[row])
        if back >= days:
            return TOO_LARGE
        purchases[who] += 1
        seen[who, back >> 6] |= np.int64(1) << (back & 63)
        if back > first[who]:
            if first[who] < 0:
                last[who] = back
            first[who] = back
            first_worth[who] = amount
        elif back == first[who]:
            first_worth[who] += amount
        if back < last[who]:
            last[who] = back
    return refunds


@compiled("i8(i8[:, ::1], i8[::1])")
def count_days(seen: Array, days: Array) -> int:
    """Put into `days` how many bits of each customer are set; returns for how many customers."""
    for who in range(len(seen)):
        found = 0
        for place in range(seen.shape[1]):
            word = seen[who, place]
            while word:
                word &= word - 1
                found += 1
        days[who] = found
    return len(seen)
