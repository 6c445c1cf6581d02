"""The customer as of a day: features declared once, computed by one evaluator; the card; RFM."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liuke.view.rfm_summary import rfm

__all__ = ["rfm"]


def __getattr__(name: str) -> object:
    """Load what is asked for when it is asked for; engines take a second to import."""
    if name == "rfm":
        from liuke.view.rfm_summary import rfm

        return rfm
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
