"""What is written beside the reading is written in order, and its errors stop the load as any other."""

import threading

import pytest

from liuke.ingest import parts
from liuke.ingest.beside import Beside
from tests.unit.ingest.workspace import PURCHASES


def test_work_is_done_in_order_on_one_other_thread():
    done, threads = [], set()

    def work(number):
        done.append(number)
        threads.add(threading.get_ident())

    with Beside() as beside:
        for number in range(20):
            beside.do(lambda number=number: work(number))
        beside.wait()
        assert done == list(range(20))
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_no_piece_is_begun_before_the_one_before_it_is_done():
    may_end = threading.Event()
    begun = []

    with Beside() as beside:
        beside.do(lambda: may_end.wait(timeout=20))
        threading.Timer(0.05, lambda: (begun.append(1), may_end.set())).start()
        beside.do(lambda: begun.append(2))
    assert begun == [1, 2]


def fail():
    raise OSError("the disk is full")


def test_an_error_is_told_once_to_whoever_asks_next():
    with Beside() as beside:
        beside.do(fail)
        with pytest.raises(OSError, match="disk is full"):
            beside.do(fail)
        beside.wait()


def test_a_file_that_cannot_be_written_stops_the_load_and_changes_nothing(workspace, monkeypatch):
    workspace.load_customers("ann", "bob")
    before = workspace.bytes_of_warehouse()
    months = "".join(f"{who},2026-0{month}-02,{month}\n" for month in (1, 2, 3) for who in ("ann", "bob"))
    workspace.write("purchases.csv", f"customer,on,amount\n{months}")
    mapping = workspace.mapping(PURCHASES)
    write = parts.pq.write_table

    def write_all_but_march(rows, path, **layout):
        if rows["happened_at"][0].as_py().month == 3:
            fail()
        write(rows, path, **layout)

    with monkeypatch.context() as patched:
        patched.setattr(parts.pq, "write_table", write_all_but_march)
        with pytest.raises(OSError, match="disk is full"):
            workspace.load(mapping)

    assert workspace.bytes_of_warehouse() == before
    assert not list((workspace.root / "var").rglob(".stage-*"))
    assert workspace.load(mapping).accepted == 6
