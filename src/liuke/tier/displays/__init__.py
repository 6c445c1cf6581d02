"""Plots of tiers, in the manner of scikit-learn's displays."""

from liuke.tier.displays.pyramid import PyramidDisplay

__all__ = ["PyramidDisplay"]
