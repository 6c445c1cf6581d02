"""Who looks behind churn. A supervisor sees what concerns their units and judges no dealer of them."""

import rules

from liuke_desk.people.rules import is_analyst, is_hq_manager, is_manager

rules.add_perm("network.view", is_analyst | is_manager)
rules.add_perm("network.judge_match", is_analyst | is_manager)
rules.add_perm("network.judge_dealer", is_analyst | is_hq_manager)
