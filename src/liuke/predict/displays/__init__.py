"""Plots of forecasts, in the manner of scikit-learn: `from_…` constructors and `.plot(ax=None)`."""

from liuke.predict.displays.calibration import CalibrationDisplay
from liuke.predict.displays.ranking import LiftDisplay, PrecisionRecallDisplay, RocDisplay
from liuke.predict.displays.reasons import ReasonsDisplay
from liuke.predict.displays.report import ReportMembersDisplay, ReportMonthsDisplay
from liuke.predict.displays.survival import SurvivalDisplay
from liuke.predict.displays.value import ValueDisplay

__all__ = [
    "CalibrationDisplay",
    "LiftDisplay",
    "PrecisionRecallDisplay",
    "ReasonsDisplay",
    "ReportMembersDisplay",
    "ReportMonthsDisplay",
    "RocDisplay",
    "SurvivalDisplay",
    "ValueDisplay",
]
