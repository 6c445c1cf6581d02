"""Who may do what, by role alone; which rows they see is the scope's matter."""

import rules

from liuke_desk.people.models import Role, User


@rules.predicate
def is_agent(user: User) -> bool:
    return user.is_authenticated and user.role == Role.AGENT


@rules.predicate
def is_region_supervisor(user: User) -> bool:
    return user.is_authenticated and user.role == Role.REGION_SUPERVISOR


@rules.predicate
def is_analyst(user: User) -> bool:
    return user.is_authenticated and user.role == Role.ANALYST


@rules.predicate
def is_hq_manager(user: User) -> bool:
    return user.is_authenticated and user.role == Role.HQ_MANAGER


is_anybody = is_agent | is_region_supervisor | is_analyst | is_hq_manager
is_manager = is_region_supervisor | is_hq_manager
