"""Which files of a source were loaded before, so that the same file twice changes nothing.

Left as a note in the warehouse's manifest, and so committed together with the rows themselves.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from liuke.ingest.declared import Mapping
from liuke.ingest.sources import SourceFile
from liuke.kernel.errors import DataRefused
from liuke.store import Draft, Manifest, Warehouse


@dataclass
class History:
    """The files of a load: those that need not be read again, and those that do.

    shown_files: how users see the files that are read, by their place.
    starts_over: the mapping has changed, so all that the source ever fed is to be read anew.
    """

    source: str
    unread: tuple[SourceFile, ...]
    shown_files: tuple[str, ...]
    starts_over: bool = False
    _seen_rows: int = 0
    _note: dict[str, Any] = field(default_factory=dict)
    _mapping: str = ""
    _digests: tuple[str, ...] = ()
    _repeats: tuple[str, ...] = ()  # digests of files that another of the same load equals
    _counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def without_files(cls, source: str, *, shown: str) -> "History":
        """For rows that come from no file; shown: what to call the place they come from."""
        return cls(source, (), (shown,))

    @classmethod
    def of(cls, warehouse: Warehouse, mapping: Mapping, files: tuple[SourceFile, ...]) -> "History":
        """What was loaded by this very mapping is not read again, except for one reason: rows were
        refused, and customers have come since who may be those that the rows were waiting for.

        Raises DataRefused when the mapping has changed and files that it loaded before are gone.
        """
        note = dict(warehouse.manifest.notes.get(_key(mapping.name), {}))
        fingerprint = _fingerprint(mapping)
        by_digest: dict[str, SourceFile] = {}
        repeats = []
        for file in files:
            digest = file.digest()
            repeats += [digest] if digest in by_digest else []
            by_digest.setdefault(digest, file)
        starts_over = any(entry["mapping"] != fingerprint for entry in note.values())
        if starts_over:
            _refuse_lost_files(mapping, note, by_digest)
            note = {}
        customers = warehouse.manifest.fingerprint("customers")
        known = {digest for digest in by_digest if digest in note and _is_settled(note[digest], customers)}
        unread = {digest: file for digest, file in by_digest.items() if digest not in known}
        return cls(
            source=mapping.name,
            unread=tuple(unread.values()),
            shown_files=tuple(file.shown for file in unread.values()),
            starts_over=starts_over,
            _seen_rows=sum(note[digest]["rows"] for digest in known),
            _note=note,
            _mapping=fingerprint,
            _digests=tuple(unread),
            _repeats=tuple(repeats),
        )

    def row_keys_begin(self, place: int) -> str:
        """What the row keys of the file at a place begin with; no other file's of any source do."""
        return key_of(self.source, self._digests[place])

    def rows_read(self, place: int, count: int) -> None:
        """Say how many rows the file at a place has."""
        self._counts[self._digests[place]] = count

    @property
    def known_rows(self) -> int:
        """Rows of files that were not read, because they were loaded before or repeat another file."""
        repeated = sum(
            self._counts.get(digest, self._note.get(digest, {}).get("rows", 0)) for digest in self._repeats
        )
        return self._seen_rows + repeated

    def leave(self, draft: Draft, *, refused: dict[int, int]) -> None:
        """Note what was loaded. refused: rows refused of each file, by its place."""
        customers = draft.manifest.fingerprint("customers")
        for place, digest in enumerate(self._digests):
            self._note[digest] = {
                "file": self.shown_files[place],
                "rows": self._counts[digest],
                "mapping": self._mapping,
                "waits": customers if refused.get(place) else "",
            }
        if self._digests:
            draft.note(_key(self.source), self._note)


def key_of(source: str, digest: str) -> str:
    """Sixteen letters for one content of one source."""
    return sha256(f"{source}\n{digest}".encode()).hexdigest()[:16]


def without_source(manifest: Manifest, source: str) -> Manifest:
    """The manifest without the files that one source's loads have made."""
    for table, partitions in manifest.tables.items():
        for partition, parts in partitions.items():
            kept = tuple(part for part in parts if part.source != source)
            if len(kept) < len(parts):
                manifest = manifest.with_parts(table, partition, kept)
    return manifest


def _is_settled(entry: dict[str, Any], customers: str) -> bool:
    """Whether reading the file again could change nothing."""
    return entry["waits"] in ("", customers)


def _refuse_lost_files(mapping: Mapping, note: dict[str, Any], present: dict[str, SourceFile]) -> None:
    lost = sorted(entry["file"] for digest, entry in note.items() if digest not in present)
    if lost:
        raise DataRefused(
            f"The mapping {mapping.path} has changed since {mapping.name} was loaded, so all its files must "
            f"be read again, but {len(lost)} of them are gone or have changed: {', '.join(lost[:5])}.\n"
            "Put them back as they were, or undo the change and give new files their own mapping; "
            "or, if their rows may go, delete var/warehouse and load everything anew."
        )


def _key(source: str) -> str:
    return f"ingest/{source}"


def _fingerprint(mapping: Mapping) -> str:
    """Of what decides the rows; where the files are and how many may be bad does not."""
    said = mapping.model_dump(mode="json", exclude={"source": {"name", "path", "max_bad_share"}})
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
