"""Which files of a source were loaded before, so that the same file twice changes nothing.

Left as a note in the warehouse's manifest, and so committed together with the rows themselves.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from liuke.ingest.declared import Mapping
from liuke.ingest.sources import SourceFile
from liuke.store import Draft, Warehouse


@dataclass
class History:
    """The files of a load: those that need not be read again, and those that do."""

    source: str
    unread: tuple[SourceFile, ...]
    _seen_rows: int
    _note: dict[str, Any]
    _mapping: str
    _digests: tuple[str, ...]
    _repeats: tuple[str, ...]  # digests of files that another of the same load equals
    _counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, warehouse: Warehouse, mapping: Mapping, files: tuple[SourceFile, ...]) -> "History":
        """A file is not read again if it was loaded by the same mapping and nothing of it was refused.

        Refused rows get another chance, because the customer they wait for may have come since.
        """
        note = dict(warehouse.manifest.notes.get(_key(mapping.name), {}))
        print_of_mapping = _fingerprint(mapping)
        unread, digests, repeats, seen_rows = [], [], [], 0
        for file in files:
            digest = file.digest()
            before = note.get(digest)
            if before and before["mapping"] == print_of_mapping and not before["refused"]:
                seen_rows += before["rows"]
            elif digest not in digests:
                unread.append(file)
                digests.append(digest)
            else:
                repeats.append(digest)
        return cls(
            mapping.name, tuple(unread), seen_rows, note, print_of_mapping, tuple(digests), tuple(repeats)
        )

    @property
    def shown_files(self) -> tuple[str, ...]:
        return tuple(file.shown for file in self.unread)

    def rows_read(self, place: int, count: int) -> None:
        self._counts[self._digests[place]] = count

    @property
    def known_rows(self) -> int:
        """Rows of files that were not read, because they were loaded before or repeat another file."""
        return self._seen_rows + sum(self._counts[digest] for digest in self._repeats)

    def leave(self, draft: Draft, *, refused: dict[int, int]) -> None:
        """Note what was loaded. refused: rows refused of each file, by its place."""
        for place, digest in enumerate(self._digests):
            self._note[digest] = {
                "rows": self._counts[digest],
                "refused": refused.get(place, 0),
                "mapping": self._mapping,
            }
        if self._digests:
            draft.note(_key(self.source), self._note)


def _key(source: str) -> str:
    return f"ingest/{source}"


def _fingerprint(mapping: Mapping) -> str:
    text = json.dumps(mapping.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:16]
