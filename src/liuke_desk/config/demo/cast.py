"""The people of the demonstration, and their one-time passwords."""

from dataclasses import dataclass
from datetime import datetime

from liuke_desk.people.models import Role, Unit, User
from liuke_desk.people.services import add_user, renew_password


@dataclass(frozen=True)
class Part:
    """One person of the demonstration; place: which unit of its level, from 0."""

    username: str
    name_zh: str
    name_en: str
    role: Role
    level: str | None = None
    place: int = 0

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_zh


PARTS = (
    Part("analyst", "林分析", "Lin (analyst)", Role.ANALYST),
    Part("manager", "赵总管", "Zhao (HQ manager)", Role.HQ_MANAGER),
    Part("supervisor", "孙主管", "Sun (supervisor)", Role.REGION_SUPERVISOR, "region"),
    Part("agent1", "周坐席", "Zhou (agent)", Role.AGENT, "region"),
    Part("agent2", "吴坐席", "Wu (agent)", Role.AGENT, "region"),
    Part("supervisor2", "郑主管", "Zheng (supervisor)", Role.REGION_SUPERVISOR, "region", 1),
    Part("agent3", "王坐席", "Wang (agent)", Role.AGENT, "region", 1),
    Part("supervisor3", "冯主管", "Feng (supervisor)", Role.REGION_SUPERVISOR, "region", 2),
    Part("agent4", "陈坐席", "Chen (agent)", Role.AGENT, "region", 2),
)


def hire(language: str, *, at: datetime) -> dict[str, str]:
    """Add everybody; returns each one's one-time password."""
    passwords = {}
    for part in PARTS:
        unit = unit_of(part)
        _, passwords[part.username] = add_user(
            username=part.username,
            role=part.role,
            unit_id=unit.pk if unit else None,
            display_name=part.name(language),
            at=at,
        )
    return passwords


def renew_passwords(*, at: datetime) -> dict[str, str]:
    """New one-time passwords for those who have not chosen their own yet."""
    waiting = User.objects.filter(username__in=[part.username for part in PARTS], must_change_password=True)
    return {user.username: renew_password(user=user, at=at) for user in waiting.order_by("pk")}


def unit_of(part: Part) -> Unit | None:
    if part.level is None:
        return None
    return Unit.objects.filter(level=part.level, is_current=True).order_by("path")[part.place]


def person(username: str) -> User:
    return User.objects.get(username=username)


def people(role: Role) -> list[User]:
    """Everybody of the demonstration with a role."""
    names = [part.username for part in PARTS if part.role is role]
    return list(User.objects.filter(username__in=names).order_by("pk"))
