"""Compiled loops over rows. They know nothing of features: cells of flat arrays, and what is put into them.

Imported only when rows are counted; see `machine_code` for how they are compiled and kept.
"""

from typing import Any

import numpy as np

from liuke.view.fast.machine_code import compiled

Array = np.ndarray[Any, Any]

OUT = -1  # cell of a row that nobody counts, or that each as-of day sees differently


@compiled(
    "i8(i4[::1], i4[::1], i4[::1], i4[::1], i4[::1], i8, i4[::1], i4[::1], i8, i8, i8,"
    " i4[::1], i4[::1], i8[::1], i8[::1], i8[::1], i8[::1])"
)
def place_rows(
    customer: Array,
    happened_on: Array,
    known_on: Array,
    code: Array,
    class_of_code: Array,
    first_day: int,
    first_after: Array,
    segment_of: Array,
    segments: int,
    customers: int,
    days: int,
    count: Array,
    latest: Array,
    total: Array,
    value: Array,
    cell: Array,
    late: Array,
) -> int:
    """Put into `cell` where each row is counted: (class, segment, customer), flat; and count it there.

    first_after, segment_of: by day from first_day on; earlier days are as the first, later as the last.
    count: rows of each cell. latest, total: latest day and sum of the value of each cell, or empty.
    late: filled with the rows that fewer as-of days see than their day says; returns how many.
    """
    found = 0
    last = len(first_after) - 1
    for row in range(len(customer)):
        cell[row] = OUT
        group = class_of_code[code[row]]
        if group < 0 or customer[row] < 0 or customer[row] >= customers:
            continue
        happened = min(max(happened_on[row] - first_day, 0), last)
        known = min(max(known_on[row] - first_day, 0), last)
        seen_by = first_after[happened]
        if known > happened and first_after[known] != seen_by:
            if first_after[known] < days:
                late[found] = row
                found += 1
        elif seen_by < days:
            at = (np.int64(group) * segments + segment_of[happened]) * customers + customer[row]
            cell[row] = at
            count[at] += 1
            if len(latest) and happened_on[row] > latest[at]:
                latest[at] = happened_on[row]
            if len(total):
                total[at] += value[row]
    return found


@compiled("i8(i4[::1], i8[::1])")
def count_rows(ring: Array, cell: Array) -> int:
    for row in range(len(cell)):
        if cell[row] >= 0:
            ring[cell[row]] += 1
    return len(cell)


@compiled("i8(i8[::1], i8[::1], i8[::1])")
def add_rows(ring: Array, cell: Array, value: Array) -> int:
    for row in range(len(cell)):
        if cell[row] >= 0:
            ring[cell[row]] += value[row]
    return len(cell)


@compiled("i8(i8[::1], i8[::1], i8[::1])", "i8(i8[::1], i8[::1], i4[::1])")
def lower_rows(ring: Array, cell: Array, value: Array) -> int:
    for row in range(len(cell)):
        if cell[row] >= 0 and value[row] < ring[cell[row]]:
            ring[cell[row]] = value[row]
    return len(cell)


@compiled("i8(i8[::1], i8[::1], i8[::1])")
def raise_rows(ring: Array, cell: Array, value: Array) -> int:
    for row in range(len(cell)):
        if cell[row] >= 0 and value[row] > ring[cell[row]]:
            ring[cell[row]] = value[row]
    return len(cell)


@compiled("i8(i4[::1], i8[::1], i4[::1], i4[::1], i8[::1], i8, i8, i8[::1])")
def count_days(
    ring: Array,
    cell: Array,
    customer: Array,
    happened_on: Array,
    groups: Array,
    segments: int,
    customers: int,
    fresh: Array,
) -> int:
    """Count each customer's day once in every group that has a row of it; rows sorted by customer and day.

    groups: bits of the groups each row belongs to. fresh: filled, for each row that is in no cell, with
    the groups in which no counted row shares its day.
    """
    start = 0
    while start < len(cell):
        end, met, at = start, np.int64(0), np.int64(-1)
        while end < len(cell) and customer[end] == customer[start] and happened_on[end] == happened_on[start]:
            if cell[end] >= 0:
                met |= groups[end]
                at = cell[end]
            end += 1
        if at >= 0:
            segment = (at // customers) % segments
            group, bits = 0, met
            while bits:
                if bits & 1:
                    ring[(group * segments + segment) * customers + customer[start]] += 1
                group += 1
                bits >>= 1
        for row in range(start, end):
            fresh[row] = groups[row] & ~met
        start = end
    return len(cell)


@compiled("i8(i8[::1], i4[::1], i4[::1])", "i8(i8[::1], i8[::1], i8[::1])")
def set_window(values: Array, last: Array, before: Array) -> int:
    """What customers have in a window: sums that run on, at its last segment less those before it."""
    for customer in range(len(values)):
        values[customer] = np.int64(last[customer]) - np.int64(before[customer])
    return len(values)


@compiled("i8(i8[::1], i4[::1], i8, i8)")
def set_latest(values: Array, last: Array, from_day: int, nothing: int) -> int:
    """The latest day before a segment, where it is not before a day."""
    for customer in range(len(values)):
        day = np.int64(last[customer])
        values[customer] = day if day >= from_day else nothing
    return len(values)


@compiled("i8(i8[::1], i4[:, ::1], i8, i8, i8)", "i8(i8[::1], i8[:, ::1], i8, i8, i8)")
def add_window(values: Array, ring: Array, start: int, end: int, sign: int) -> int:
    """Add a window to what customers have so far; the ring's sums run on over its segments."""
    if end <= start:
        return 0
    for customer in range(len(values)):
        window = np.int64(ring[end - 1, customer])
        if start > 0:
            window -= ring[start - 1, customer]
        values[customer] += sign * window
    return len(values)


@compiled("i8(i8[::1], i4[:, ::1], i8, i8)")
def raise_to_latest(values: Array, ring: Array, end: int, from_day: int) -> int:
    """The latest day before a segment, where it is not before a day; the ring's latest days run on."""
    for customer in range(len(values)):
        day = ring[end - 1, customer]
        if day >= from_day and day > values[customer]:
            values[customer] = day
    return len(values)
