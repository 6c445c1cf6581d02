"""Reading on while what was read before is written."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

_END = object()


def read_ahead(items: Generator[T, None, None], *, most: int) -> Iterator[T]:
    """The same items, read by a thread of their own, which is up to so many ahead.

    Whatever stops the reading is raised here; whoever stops asking ends the reading.
    """
    with ThreadPoolExecutor(max_workers=1) as reader:
        try:
            pending = deque(reader.submit(next, items, _END) for _ in range(most))
            while (item := pending.popleft().result()) is not _END:
                pending.append(reader.submit(next, items, _END))
                yield item  # type: ignore[misc]
        finally:
            for each in pending:
                each.cancel()
            reader.submit(items.close).result()
