"""The doors by which a cycle's findings are kept and people decide on them."""

from liuke_desk.network.services.judging import decide_case, judge_match
from liuke_desk.network.services.publishing import publish_network

__all__ = ["decide_case", "judge_match", "publish_network"]
