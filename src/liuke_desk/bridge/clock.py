"""The company's clock: the real one, or a simulated company's own day with the real time of day."""

from datetime import date, datetime

from liuke.pipeline.clock import company_now
from liuke_desk.bridge.workspace import current_workspace


def now() -> datetime:
    """This instant in the company, without a zone, as every stored instant is."""
    return company_now(current_workspace())


def today() -> date:
    return now().date()
