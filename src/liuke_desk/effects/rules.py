"""Who may read effects. Agents may not: their own zeal must not depend on the score."""

import rules

from liuke_desk.people.rules import is_analyst, is_manager

rules.add_perm("effects.view", is_analyst | is_manager)
