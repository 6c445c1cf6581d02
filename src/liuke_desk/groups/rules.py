"""Who keeps groups; which of their customers a person sees is the scope's matter."""

import rules

from liuke_desk.people.rules import is_analyst, is_hq_manager, is_manager

rules.add_perm("groups.view", is_analyst | is_manager)
rules.add_perm("groups.create", is_analyst | is_manager)
rules.add_perm("groups.delete", is_analyst | is_manager)  # one's own
rules.add_perm("groups.delete_any", is_hq_manager)
