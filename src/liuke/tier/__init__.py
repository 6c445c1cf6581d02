"""Tiers: schemes as versioned values, who is in which tier and why, and who moved."""

from liuke.tier.clusters import ClusterScheme
from liuke.tier.credit import CreditRefused, credit_lines
from liuke.tier.disagreement import Agreement, Disagreement, DisagreementRefused, find_disagreement
from liuke.tier.entitlements import EntitlementTable, find_entitlements
from liuke.tier.exposure import Exposure, report_exposure
from liuke.tier.fairness import FairnessRefused, GroupRate, age_bands, compare_rates
from liuke.tier.fit_clusters import ClustersRefused, fit_clusters
from liuke.tier.household import build_households, report_crowds, roll_up
from liuke.tier.marks import Mark, MarkGroup, Marks, load_marks
from liuke.tier.moves import MOVES, Migration, common_ranks, migration
from liuke.tier.registry import built_in_schemes, load
from liuke.tier.scheme import UNRATED, Level, Scheme, SchemeRefused
from liuke.tier.top_list import TopListChange, overtook
from liuke.tier.versions import SchemeBook, collect_schemes, read_schemes
from liuke.tier.what_if import WhatIf, what_if

__all__ = [
    "MOVES",
    "UNRATED",
    "Agreement",
    "ClusterScheme",
    "ClustersRefused",
    "CreditRefused",
    "Disagreement",
    "DisagreementRefused",
    "EntitlementTable",
    "Exposure",
    "FairnessRefused",
    "GroupRate",
    "Level",
    "Mark",
    "MarkGroup",
    "Marks",
    "Migration",
    "Scheme",
    "SchemeBook",
    "SchemeRefused",
    "TopListChange",
    "WhatIf",
    "age_bands",
    "build_households",
    "built_in_schemes",
    "collect_schemes",
    "common_ranks",
    "compare_rates",
    "credit_lines",
    "find_disagreement",
    "find_entitlements",
    "fit_clusters",
    "load",
    "load_marks",
    "migration",
    "overtook",
    "read_schemes",
    "report_crowds",
    "report_exposure",
    "roll_up",
    "what_if",
]
