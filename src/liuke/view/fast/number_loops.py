"""Compiled loops that find short texts among texts. See `machine_code` for how they are compiled and kept."""

from typing import Any

import numpy as np

from liuke.view.fast.machine_code import compiled

Array = np.ndarray[Any, Any]

NOBODY = -1
LONGEST = 15  # bytes of a text that two words hold, with its length
_HALF = 32  # bits: an entry is half of a text's hash, and its number


@compiled("i8(i4[::1], u1[::1], i8[:, ::1])")
def pack_texts(edges: Array, letters: Array, words: Array) -> int:
    """Each text as two words that no other text has; a longer one as -1. Returns how many were longer."""
    longer = 0
    for row in range(len(words)):
        start, end = edges[row], edges[row + 1]
        if end - start > LONGEST:
            words[row, 0] = words[row, 1] = -1
            longer += 1
            continue
        first, rest = np.int64(0), np.int64(0)
        for at in range(start, min(end, start + 8)):
            first = (first << 8) | np.int64(letters[at])
        for at in range(start + 8, end):
            rest = (rest << 8) | np.int64(letters[at])
        words[row, 0], words[row, 1] = first, (rest << 8) | np.int64(end - start)
    return longer


@compiled("i8(i8[:, ::1], i8[::1])")
def hash_words(words: Array, hashes: Array) -> int:
    for row in range(len(words)):
        told = (words[row, 0] ^ (words[row, 1] * np.int64(-7046029254386353131))) * np.int64(
            -4417276706812531889
        )
        told = (told ^ (told >> 29)) * np.int64(1609587929392839161)
        hashes[row] = told ^ (told >> 32)
    return len(words)


@compiled("i8(i8[::1], i8[::1])")
def put_numbers(hashes: Array, entries: Array) -> int:
    """Enter each different text by its hash. entries: a power of two, more than texts, all NOBODY before."""
    mask = len(entries) - 1
    for number in range(len(hashes)):
        slot = hashes[number] & mask
        while entries[slot] != NOBODY:
            slot = (slot + 1) & mask
        entries[slot] = ((hashes[number] >> _HALF) << _HALF) | number
    return len(hashes)


@compiled("i8(i8[:, ::1], i8[::1], i8[::1], i8[:, ::1], i4[::1])")
def find_numbers(words: Array, hashes: Array, entries: Array, known: Array, found: Array) -> int:
    """Fill in the number of each text, or NOBODY; returns how many are nobody's.

    known: words of the texts that have numbers; they decide, not the hashes.
    """
    mask = len(entries) - 1
    missed = 0
    for row in range(len(words)):
        first, second = words[row, 0], words[row, 1]
        number = np.int64(NOBODY)
        if row and words[row - 1, 0] == first and words[row - 1, 1] == second:
            number = np.int64(found[row - 1])
        else:
            slot = hashes[row] & mask
            while entries[slot] != NOBODY:
                if entries[slot] >> _HALF == hashes[row] >> _HALF:
                    one = entries[slot] & 0xFFFFFFFF
                    if known[one, 0] == first and known[one, 1] == second:
                        number = one
                        break
                slot = (slot + 1) & mask
        found[row] = number
        missed += number == NOBODY
    return missed
