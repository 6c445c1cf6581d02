"""What kind of customer this is, as people marked it: one mark of each group at most, and its hint."""

from dataclasses import dataclass
from typing import Any

from liuke_desk.bridge.marks import list_mark_groups
from liuke_desk.customers.models import CustomerMark

Words = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """A mark that may be given, by which key after `m`, and whether it is the one that counts."""

    mark: str
    words: Words
    sign: Words
    key: str
    is_set: bool


@dataclass(frozen=True)
class Change:
    """That a mark was given, or with none of them that it was taken back."""

    entry: CustomerMark
    words: Words | None


@dataclass(frozen=True)
class Marked:
    """One group of a customer: the mark that counts, who gave it, how to handle such a person."""

    group: str
    words: Words
    choices: list[Choice]
    changes: list[Change]  # latest first

    @property
    def now(self) -> Change | None:
        latest = self.changes[0] if self.changes else None
        return latest if latest and latest.words else None

    @property
    def hint(self) -> Words | None:
        """None for a mark that is no longer declared."""
        return self.now.words.get("hint") if self.now and self.now.words else None


def list_marked(customer_id: str) -> list[Marked]:
    """Every group with what was marked, in the open scope."""
    entries = list(CustomerMark.objects.filter(customer_id=customer_id).select_related("made_by"))
    keys = iter("1234567890")
    found = []
    for group in list_mark_groups():
        words = {each["mark"]: each for each in group["marks"]}
        changes = [
            Change(entry, words.get(entry.mark, {"zh": entry.mark, "en": entry.mark}) if entry.mark else None)
            for entry in entries
            if entry.group == group["group"]
        ]
        now = changes[0].entry.mark if changes else ""
        choices = [
            Choice(each["mark"], each, each["sign"], next(keys, ""), each["mark"] == now)
            for each in group["marks"]
        ]
        found.append(Marked(group["group"], group, choices, changes))
    return found
