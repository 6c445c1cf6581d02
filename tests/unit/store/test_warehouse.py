"""Readers see the old state or the new one, whatever happens to the writer."""

import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from liuke.kernel.errors import Busy, LiukeError
from liuke.kernel.failpoints import FAILPOINTS
from liuke.store import Engine, Warehouse

ROOT = Path(__file__).parents[3]
SCHEMA = pa.schema([("a", pa.int64())])
WRITER = """
import sys
from pathlib import Path
from tests.unit.store.test_warehouse import commit
commit(Path(sys.argv[1]), [3])
"""


def commit(root, values):
    """Put one table in place and leave a note of it, as a step does."""
    warehouse = Warehouse(root, engine=None)
    with warehouse.lock(doing="a test"):
        draft = warehouse.draft(source="test")
        draft.replace("t", pa.table({"a": values}))
        draft.note("step", str(values))
        draft.commit()


@pytest.fixture(scope="module")
def engine():
    engine = Engine()
    yield engine
    engine.close()


def read(root, engine):
    warehouse = Warehouse(root, engine)
    return engine.to_arrow(warehouse.table("t", SCHEMA))["a"].to_pylist(), warehouse.manifest.notes.get(
        "step"
    )


@pytest.mark.parametrize("failpoint", [name for name in FAILPOINTS if name.startswith("store.")])
def test_a_writer_killed_anywhere_leaves_the_old_state_or_the_new(tmp_path, engine, failpoint, monkeypatch):
    commit(tmp_path, [1, 2])
    monkeypatch.setenv("LIUKE_FAIL_AT", failpoint)

    killed = subprocess.run([sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, check=False)

    assert killed.returncode == -signal.SIGKILL
    new_is_named = failpoint == "store.after_pointer"
    assert read(tmp_path, engine) == (([3], "[3]") if new_is_named else ([1, 2], "[1, 2]"))
    monkeypatch.delenv("LIUKE_FAIL_AT")
    commit(tmp_path, [3])
    assert read(tmp_path, engine) == ([3], "[3]")


def test_the_same_writes_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        commit(tmp_path / name, [1, 2])
        commit(tmp_path / name, [3])

    one, two = (
        {path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*.*")}
        for name in ("one", "two")
    )
    assert one == two
    assert len({(tmp_path / name / "CURRENT").read_text() for name in ("one", "two")}) == 1


def test_a_second_writer_is_told_who_writes(tmp_path, engine):
    first, second = Warehouse(tmp_path, engine), Warehouse(tmp_path, engine)

    with first.lock(doing="the nightly cycle"), pytest.raises(Busy, match="the nightly cycle"):
        with second.lock(doing="another"):
            pass
    with second.lock(doing="another"):
        pass


def test_a_draft_is_not_seen_before_its_commit(tmp_path, engine):
    warehouse = Warehouse(tmp_path, engine)
    with warehouse.lock(doing="a test"):
        draft = warehouse.draft(source="test")
        draft.append("t", pa.table({"a": [1]}))
        assert read(tmp_path, engine) == ([], None)
        draft.commit()
    assert read(tmp_path, engine) == ([1], None)


def test_rows_from_a_reader_are_stored_as_a_table_is(tmp_path, engine):
    rows = pa.table({"a": [3, 1, 2], "known_at": pa.array([5, 9, 7], pa.timestamp("us"))})
    pieces = pa.RecordBatchReader.from_batches(
        rows.schema, [rows.slice(at, 1).to_batches()[0] for at in range(3)]
    )
    warehouse = Warehouse(tmp_path, engine)
    with warehouse.lock(doing="a test"):
        draft = warehouse.draft(source="test")
        draft.replace("whole", rows)
        draft.replace("pieces", pieces)
        draft.replace("nothing", pa.RecordBatchReader.from_batches(rows.schema, []))
        draft.commit()

    (whole,), (pieced,) = (warehouse.manifest.parts(name) for name in ("whole", "pieces"))
    assert (pieced.rows, pieced.known_from, pieced.known_until) == (3, whole.known_from, whole.known_until)
    assert (
        engine.to_arrow(warehouse.stored("pieces").order_by("a")).to_pylist() == rows.sort_by("a").to_pylist()
    )
    assert engine.to_arrow(warehouse.stored("nothing").count().as_table()).to_pylist()[0].popitem()[1] == 0


def test_partitions_may_be_written_side_by_side_a_piece_at_a_time(tmp_path, engine):
    warehouse = Warehouse(tmp_path, engine)
    with warehouse.lock(doing="a test"):
        draft = warehouse.draft(source="test")
        with (
            draft.rewriting("t", SCHEMA, partition="one") as one,
            draft.rewriting("t", SCHEMA, partition="two") as two,
        ):
            for values in ([1], [2, 3]):
                one.add(pa.table({"a": values}))
                two.add(pa.table({"a": [10 * value for value in values]}))
        draft.commit()

    found = {
        partition: sorted(engine.to_arrow(warehouse.table("t", SCHEMA, partition=partition))["a"].to_pylist())
        for partition in warehouse.manifest.partitions("t")
    }
    assert found == {"one": [1, 2, 3], "two": [10, 20, 30]}
    assert [part.rows for part in warehouse.manifest.parts("t")] == [3, 3]


def write_until_it_fails(draft):
    with draft.rewriting("t", SCHEMA, partition="all") as rows:
        rows.add(pa.table({"a": [2]}))
        rows.add(pa.table({"b": [3]}))


def test_of_rows_that_stop_coming_nothing_is_left(tmp_path, engine):
    commit(tmp_path, [1])
    warehouse = Warehouse(tmp_path, engine)
    with warehouse.lock(doing="a test"):
        draft = warehouse.draft(source="test")
        with pytest.raises(ValueError, match="schema"):
            write_until_it_fails(draft)

        assert draft.manifest == warehouse.manifest
    assert read(tmp_path, engine)[0] == [1]
    assert list(tmp_path.glob("tables/**/.draft-*")) == []


def test_the_same_rows_appended_twice_are_kept_once(tmp_path, engine):
    warehouse = Warehouse(tmp_path, engine)
    with warehouse.lock(doing="a test"):
        for _ in range(2):
            draft = warehouse.draft(source="test")
            draft.append("t", pa.table({"a": [1]}), partition="2026-01")
            draft.commit()

    assert read(tmp_path, engine)[0] == [1]


def test_a_column_that_older_files_lack_is_missing_there(tmp_path, engine):
    warehouse = Warehouse(tmp_path, engine)
    with warehouse.lock(doing="a test"):
        draft = warehouse.draft(source="test")
        draft.append("t", pa.table({"a": [1]}), partition="2026-01")
        draft.append("t", pa.table({"a": [2], "b": ["x"]}), partition="2026-02")
        draft.commit()
    wide = pa.schema([("a", pa.int64()), ("b", pa.string()), ("c", pa.float64())])

    rows = engine.to_arrow(warehouse.table("t", wide).order_by("a")).to_pylist()

    assert rows == [{"a": 1, "b": None, "c": None}, {"a": 2, "b": "x", "c": None}]


def test_sweeping_removes_only_what_nobody_names(tmp_path, engine):
    warehouse = Warehouse(tmp_path, engine)
    with warehouse.lock(doing="a test"):
        for value in range(10):
            draft = warehouse.draft(source="test")
            draft.replace("t", pa.table({"a": [value]}))
            draft.commit()
        (tmp_path / "tables" / "t" / "all" / ".draft-1.parquet").write_bytes(b"half a file")

        removed = warehouse.sweep()

    assert removed > 0
    assert read(tmp_path, engine)[0] == [9]
    assert len(list(tmp_path.glob("tables/t/all/*"))) == 5


def test_a_table_that_was_never_stored_is_named_with_what_there_is(tmp_path, engine):
    with pytest.raises(LiukeError, match="no table 'views'.*nothing yet"):
        Warehouse(tmp_path, engine).stored("views")


def test_a_broken_manifest_gets_a_sentence(tmp_path, engine):
    commit(tmp_path, [1])
    next(tmp_path.glob("manifests/*.json")).write_text("{")

    with pytest.raises(LiukeError, match="cannot be read"):
        Warehouse(tmp_path, engine)


@pytest.mark.parametrize("cut", [5, (1 << 20) + 3])
def test_what_a_writer_keeps_together_is_read_together(tmp_path, cut):
    rows = pa.table({"a": pa.nulls((1 << 20) + 10, pa.int64())})
    warehouse = Warehouse(tmp_path, engine=None)
    with warehouse.lock(doing="a test"):
        draft = warehouse.draft(source="test")
        draft.replace("t", rows, cuts=[cut])
        draft.commit()

    (part,) = warehouse.manifest.parts("t")
    about = pq.ParquetFile(tmp_path / part.file).metadata
    assert [about.row_group(place).num_rows for place in range(about.num_row_groups)] == [
        cut,
        rows.num_rows - cut,
    ]
