"""What a person is told at the start of their day, and as a number beside the page it is about."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """url_name: the page of the navigation that carries the number; address: where to look."""

    url_name: str
    count: int
    words: str
    address: str
    says: str  # what following the address does
