"""What tiers add to a customer card: changes by hand, and the household."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from liuke_desk.bridge import clock
from liuke_desk.customers.models import Profile
from liuke_desk.tiers.forms import HouseholdForm, OverrideForm
from liuke_desk.tiers.households import list_edits, list_members
from liuke_desk.tiers.models import TierOverride
from liuke_desk.tiers.rules import actor_of
from liuke_desk.tiers.selectors import list_overrides_of
from liuke_desk.tiers.states import MOVES, Actor, State


def show_overrides(request: HttpRequest, profile: Profile) -> str:
    """Overrides that wait or stand, and asking for one."""
    on = clock.today()
    found = list_overrides_of(profile.customer_id, on=on)
    may_ask = request.user.has_perm("tiers.request_override")
    if not found and not may_ask:
        return ""
    context = {
        "profile": profile,
        "overrides": [
            {"override": each, "may_withdraw": actor_of(request.user, each) in find_withdrawers(each)}
            for each in found
        ],
        "form": OverrideForm(publication=profile.publication, on=on) if may_ask else None,
    }
    return render_to_string("tiers/_overrides_panel.html", context, request=request)


def show_household(request: HttpRequest, profile: Profile) -> str:
    """Members whom the viewer may see, why they are of one household, and changing it."""
    members, edits = list_members(profile), list_edits(profile)
    may_edit = request.user.has_perm("tiers.edit_household")
    if not (members or edits or may_edit):
        return ""
    published_at = profile.publication.published_at
    context = {
        "profile": profile,
        "members": members,
        "edits": [{"edit": each, "is_pending": each.made_at >= published_at} for each in edits],
        "form": HouseholdForm(auto_id="household_%s") if may_edit else None,
    }
    return render_to_string("tiers/_household_panel.html", context, request=request)


def find_withdrawers(override: TierOverride) -> frozenset[Actor]:
    return MOVES.get((State(override.state), State.WITHDRAWN), frozenset())
