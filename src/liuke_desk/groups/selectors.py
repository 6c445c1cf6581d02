"""What is read of groups: those with at least one customer in the scope, and these customers only."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404

from liuke_desk.customers.models import Profile, Publication
from liuke_desk.customers.selectors import list_profiles
from liuke_desk.groups.models import Group, GroupMember

OVERLAPS = 20


@dataclass(frozen=True)
class Overlap:
    """Customers in the scope whom two groups share, as a share of the first one's."""

    group: Group
    customers: int
    share: float


def list_groups() -> QuerySet[Group]:
    touched = GroupMember.objects.filter(group=OuterRef("pk"))
    return Group.objects.filter(Exists(touched)).select_related("made_by")


def find_group(pk: int) -> Group:
    """One group. Unknown and without a customer in the scope look the same: 404."""
    group = list_groups().filter(pk=pk).first()
    if group is None:
        raise Http404(f"No group {pk} in your units")
    return group


def count_members(groups: list[Group]) -> dict[int, int]:
    """How many customers in the scope each group has, in one query."""
    rows = GroupMember.objects.filter(group__in=[group.pk for group in groups]).order_by()
    return dict(rows.values_list("group").annotate(Count("pk")))


def list_members(group: Group, publication: Publication | None) -> QuerySet[Profile]:
    """The group's customers as the current publication knows them, greatest expected loss first."""
    ids = GroupMember.objects.filter(group=group).values("customer_id")
    return list_profiles(publication).filter(customer_id__in=ids).order_by("warning_rank", "customer_id")


def list_overlaps(group: Group, *, size: int) -> list[Overlap]:
    """Other groups of the same customers, the most shared first."""
    own = GroupMember.objects.filter(group=group).values("customer_id")
    shared = GroupMember.objects.filter(customer_id__in=own).exclude(group=group).order_by()
    counts = dict(shared.values_list("group").annotate(Count("pk")))
    groups = {each.pk: each for each in Group.objects.filter(pk__in=counts)}
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:OVERLAPS]
    return [Overlap(groups[pk], customers, customers / size) for pk, customers in most]
