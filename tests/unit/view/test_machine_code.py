"""Loops are compiled once, kept, and loaded only when they are whole and of the same loops."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from liuke.kernel.errors import LiukeError
from liuke.view.fast import kernels, machine_code

LOOPS = """
from liuke.view.fast.machine_code import compiled

@compiled("i8(i8[::1], i8)", "i8(i4[:, ::1], i8)")
def add(values, more):
    total = 0
    for value in values.flat:
        total += value + more
    return total
"""
ASK = """
import sys; sys.path.insert(0, {folder!r})
import numpy as np
from loops import add
print(add(np.arange(3), 10), add(np.ones((2, 2), np.int32), -1), "numba" in sys.modules)
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "loops.py").write_text(LOOPS)
    return tmp_path


@pytest.fixture(scope="module")
def compiled_once(tmp_path_factory):
    """What `compiled` is a copy of; nobody else may write into it."""
    folder = tmp_path_factory.mktemp("compiled")
    (folder / "loops.py").write_text(LOOPS)
    assert ask(folder).split() == ["33", "0", "True"]
    return folder


@pytest.fixture
def compiled(compiled_once, tmp_path):
    """A folder whose loops a process has compiled already, and kept."""
    folder = Path(shutil.copytree(compiled_once, tmp_path / "compiled"))
    assert len(kept(folder)) == 1
    return folder


def ask(folder) -> str:
    code = ASK.format(folder=str(folder))
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def kept(folder):
    return sorted((folder / "__pycache__").glob("*.native"))


def test_the_first_process_compiles_and_the_next_one_does_not(folder):
    assert ask(folder).split() == ["33", "0", "True"]
    assert ask(folder).split() == ["33", "0", "False"]
    assert len(kept(folder)) == 1


def test_code_that_was_cut_short_is_compiled_again(compiled):
    (file,) = kept(compiled)
    file.write_bytes(file.read_bytes()[:-100])

    assert ask(compiled).split() == ["33", "0", "True"]
    assert ask(compiled).split() == ["33", "0", "False"]


def test_other_loops_are_other_code(compiled):
    (compiled / "loops.py").write_text(LOOPS.replace("value + more", "value + 2 * more"))

    assert ask(compiled).split() == ["63", "-4", "True"]


def test_code_is_taken_along_where_its_folder_goes(compiled):
    assert ask(compiled).split() == ["33", "0", "False"]


def test_an_array_that_no_variant_is_for_is_refused():
    with pytest.raises(LiukeError, match=r"count_rows has no variant for \(f8\[::1\], i8\[::1\]\)"):
        kernels.count_rows(np.zeros(2), np.zeros(2, np.int64))


def test_an_array_with_gaps_is_refused():
    with pytest.raises(LiukeError, match="an array with gaps"):
        kernels.count_rows(np.zeros(4, np.int32)[::2], np.zeros(2, np.int64))


@pytest.mark.parametrize(
    "loop, before",
    [
        (kernels.count_rows, [np.zeros(3, np.int32)]),
        (kernels.add_rows, [np.zeros(3, np.int64)]),
        (kernels.raise_rows, [np.zeros(3, np.int64)]),
        (kernels.lower_rows, [np.full(3, 99)]),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_compiled_loops_do_what_the_loops_say(loop, before):
    cell, value = np.array([2, 0, -1, 2]), np.array([5, 7, 100, 3])
    rest = [cell] if loop is kernels.count_rows else [cell, value]
    (ring,), (plain,) = [one.copy() for one in before], [one.copy() for one in before]

    loop(ring, *rest)
    loop.loop(plain, *rest)

    assert ring.tolist() == plain.tolist() != before[0].tolist()


def test_where_nothing_may_be_written_code_is_compiled_each_time(folder):
    assert machine_code._is_kept(folder / "loops.py" / "no folder", b"") is False


@pytest.mark.parametrize("place", [0, 10, 70, 90, -1])
def test_code_with_a_byte_changed_anywhere_is_compiled_again(compiled, place):
    (file,) = kept(compiled)
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)

    assert ask(compiled).split() == ["33", "0", "True"]


@pytest.fixture(scope="module")
def kept_elsewhere(tmp_path_factory):
    """Code that a process kept elsewhere, because beside the source it could not."""
    folder = tmp_path_factory.mktemp("no_room")
    (folder / "loops.py").write_text(LOOPS)
    (folder / "__pycache__").write_text("no folder")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUMBA_CACHE_DIR", str(folder / "elsewhere"))
        assert ask(folder).split() == ["33", "0", "True"]
    return folder / "elsewhere"


@pytest.mark.parametrize("mode, whole", [(0o644, True), (0o664, False), (0o646, False)])
def test_code_kept_elsewhere_is_taken_only_where_no_other_user_may_write_it(
    folder, kept_elsewhere, tmp_path, monkeypatch, mode, whole
):
    elsewhere = Path(shutil.copytree(kept_elsewhere, tmp_path / "elsewhere"))
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(elsewhere))
    (folder / "__pycache__").write_text("no folder")
    (file,) = elsewhere.glob("*.native")

    file.chmod(mode)

    assert ask(folder).split() == ["33", "0", str(not whole)]


def test_of_another_user_nothing_is_taken(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    about = list((tmp_path / "file").stat())
    about[4] = about[4] + 1000 or 1

    assert machine_code._is_ours((tmp_path / "file").stat())
    assert not machine_code._is_ours(os.stat_result(about))


def test_without_a_home_code_is_kept_beside_the_source_alone(folder, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(machine_code.Path, "home", raises_no_home)

    assert [place.parent.name for place in machine_code._places(str(folder / "loops.py"))] == ["__pycache__"]


def raises_no_home():
    raise RuntimeError("Could not determine home directory.")
