"""The live policies, for those who plan with them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from liuke_desk.bridge import clock
from liuke_desk.bridge.planning import category_words
from liuke_desk.people.permissions import requires
from liuke_desk.policies.models import Policy
from liuke_desk.policies.selectors import live_policies


@require_safe
@requires("policies.view")
def list_policies(request: HttpRequest) -> HttpResponse:
    """What may be offered now, at what cost, until when, and in which words."""
    language = request.preferences.language
    on = clock.today()
    valid = set(live_policies(on=on).values_list("pk", flat=True))
    categories = category_words(language)
    policies = [
        {
            "policy": policy,
            "title": policy.title(language),
            "script": policy.script(language),
            "category": categories.get(policy.category, policy.category),
            "is_valid": policy.pk in valid,
        }
        for policy in Policy.objects.filter(is_live=True).order_by("name")
    ]
    return render(request, "policies/list.html", {"policies": policies})
