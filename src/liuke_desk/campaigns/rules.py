"""Who may do what with campaigns and tasks; which rows they see is the scope's matter."""

import rules
from django.utils.translation import gettext_noop as _

from liuke_desk.campaigns.states import Actor, Refused
from liuke_desk.people.models import Role, User
from liuke_desk.people.rules import is_agent, is_analyst, is_anybody, is_hq_manager, is_manager

rules.add_perm("campaigns.view", is_anybody)
rules.add_perm("campaigns.create", is_analyst | is_hq_manager)
rules.add_perm("campaigns.prepare", is_analyst | is_hq_manager)
rules.add_perm("campaigns.dispatch", is_manager)
rules.add_perm("campaigns.close", is_hq_manager | is_analyst)
rules.add_perm("campaigns.see_assignments", is_analyst | is_manager)
# Who is left alone is told only to those who judge effects: a supervisor hands out the work, an
# agent does it, and whoever knows the names may be tempted to look after them all the same.
rules.add_perm("campaigns.see_hold_out", is_analyst | is_hq_manager)
rules.add_perm("tasks.work", is_agent)
rules.add_perm("tasks.adjust", is_manager)
rules.add_perm("tasks.view", is_agent | is_manager)

_ACTORS = {
    Role.AGENT: Actor.AGENT,
    Role.REGION_SUPERVISOR: Actor.SUPERVISOR,
    Role.HQ_MANAGER: Actor.SUPERVISOR,
}


class NotYours(Refused):
    """Somebody acts on a task that is another agent's, or without a role for it."""


def actor_of(user: User) -> Actor:
    """As whom a person moves tasks; analysts plan and judge, they move none."""
    actor = _ACTORS.get(Role(user.role))
    if actor is None:
        raise NotYours(_("An analyst does not move tasks; a supervisor or an agent does."))
    return actor
