"""Models on disk that can be trusted before they are believed.

One file, replaced atomically: a first line with the HMAC-SHA256 of all that follows, then a zip of
`manifest.json` (what it is, its format, the sha256 of every part), `model.json` (numbers and words),
`trees/*.txt` (LightGBM's text) and `canary.json` (made-up rows and what the model said of them). There is
no pickle anywhere. Loading goes in an order of growing trust: the HMAC, before a byte is parsed; the
hashes; the trees in a child process, because a damaged text can kill the process that reads it; and at
last the canaries, which must be answered as they were to 1e-9.

The key is the caller's, or a workspace's own: `model.key` in the folder of the model, made at the first
save and readable by its owner alone. A model moved without its key is refused.
"""

import hashlib
import hmac
import io
import json
import os
import secrets
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from liuke.kernel.errors import LiukeError
from liuke.predict.tree_canary import check_trees

FORMAT = 1
MAGIC = b"liuke-model"
KEY_FILE = "model.key"
KEY_BYTES = 16  # the shortest key taken
TOLERANCE = 1e-9
MOMENT = (1980, 1, 1, 0, 0, 0)  # a file's bytes depend on the model, not on when it was written

Key = bytes | str | Path | None


class ModelRefused(LiukeError):
    """A stored model that must not be used."""


@dataclass(frozen=True)
class Parts:
    """A model as plain values. canary: JSON inputs; answers: what the model says of them."""

    state: Mapping[str, Any]
    canary: Any
    answers: list[float]
    trees: tuple[str, ...] = ()
    tree_answers: list[list[float]] = field(default_factory=list)


class Storable:
    """Gives an estimator `save` and `load`; it tells its parts and answers its canary."""

    def to_parts(self) -> Parts:
        raise NotImplementedError

    @classmethod
    def from_parts(cls, state: Mapping[str, Any], trees: tuple[str, ...]) -> Self:
        raise NotImplementedError

    def answer_canary(self, canary: Any) -> list[float]:
        raise NotImplementedError

    @classmethod
    def tree_owners(cls, state: Mapping[str, Any]) -> list[int] | None:
        """For several models in one: which of the canaries each tree answers. None: there is but one."""
        return None

    def save(self, path: str | Path, *, key: Key = None) -> str:
        """Write the model to one file, atomically. key: the secret's bytes, or a file that holds it;
        without one, `model.key` beside the file, made when absent. returns: the sha256 of all but the mark.
        """
        place = Path(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        packed = pack(type(self).__name__, self.to_parts())
        secret = _find_key(place, key, may_make=True)
        replace_file(place, seal(packed, secret))
        return hashlib.sha256(packed).hexdigest()

    @classmethod
    def load(cls, path: str | Path, *, key: Key = None) -> Self:
        """Read a model that `save` wrote. Raises ModelRefused when anything about it is not as written."""
        place = Path(path)
        parts = cls.read_parts(place, key=key)
        if parts.trees:
            owners = cls.tree_owners(parts.state)
            trouble = check_trees(parts.trees, parts.canary, parts.tree_answers, TOLERANCE, owners=owners)
            if trouble:
                raise ModelRefused(f"The trees of {place} cannot be used: {trouble}. Train the model again.")
        model = cls.from_parts(parts.state, parts.trees)
        _compare(place, parts.answers, model.answer_canary(parts.canary))
        return model

    @classmethod
    def read_parts(cls, path: str | Path, *, key: Key = None) -> Parts:
        """The parts of a stored model, their HMAC and hashes checked, nothing of it brought to life."""
        place = Path(path)
        return unpack(place, unseal(place, _find_key(place, key, may_make=False)), kind=cls.__name__)


def pack(kind: str, parts: Parts) -> bytes:
    """A zip of the parts; the same parts give the same bytes."""
    files = {
        "model.json": _json(parts.state),
        "canary.json": _json(
            {"canary": parts.canary, "answers": parts.answers, "tree_answers": parts.tree_answers}
        ),
        **{f"trees/{i:04d}.txt": text.encode() for i, text in enumerate(parts.trees)},
    }
    hashes = {name: hashlib.sha256(held).hexdigest() for name, held in files.items()}
    manifest = _json({"format": FORMAT, "kind": kind, "files": hashes})
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        for name, held in {"manifest.json": manifest, **files}.items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), held, zipfile.ZIP_DEFLATED, 6)
    return room.getvalue()


