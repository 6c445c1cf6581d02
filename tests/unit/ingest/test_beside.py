"""What is written beside the reading stands in order, and its errors stop the load as any other."""

import threading

import pytest

from liuke.ingest import parts
from liuke.ingest.beside import Beside
from tests.unit.ingest.workspace import PURCHASES


def test_work_is_done_on_other_threads_all_of_it_once_waited_for():
    done, threads = [], set()

    def work(number):
        done.append(number)
        threads.add(threading.get_ident())

    with Beside() as beside:
        for number in range(20):
            beside.do(lambda number=number: work(number))
        beside.wait()
        assert sorted(done) == list(range(20))
    assert 1 <= len(threads) <= 2
    assert threading.get_ident() not in threads


def test_no_more_pieces_are_held_than_there_are_threads():
    may_end = threading.Event()
    begun = []

    with Beside(threads=2) as beside:
        for number in (1, 2):
            beside.do(lambda number=number: (may_end.wait(timeout=20), begun.append(number)))
        threading.Timer(0.05, lambda: (begun.append(0), may_end.set())).start()
        beside.do(lambda: begun.append(3))
        assert begun[0] == 0
    assert sorted(begun) == [0, 1, 2, 3]


def fail():
    raise OSError("the disk is full")


def test_an_error_is_told_once_to_whoever_asks_next():
    with Beside(threads=1) as beside:
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


def test_files_stand_in_the_order_of_rows_whichever_is_written_first(workspace, monkeypatch):
    workspace.load_customers("ann")
    rows = "".join(f"ann,2026-01-0{day},{day}\n" for day in range(1, 8))
    workspace.write("purchases.csv", f"customer,on,amount\n{rows}")
    monkeypatch.setattr(parts, "ROWS_PER_FILE", 2)
    write, second_is_written = parts.pq.write_table, threading.Event()

    def write_the_second_first(rows, path, **layout):
        first = rows["happened_at"][0].as_py().day
        if first == 1:
            assert second_is_written.wait(timeout=20)
        write(rows, path, **layout)
        if first == 3:
            second_is_written.set()

    monkeypatch.setattr(parts.pq, "write_table", write_the_second_first)
    workspace.load(workspace.mapping(PURCHASES))

    files = workspace.warehouse.manifest.parts("events")
    firsts = [parts.pq.read_table(workspace.warehouse.root / part.file)["happened_at"][0] for part in files]
    assert [at.as_py().day for at in firsts] == [1, 3, 5, 7]
