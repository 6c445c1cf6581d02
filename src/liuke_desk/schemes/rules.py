"""Who may read schemes, draft their next versions, and decide on drafts."""

import rules

from liuke_desk.people.rules import is_analyst, is_hq_manager, is_manager

is_headquarters = is_analyst | is_hq_manager

rules.add_perm("schemes.view", is_analyst | is_manager)
rules.add_perm("schemes.draft", is_headquarters)  # and see the drafts of others, and ask what-if
rules.add_perm("schemes.approve", is_hq_manager)  # never one's own: see states
rules.add_perm("schemes.judge_fairness", is_headquarters)
