"""Who sees how early warning does: those who judge models and those who answer for their use."""

import rules

from liuke_desk.people.rules import is_analyst, is_hq_manager

rules.add_perm("health.view", is_analyst | is_hq_manager)
