"""What speaks for and against every policy for every candidate, before anything is allocated."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liuke.plan.crowd import Column, Crowd, Mask, Numbers
from liuke.plan.eligibility import RULES, ask_rules
from liuke.plan.gains import expected_gains_fen
from liuke.plan.policies import Policy
from liuke.plan.screen import Screen, is_screened

OUTBID = "outbid"  # eligible, but budget, stock or places went to others


@dataclass(frozen=True)
class Judgement:
    """Candidates in rows.

    screened: what the campaign itself has against whom; refused: candidates x policies x RULES;
    gains_fen: candidates x policies, NaN where anything speaks against it.
    """

    crowd: Crowd
    policies: Sequence[Policy]
    screened: Sequence[Screen]
    refused: Mask
    gains_fen: Column

    def best_offers(self, rows: Numbers) -> Numbers:
        """Place of the policy that gains most for each row, of equals the last by name; for the eligible."""
        by_name = sorted(range(len(self.policies)), key=lambda place: self.policies[place].name, reverse=True)
        gains = self.gains_fen[rows][:, by_name]
        return np.array(by_name)[np.where(np.isnan(gains), -np.inf, gains).argmax(axis=1)]

    def count_refusals(self, rows: Mask) -> dict[str, int]:
        """Rule -> how many of the candidates in `rows` it kept from at least one policy."""
        by_rule = self.refused[rows].any(axis=1).sum(axis=0)
        counts = Counter({rule.name: int(count) for rule, count in zip(RULES, by_rule, strict=True)})
        counts[OUTBID] = int(np.isfinite(self.gains_fen[rows]).any(axis=1).sum())
        counts.update({reason.rule: int((reason.refuses & rows).sum()) for reason in self.screened})
        return {rule: counts[rule] for rule in sorted(counts) if counts[rule]}


def judge(crowd: Crowd, screened: Sequence[Screen], policies: Sequence[Policy]) -> Judgement:
    """Ask every rule of every policy of everybody; screened: what the campaign itself has against whom."""
    refused = np.stack([ask_rules(crowd, policy) for policy in policies], axis=1)
    gains = np.column_stack([expected_gains_fen(crowd, policy) for policy in policies])
    out = refused.any(axis=2) | is_screened(screened)[:, None]
    return Judgement(crowd, policies, screened, refused, np.where(out, np.nan, gains))
