"""What is read ahead comes as it was read, and ends with whoever reads it."""

import gc
import threading

import pytest

from liuke_desk.bridge.reading_ahead import read_ahead


@pytest.mark.parametrize("count", [0, 1, 3, 4, 20])
def test_everything_comes_in_its_order(count):
    assert list(read_ahead((each for each in range(count)), most=3)) == list(range(count))


def test_items_are_read_by_one_other_thread_and_closed_by_it():
    seen = []

    def read():
        try:
            for each in range(5):
                seen.append(threading.current_thread())
                yield each
        finally:
            seen.append(threading.current_thread())

    assert list(read_ahead(read(), most=2)) == [0, 1, 2, 3, 4]
    assert len(seen) == 6
    assert set(seen).isdisjoint({threading.main_thread()})
    assert len(set(seen)) == 1


def test_a_break_in_the_reading_is_told_after_what_was_read_before_it():
    def read():
        yield 1
        raise OSError("the disk is gone")

    items = read_ahead(read(), most=4)

    assert next(items) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        next(items)


def test_reading_stops_with_whoever_asks_no_more():
    read_so_far, is_closed = [], []

    def read():
        try:
            for each in range(1000):
                read_so_far.append(each)
                yield each
        finally:
            is_closed.append(True)

    items = read_ahead(read(), most=3)
    next(items)
    items.close()

    assert is_closed == [True]
    assert len(read_so_far) <= 5


def test_reading_that_is_left_to_the_collection_of_garbage_ends_with_it():
    is_closed = []

    def read():
        try:
            yield from range(1000)
        finally:
            is_closed.append(True)

    items = read_ahead(read(), most=3)
    next(items)
    ring = [items]
    ring.append(ring)
    del items, ring
    gc.collect()

    assert is_closed == [True]
