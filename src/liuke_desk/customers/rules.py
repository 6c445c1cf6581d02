"""What each role may see of customers. Which rows, the scope decides."""

import rules

from liuke_desk.people.rules import is_agent, is_analyst, is_anybody, is_manager

rules.add_perm("customers.see_overview", is_manager | is_analyst)
rules.add_perm("customers.see_warnings", is_anybody)
rules.add_perm("customers.see_customers", is_anybody)
# A judgement of those who speak with customers; others read it.
rules.add_perm("customers.set_marks", is_agent | is_manager)
# Who never calls a customer never needs the number.
rules.add_perm("customers.reveal_phone", is_agent | is_manager)
rules.add_perm("customers.reveal_id_number", is_manager)
