"""The network part of the predict step: who came back under a new number, which dealers game commission.

Both need tables that many companies do not have; what is missing is said and stops nothing.
"""

from datetime import date

import pyarrow as pa

from liuke.kernel.errors import TableMissing
from liuke.pipeline.dealers import DEALERS
from liuke.pipeline.network_results import SETTINGS, Search, keep_found
from liuke.pipeline.reentry import REENTRY
from liuke.pipeline.results import RESULTS
from liuke.pipeline.steps.run import Run, StepReport

_COUNTED = {"re-entries": (REENTRY, "matches"), "dealers flagged": (DEALERS, "flagged")}


def network(run: Run) -> StepReport:
    """Find re-entries and judge dealers as of the day; `liuke reentry` and `liuke dealers` then read them."""
    fingerprint = run.fingerprint(settings=SETTINGS)
    if run.is_current("network", fingerprint):
        return StepReport("network", was_current=True)
    figures = {figure: _figure(run, *counted) for figure, counted in _COUNTED.items()}
    run.store("network", fingerprint, {})
    return StepReport("network", figures=figures)


def _figure(run: Run, search: Search, count: str) -> int | str:
    try:
        _found, card = keep_found(run, search)
    except TableMissing as missing:
        return f"not known (nothing to tell from in {', '.join(missing.tables)})"
    return int(card[count])


class Matches:
    """Who had come back under which new number, as far as known by any day; found once, then kept."""

    def __init__(self, run: Run):
        self._run = run
        self._read: dict[date, pa.Table] = {}

    def __call__(self, day: date) -> pa.Table:
        """REENTRIES as of the day; none where the tables told nothing by which to recognise anybody."""
        if day not in self._read:
            self._read[day] = self._find(day)
        return self._read[day]

    def _find(self, day: date) -> pa.Table:
        try:
            return keep_found(self._run.at(day), REENTRY)[0]["reentries"]
        except TableMissing:
            return RESULTS["reentries"].empty_table()
