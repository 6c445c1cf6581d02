"""One engine for all tests of the room; a workspace of its own for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from liuke.store import Engine
from tests.unit.ingest.workspace import Workspace


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    engine = Engine(memory_gib=1.0, threads=2)
    yield engine
    engine.close()


@pytest.fixture
def workspace(tmp_path: Path, engine: Engine) -> Workspace:
    return Workspace(tmp_path, engine)
