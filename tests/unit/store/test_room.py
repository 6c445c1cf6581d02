"""A process's temporary folder goes with it, or with the next process, when it was killed."""

import gc
import signal
import subprocess
import sys
import tempfile

import pytest

from liuke.store import Engine
from liuke.store.engine import ROOMS
from liuke.store.room import Room, sweep_rooms


@pytest.fixture
def below(tmp_path, monkeypatch):
    """The temporary folder of this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_room_is_there_until_it_is_left_or_forgotten(below):
    first, second = Room("ours-"), Room("ours-")
    assert len(list(below.iterdir())) == 2

    first.close()
    assert list(below.iterdir()) == [second.path]

    del second
    gc.collect()
    assert list(below.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_is_kept(below):
    mine, strange = Room("ours-"), Room("theirs-")
    code = "from liuke.store.room import Room; room = Room('ours-'); print('here', flush=True); input()"
    killed = subprocess.Popen(
        [sys.executable, "-c", code],
        env={"TMPDIR": str(below)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert killed.stdout.readline() == b"here\n"
    assert (sweep_rooms("ours-"), len(list(below.iterdir()))) == (0, 3)

    killed.send_signal(signal.SIGKILL)
    killed.communicate()

    assert sweep_rooms("ours-") == 1
    assert sorted(below.iterdir()) == sorted([mine.path, strange.path])


def test_an_engine_has_a_room_from_its_first_question_to_its_end(below):
    engine = Engine()
    assert list(below.iterdir()) == []

    engine.connection.raw_sql("SELECT 1")
    assert [path.name[: len(ROOMS)] for path in below.iterdir()] == [ROOMS]

    engine.close()
    assert list(below.iterdir()) == []
