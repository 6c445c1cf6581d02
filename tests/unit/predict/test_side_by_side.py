"""Work on all cores: in order, no more at once than cores, and the same bits however many there are."""

import threading

import numpy as np
import pyarrow as pa
import pytest
from threadpoolctl import threadpool_info

from liuke.predict import side_by_side
from liuke.predict.churn import Training
from liuke.predict.examples import Example, Outcome, Population
from liuke.predict.hazards import learn_hazards
from liuke.predict.side_by_side import do_side_by_side, do_together, is_on_core, on_core, sums_in_one_order

CUSTOMERS = 400


def have_cores(monkeypatch, count):
    monkeypatch.setattr(side_by_side, "CORES", count)
    monkeypatch.setattr(side_by_side, "_cores", threading.BoundedSemaphore(count))


def blas_threads():
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


@pytest.mark.parametrize("cores", [1, 3])
def test_answers_come_in_order_and_no_more_work_at_once_than_there_are_cores(monkeypatch, cores):
    have_cores(monkeypatch, cores)
    at_work, most, lock = [], [], threading.Lock()

    def work(job):
        with lock:
            at_work.append(job)
            most.append(len(at_work))
        found = do_side_by_side(lambda part: part * job, range(3))  # within: one after the other
        with lock:
            at_work.remove(job)
        return found

    asked = [[2, 3, 5], [7, 11, 13, 17]]
    found = do_together(lambda jobs: do_side_by_side(work, jobs), asked)

    assert found == [[[0, job, 2 * job] for job in jobs] for jobs in asked]
    assert max(most) <= cores


def test_a_core_with_nothing_to_do_takes_parts_of_a_job_of_another(monkeypatch):
    have_cores(monkeypatch, 2)
    together = threading.Barrier(2, timeout=60)

    def meet(part):
        together.wait()  # fails unless two parts are at work
        return is_on_core(), blas_threads(), part

    with on_core():
        found = [do_side_by_side(meet, range(4)), do_together(meet, range(2))]

    limits = [1] * len(blas_threads())
    assert found == [[(True, limits, part) for part in range(count)] for count in (4, 2)]
    assert [side_by_side._cores.acquire(blocking=False) for _ in range(3)] == [True, True, False]


def test_what_another_core_raises_is_raised_and_frees_both(monkeypatch):
    have_cores(monkeypatch, 2)
    together = threading.Barrier(2, timeout=60)

    def refuse(part):
        together.wait()
        if part == 1:
            raise ValueError(part)

    with on_core(), pytest.raises(ValueError, match="1"):
        do_side_by_side(refuse, range(2))
    assert [side_by_side._cores.acquire(blocking=False) for _ in range(3)] == [True, True, False]


def test_what_a_job_raises_is_raised_and_frees_its_core(monkeypatch):
    have_cores(monkeypatch, 1)

    def refuse(job):
        raise ValueError(job)

    with pytest.raises(ValueError, match="1"):
        do_side_by_side(refuse, [1, 2])

    with on_core():
        assert is_on_core()
    assert not is_on_core()


def test_the_limit_on_threads_is_lifted_by_the_last_who_asked_for_it():
    before = blas_threads()

    with sums_in_one_order():
        with sums_in_one_order():
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}

    assert blas_threads() == before


def example():
    draw = np.random.default_rng(6)
    use = draw.normal(size=CUSTOMERS)
    first = (draw.random(CUSTOMERS) < 1 / (1 + np.exp(1 + 2 * use))).astype(float)
    second = np.maximum(first, draw.random(CUSTOMERS) < 0.2)
    names = np.array([f"k{i}" for i in range(CUSTOMERS)], dtype=object)
    table = pa.table({"use": use, "noise": draw.normal(size=CUSTOMERS)})
    return Example(Population(None, names, table), Outcome({1: first, 2: second}, np.full(CUSTOMERS, None)))


def test_models_are_the_same_to_the_bit_on_one_core_and_on_several(monkeypatch):
    training = Training(minimum_customers=1, minimum_leavers=1)
    learned = []
    for cores in (1, 4):
        have_cores(monkeypatch, cores)
        learned.append(learn_hazards([example()], (1, 2), training, seed=1))

    one, several = ([model.to_parts() for model in hazards.models] for hazards in learned)
    assert [(each.state, each.answers, each.trees) for each in one] == [
        (each.state, each.answers, each.trees) for each in several
    ]
    assert len(one) == 2
