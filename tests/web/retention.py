"""A small company for tests of the retention desk: two regions, its people, warned customers, policies.

R1 East  - C1 - B1: agents li, wang       customers E01 … (account manager li for E01)
              - B2: agent chen            customers F01 …
R2 West  - C9 - B9: agent zhao            customers W01 …
sun supervises R1, zhou supervises R2; qian is the analyst and hu the manager at headquarters.
"""

from datetime import date, datetime
from functools import cache

from django.contrib.auth.hashers import make_password
from django_scopes import scopes_disabled

from liuke_desk.campaigns import services
from liuke_desk.campaigns.filters import Filters, Terms
from liuke_desk.campaigns.models import Campaign, Task
from liuke_desk.customers.models import Profile, Publication
from liuke_desk.people.models import Role, User
from liuke_desk.people.services import sync_units
from liuke_desk.policies.services import sync_policies

NOON = datetime(2026, 3, 1, 12)
TODAY = NOON.date()
DUE_ON = date(2026, 3, 31)
PASSWORD = "a long enough word 7"

UNITS = [
    {"unit_id": "R1", "name_zh": "东区", "name_en": "East", "level": "region", "parent_id": None},
    {"unit_id": "C1", "name_zh": "东一县", "name_en": "East county", "level": "county", "parent_id": "R1"},
    {"unit_id": "B1", "name_zh": "一厅", "name_en": "Hall one", "level": "branch", "parent_id": "C1"},
    {"unit_id": "B2", "name_zh": "二厅", "name_en": "Hall two", "level": "branch", "parent_id": "C1"},
    {"unit_id": "R2", "name_zh": "西区", "name_en": "West", "level": "region", "parent_id": None},
    {"unit_id": "C9", "name_zh": "西九县", "name_en": "West county", "level": "county", "parent_id": "R2"},
    {"unit_id": "B9", "name_zh": "九厅", "name_en": "Hall nine", "level": "branch", "parent_id": "C9"},
]

PEOPLE = {
    "li": (Role.AGENT, "B1"),
    "wang": (Role.AGENT, "B1"),
    "chen": (Role.AGENT, "B2"),
    "zhao": (Role.AGENT, "B9"),
    "sun": (Role.REGION_SUPERVISOR, "R1"),
    "zhou": (Role.REGION_SUPERVISOR, "R2"),
    "qian": (Role.ANALYST, None),
    "hu": (Role.HQ_MANAGER, None),
}


def declare_policy(name="stay-discount", **changes):
    """A policy as a workspace declares it and the cycle publishes it."""
    return {
        "name": name,
        "version": 1,
        "words": {"zh": "月租八折", "en": "20% off the monthly fee"},
        "category": "price",
        "contact_cost_fen": 500,
        "offer_cost_fen": 3000,
        "save_rate": 0.3,
        "save_rate_source": "assumed",
        "aims_at": ["voluntary"],
        "terms": {"tiers": None, "plans": None, "min_p_leave": 0.0, "min_value_fen": None, "rest_days": 0},
        "excludes": [],
        "cool_down_days": 30,
        "valid_from": None,
        "valid_until": None,
        "stock": None,
        "script": {"zh": "您好，我们想送您一份优惠。", "en": "Hello, we have an offer for you."},
    } | changes


def found_company(*, per_branch=10):
    """Units, people, policies, and warned customers in three branches."""
    sync_units(UNITS)
    for username, (role, unit_id) in PEOPLE.items():
        staff_id = f"S-{username}"
        User.objects.create(
            username=username,
            role=role,
            unit_id=unit_id,
            staff_id=staff_id,
            language="en",
            password=hashed_password(),
        )
    sync_policies(declarations=[declare_policy()], at=NOON)
    publish_customers(
        customer
        for branch, letter in (("B1", "E"), ("B2", "F"), ("B9", "W"))
        for customer in warned_customers(branch, letter, per_branch)
    )


@cache
def hashed_password():
    """Hashing is slow on purpose; once is enough for people who all have the same password."""
    return make_password(PASSWORD)


def warned_customers(unit_id, letter, count):
    for number in range(1, count + 1):
        customer_id = f"{letter}{number:02d}"
        yield {
            "customer_id": customer_id,
            "unit_id": unit_id,
            "name": f"客户{customer_id}",
            "phone": f"1390000{number:04d}",
            "manager_id": "S-li" if customer_id == "E01" else "",
            "plan": "4G-88",
            "status": "open",
            "tier": "major" if number % 2 else "ordinary",
            "tier_rank": 2 if number % 2 else 3,
            "p_1m": 0.1,
            "p_2m": 0.2,
            "p_3m": 0.4,
            "p_voluntary": 0.3,
            "p_involuntary": 0.05,
            "p_dormant": 0.05,
            "p_diverted": 0.0,
            "leave_kind": "voluntary",
            "value_at_stake_fen": 100_000 + number * 1000,
            "expected_loss_fen": 40_000 + number * 400,
        }


def publish_customers(customers, *, as_of=TODAY, **changes):
    """Publish a whole serving copy, as a cycle does; `changes` go to every customer."""
    Publication.objects.filter(is_current=True).update(is_current=False)
    publication = Publication.objects.create(as_of=as_of, published_at=NOON, is_current=True)
    rows = [dict(customer) | changes for customer in customers]
    ranked = sorted(rows, key=lambda row: -row["expected_loss_fen"])
    with scopes_disabled():
        Profile.objects.bulk_create(
            Profile(publication=publication, warning_rank=rank, **row)
            for rank, row in enumerate(ranked, start=1)
        )
    return publication


def person(username):
    return User.objects.select_related("unit").get(username=username)


def make_campaign(*, title="Spring", at=NOON, filters=None, **terms):
    """A saved campaign by the analyst over everybody who is warned; nobody in a task yet."""
    wanted = {"policies": ("stay-discount",), "budget_fen": 10_000_000, "hold_out_share": 0.2} | terms
    with scopes_disabled():
        return services.create_campaign(
            title=title,
            filters=filters or Filters(),
            terms=Terms(**wanted),
            due_on=DUE_ON,
            user=person("qian"),
            at=at,
        )


def run_campaign(*, dispatchers=("sun", "zhou"), **wanted):
    """A campaign with its tasks prepared and dispatched by the supervisors."""
    from django_scopes import scope

    from liuke_desk.people.selectors import scope_of

    campaign = make_campaign(**wanted)
    with scopes_disabled():
        services.prepare_tasks(campaign_id=campaign.pk, user=person("qian"), at=NOON)
    for username in dispatchers:
        user = person(username)
        with scope(unit=scope_of(user)):
            services.dispatch_tasks(campaign_id=campaign.pk, user=user, at=NOON)
    return Campaign.objects.get(pk=campaign.pk)


def all_tasks(**wanted):
    with scopes_disabled():
        return list(Task.objects.filter(**wanted).select_related("assignment", "agent", "unit"))


def stop_clock(monkeypatch, at=NOON):
    """Let every page think that it is this instant."""
    monkeypatch.setattr("liuke_desk.bridge.clock.now", lambda: at)


def sign_in(client, username):
    client.force_login(person(username), backend="django.contrib.auth.backends.ModelBackend")
    return client


def take_as(username, at=NOON):
    """The next task of an agent."""
    from django_scopes import scope

    from liuke_desk.people.selectors import scope_of

    agent = person(username)
    with scope(unit=scope_of(agent)):
        return services.take_next_task(agent=agent, at=at)
