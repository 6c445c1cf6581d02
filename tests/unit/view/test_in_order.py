import threading

import pytest

from liuke.view.fast.in_order import do_in_order


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_results_come_in_the_order_of_the_jobs(at_once):
    assert list(do_in_order(lambda job: job * job, range(7), at_once=at_once)) == [n * n for n in range(7)]


def test_two_are_at_work_and_no_third_begins_before_one_is_taken():
    begun, together = [], threading.Barrier(2, timeout=60)

    def work(job: int) -> int:
        begun.append(job)
        if job < 2:
            together.wait()  # fails unless both are at work
        return job

    results = do_in_order(work, range(4), at_once=2)
    assert next(results) == 0
    assert sorted(begun) == [0, 1]
    assert list(results) == [1, 2, 3]


def test_an_error_comes_where_its_result_would():
    def work(job: int) -> float:
        return 1 / (2 - job)

    results = do_in_order(work, range(5), at_once=2)
    assert [next(results), next(results)] == [0.5, 1.0]
    with pytest.raises(ZeroDivisionError):
        next(results)
