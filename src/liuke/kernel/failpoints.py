"""Named places where a test may kill the process, to show that nothing is lost there.

`LIUKE_FAIL_AT=store.before_pointer` kills the process the first time it reaches that place;
`store.before_pointer:3` lets it pass twice first. Names are declared here, so that a test can
visit them all.
"""

import os
import signal

FAILPOINTS = (
    "ingest.after_read",
    "ingest.before_commit",
    "store.before_file_rename",
    "store.before_manifest",
    "store.before_pointer",
    "store.after_pointer",
    "models.before_pointer",
    "cycle.after_view",
    "cycle.after_tier",
    "cycle.after_predict",
    "cycle.after_plan",
    "publish.before_switch",
    "publish.after_switch",
)

_reached: dict[str, int] = {}


def reach(name: str) -> None:
    """Kill this process with SIGKILL when the environment asks for it at this place."""
    if name not in FAILPOINTS:
        raise ValueError(f"{name!r} is not declared in FAILPOINTS")
    wanted, _, nth = os.environ.get("LIUKE_FAIL_AT", "").partition(":")
    if wanted != name:
        return
    _reached[name] = _reached.get(name, 0) + 1
    if _reached[name] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