def seal(packed: bytes, secret: bytes) -> bytes:
    mark = hmac.new(secret, packed, hashlib.sha256).hexdigest().encode()
    return MAGIC + b" " + mark + b"\n" + packed


def unseal(place: Path, secret: bytes) -> bytes:
    """The zip, once its HMAC is right."""
    try:
        whole = place.read_bytes()
    except FileNotFoundError:
        raise ModelRefused(
            f"There is no model at {place}. Train one, or give the path of one that was saved."
        ) from None
    head, newline, packed = whole.partition(b"\n")
    magic, _, mark = head.partition(b" ")
    if magic != MAGIC or not newline:
        raise ModelRefused(f"{place} is not a model saved by Liuke. Give the path of one that is.")
    expected = hmac.new(secret, packed, hashlib.sha256).hexdigest().encode()
    if not hmac.compare_digest(mark, expected):
        raise ModelRefused(
            f"{place} is not as it was saved, or was saved with another key; nothing of it was read."
            " Give the key it was saved with, or train the model again."
        )
    return packed


def unpack(place: Path, packed: bytes, *, kind: str) -> Parts:
    """The parts of a zip whose HMAC was right."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifest.json"))
    if manifest["format"] != FORMAT:
        raise ModelRefused(
            f"{place} has format {manifest['format']}; this version of Liuke reads format {FORMAT}."
            " Train the model again with this version."
        )
    if manifest["kind"] != kind:
        raise ModelRefused(f"{place} holds a {manifest['kind']}, not a {kind}; load it with that class.")
    hashes = {name: hashlib.sha256(held).hexdigest() for name, held in files.items()}
    if hashes != manifest["files"]:
        raise ModelRefused(f"The parts of {place} do not match its manifest. Train the model again.")
    canary = json.loads(files["canary.json"])
    trees = tuple(files[name].decode() for name in sorted(files) if name.startswith("trees/"))
    return Parts(state=json.loads(files["model.json"]), trees=trees, **canary)


def _compare(place: Path, stored: list[float], found: list[float]) -> None:
    pairs = list(zip(stored, found, strict=True))
    apart = max((abs(a - b) / max(1.0, abs(a)) for a, b in pairs), default=0.0)
    if not apart <= TOLERANCE:
        raise ModelRefused(
            f"{place} answers its test rows differently from when it was saved (by {apart:.3g})."
            " Train the model again with the libraries of this machine."
        )


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1).encode()


def _find_key(place: Path, key: Key, *, may_make: bool) -> bytes:
    if isinstance(key, bytes):
        return _long_enough(key, "The key given")
    file = Path(key) if key is not None else place.parent / KEY_FILE
    if key is None and may_make:
        _make_key(file)
    try:
        return _long_enough(file.read_bytes().strip(), f"The key in {file}")
    except FileNotFoundError:
        raise ModelRefused(
            f"There is no key at {file}, and without the key {place} was saved with it cannot be trusted."
            " Give the key, or train the model again."
        ) from None


def _long_enough(secret: bytes, what: str) -> bytes:
    if len(secret) < KEY_BYTES:
        raise ModelRefused(f"{what} has {len(secret)} bytes; a key has at least {KEY_BYTES}.")
    return secret


def _make_key(file: Path) -> None:
    """A key nobody can guess; the one place where an answer must not repeat from a seed."""
    if file.exists():
        return
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".key-", delete=False) as room:
        room.write(secrets.token_hex(32).encode())
    try:
        os.link(room.name, file)  # fails when another process was first, so its key stays whole
    except FileExistsError:
        pass
    finally:
        Path(room.name).unlink()


def replace_file(place: Path, held: bytes) -> None:
    """Put a file in place whole: a reader sees the old one or the new one, after a crash too."""
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".model-", delete=False) as room:
        room.write(held)
        room.flush()
        os.fsync(room.fileno())
    Path(room.name).replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
