"""Dealers: who games the commission, judged against matched customers of other dealers."""

from liuke.predict.dealers.finding import DealerAudit, audit_dealers
from liuke.predict.dealers.settings import DealerSettings

__all__ = ["DealerAudit", "DealerSettings", "audit_dealers"]
