"""What speaks for and against every policy for every candidate, before anything is allocated."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from liuke.plan.candidates import Candidate
from liuke.plan.crowd import Column, Crowd, Mask
from liuke.plan.eligibility import RULES, ask_rules
from liuke.plan.gains import expected_gains_fen
from liuke.plan.policies import Policy
from liuke.plan.refusals import Refusal

OUTBID = "outbid"  # eligible, but budget, stock or places went to others


@dataclass(frozen=True)
class Judgement:
    """Candidates in rows. The words of refusals are made for those only who need them.

    screened: what the campaign itself has against each; refused: candidates x policies x RULES;
    gains_fen: candidates x policies, NaN where anything speaks against it.
    """

    candidates: Sequence[Candidate]
    policies: Sequence[Policy]
    on: date
    screened: Sequence[tuple[Refusal, ...]]
    refused: Mask
    gains_fen: Column

    def best_offer(self, row: int) -> tuple[Policy, int] | None:
        """The policy that gains most and its gain, of equals the last by name; None for the ineligible."""
        known = {
            policy.name: (policy, int(gain))
            for policy, gain in zip(self.policies, self.gains_fen[row].tolist(), strict=True)
            if gain == gain
        }
        return known[max(known, key=lambda name: (known[name][1], name))] if known else None

    def gain_fen(self, row: int, policy: Policy) -> int:
        return int(self.gains_fen[row, self.policies.index(policy)])

    def refusals(self, row: int) -> dict[str, list[Refusal]]:
        """Every reason against each policy for one candidate."""
        candidate = self.candidates[row]
        return {
            policy.name: [
                rule.refusal(candidate, policy, self.on) for rule, no in zip(RULES, noes, strict=True) if no
            ]
            for policy, noes in zip(self.policies, self.refused[row].tolist(), strict=True)
        }

    def count_refusals(self, rows: Mask) -> dict[str, int]:
        """Rule -> how many of the candidates in `rows` it kept from at least one policy."""
        by_rule = self.refused[rows].any(axis=1).sum(axis=0)
        counts = Counter({rule.name: int(count) for rule, count in zip(RULES, by_rule, strict=True)})
        counts[OUTBID] = int(np.isfinite(self.gains_fen[rows]).any(axis=1).sum())
        for row in np.flatnonzero(rows).tolist():
            counts.update({refusal.rule for refusal in self.screened[row]})
        return {rule: counts[rule] for rule in sorted(counts) if counts[rule]}


def judge(
    candidates: Sequence[Candidate],
    screened: Mapping[str, tuple[Refusal, ...]],
    policies: Sequence[Policy],
    *,
    on: date,
) -> Judgement:
    """Ask every rule of every policy of everybody; screened: customer -> refusals of the campaign itself."""
    crowd = Crowd(candidates, on=on)
    refused = np.stack([ask_rules(crowd, policy) for policy in policies], axis=1)
    gains = np.column_stack([expected_gains_fen(crowd, policy) for policy in policies])
    own = [screened.get(candidate.customer_id, ()) for candidate in candidates]
    out = refused.any(axis=2) | np.fromiter(map(bool, own), np.bool_, len(own))[:, None]
    return Judgement(candidates, policies, on, own, refused, np.where(out, np.nan, gains))
