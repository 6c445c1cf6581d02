"""What was achieved: effects against customers left alone at random."""

from liuke.learn.effect import WHY_EMPTY, Effect, effect
from liuke.learn.sample import EffectRefused

__all__ = ["WHY_EMPTY", "Effect", "EffectRefused", "effect"]
