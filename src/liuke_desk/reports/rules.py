"""Who sees reports; of which units, the scope decides."""

import rules

from liuke_desk.people.rules import is_analyst, is_manager

rules.add_perm("reports.view", is_analyst | is_manager)
