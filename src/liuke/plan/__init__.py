"""Whom to keep with which offer: terms, eligibility, allocation under a budget, the hold-out, the why."""

from liuke.plan.allocate import Allocation, allocate

__all__ = ["Allocation", "allocate"]
