"""What tiers add to a customer card: changes by hand, and the household."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from liuke_desk.bridge import clock
from liuke_desk.customers.models import Profile
from liuke_desk.tiers.forms import HouseholdForm, JoinForm, OverrideForm, SeparateForm
from liuke_desk.tiers.households import Member, list_edits, list_members
from liuke_desk.tiers.models import HouseholdEdit, TierOverride
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
        "edits": [
            {"edit": each, "words": say_edit(each, profile), "is_pending": each.made_at >= published_at}
            for each in edits
        ],
        "forms": make_forms(members) if may_edit else (),
    }
    return render_to_string("tiers/_household_panel.html", context, request=request)


def make_forms(members: list[Member]) -> list[HouseholdForm]:
    """Joining is always possible, parting from those who are there."""
    named = [(each.customer_id, f"{each.name} {each.customer_id}".strip()) for each in members]
    return [JoinForm(), SeparateForm(named)] if named else [JoinForm()]


def say_edit(edit: HouseholdEdit, profile: Profile) -> str:
    """What was decided, as seen from the card it stands on."""
    other = edit.other_id if edit.customer_id == profile.customer_id else edit.customer_id
    if not edit.other_id:
        return _("Taken out of every household")
    if edit.action == HouseholdEdit.Action.JOIN:
        return _("Joined with %(other)s") % {"other": other}
    return _("Separated from %(other)s") % {"other": other}


def find_withdrawers(override: TierOverride) -> frozenset[Actor]:
    return MOVES.get((State(override.state), State.WITHDRAWN), frozenset())
