"""Who reads the frozen lists; which of their customers a person sees is the scope's matter."""

import rules

from liuke_desk.people.rules import is_anybody

rules.add_perm("warnings.view", is_anybody)
