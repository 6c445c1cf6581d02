"""Who may read policies; nobody changes them here, the workspace declares them."""

import rules

from liuke_desk.people.rules import is_analyst, is_manager

rules.add_perm("policies.view", is_analyst | is_manager)
