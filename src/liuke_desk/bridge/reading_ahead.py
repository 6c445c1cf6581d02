"""Reading on while what was read before is written."""

from collections.abc import Generator
from contextlib import closing
from queue import Empty, Queue
from threading import Event, Thread, current_thread
from typing import Any, TypeVar

T = TypeVar("T")

_ITEM, _END, _ERROR = "item", "end", "error"


def read_ahead(items: Generator[T, None, None], *, most: int) -> Generator[T, None, None]:
    """The same items, read by a thread of their own, which is up to so many ahead; two at least.

    Whatever stops the reading is raised here; whoever stops asking ends the reading: close it, for what
    is left to a collection of garbage ends only then.
    """
    found: Queue[tuple[str, Any]] = Queue(maxsize=max(1, most - 1))  # one more is in the reader's hand
    is_over = Event()
    reader = Thread(target=_read, args=(items, found, is_over), name="reading ahead", daemon=True)
    reader.start()
    try:
        while True:
            what, item = found.get()
            if what == _ERROR:
                raise item
            if what == _END:
                return
            yield item
    finally:
        is_over.set()
        _drain(found)  # so that a reader who waits to hand something over sees that it is over
        if current_thread() is not reader:
            reader.join()


def _read(items: Generator[T, None, None], found: "Queue[tuple[str, Any]]", is_over: Event) -> None:
    try:
        with closing(items):
            for item in items:
                found.put((_ITEM, item))
                if is_over.is_set():
                    return
    except BaseException as error:  # told where the items are asked for
        found.put((_ERROR, error))
    else:
        found.put((_END, None))


def _drain(found: "Queue[tuple[str, Any]]") -> None:
    while True:
        try:
            found.get_nowait()
        except Empty:
            return
