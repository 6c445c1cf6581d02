"""Work beside other work gives what it gives alone, in order; memory decides how much of it."""

import threading

import pytest

from liuke.view.fast.at_once import at_once, in_order


@pytest.mark.parametrize("side_by_side", [1, 3])
def test_answers_come_in_order(side_by_side):
    assert list(in_order(lambda job: job * job, range(20), side_by_side=side_by_side)) == [
        number * number for number in range(20)
    ]


def test_no_more_are_begun_than_are_asked_for():
    lock, here, most = threading.Lock(), [0], [0]
    both = threading.Barrier(2)

    def do(job: int) -> int:
        with lock:
            here[0] += 1
            most[0] = max(most[0], here[0])
        both.wait(timeout=20)
        with lock:
            here[0] -= 1
        return job

    assert list(in_order(do, range(8), side_by_side=2)) == list(range(8))
    assert most[0] == 2


@pytest.mark.parametrize("side_by_side", [1, 2])
def test_where_one_fails_the_rest_is_left(side_by_side):
    done = []

    def do(job: int) -> int:
        if job == 1:
            raise ValueError(job)
        done.append(job)
        return job

    with pytest.raises(ValueError, match="1"):
        list(in_order(do, range(10_000), side_by_side=side_by_side))
    assert len(done) < 10_000


def test_one_at_least_and_what_fits():
    with_room = at_once(1 << 20, 4.0)

    assert at_once(1 << 40, 0.1) == 1
    assert 1 <= with_room <= 4
    assert at_once(0, 0.0) == 1
    assert at_once(1 << 29, 1.0) <= 2
