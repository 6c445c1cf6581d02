"""How entries are chained: each digest is keyed and covers the entry and the digest before it.

Who can write to the database but does not hold the key cannot forge an entry. Entries cut from the
end of a chain show from the next seal on; what was cut before any seal does not show.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from hmac import compare_digest, digest

from django.conf import settings

from liuke_desk.audit.models import Chain, Entry


def sign(entry: Entry, *, after: str) -> str:
    """The digest of an entry that follows the one with digest `after`."""
    content = [
        after,
        entry.happened_at.isoformat(),
        entry.actor,
        entry.place,
        entry.verb,
        entry.subject,
        entry.detail,
    ]
    text = json.dumps(content, ensure_ascii=True, sort_keys=True)
    return digest(settings.AUDIT_KEY.encode(), text.encode(), sha256).hex()


def find_breaks() -> Iterator[str]:
    """Every place where the trail is not what was written; nothing when it is whole."""
    lengths = {chain.actor: chain.length for chain in Chain.objects.all()}
    places: dict[str, dict[int, str]] = {actor: {} for actor in lengths}
    for entry in Entry.objects.order_by("actor", "place").iterator():
        seen = places.setdefault(entry.actor, {})
        before = seen.get(entry.place - 1, "")
        if entry.place > 1 and entry.place - 1 not in seen:
            yield f"{entry.actor}: entry {entry.place - 1} is missing"
        elif not compare_digest(entry.digest, sign(entry, after=before)):
            yield f"{entry.actor}: entry {entry.place} was changed"
        seen[entry.place] = entry.digest
    yield from _find_cut_tails(places, lengths)


def _find_cut_tails(places: dict[str, dict[int, str]], lengths: dict[str, int]) -> Iterator[str]:
    for actor in sorted(places):
        last = max(places[actor], default=0)
        if last != lengths.get(actor):
            yield f"{actor}: the chain should have {lengths.get(actor, 0)} entries and has {last}"
    for seal in Entry.objects.filter(verb="audit.seal").order_by("place").iterator():
        for actor, (length, end) in seal.detail["ends"].items():
            if length and places.get(actor, {}).get(length) != end:
                yield f"{actor}: entry {length} is not the one sealed on {seal.happened_at:%Y-%m-%d}"
