"""Secrets of one workspace: made at first use, kept in its var folder, readable by its owner only."""

import os
import secrets
import tempfile
from pathlib import Path

LENGTH_BYTES = 48


def read_secret(path: Path) -> str:
    """The secret in a file; of processes that start together the first decides it for all."""
    if not path.exists():
        _make_secret(path)
    return path.read_text(encoding="ascii")


def _make_secret(path: Path) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mode 600
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as writable:
            writable.write(secrets.token_urlsafe(LENGTH_BYTES))
        path.hardlink_to(draft)  # unlike a rename, fails when another was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
