"""Tags for arms, task states and policies."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from liuke_desk.campaigns.models import Arm, Task
from liuke_desk.campaigns.states import State
from liuke_desk.campaigns.words import ARM_WORDS, STATE_WORDS, VOID_WORDS
from liuke_desk.policies.models import Policy

register = template.Library()

STATE_COLOURS = {
    State.PREPARED: "grey",
    State.DISPATCHED: "blue",
    State.TAKEN: "geekblue",
    State.CONTACTING: "gold",
    State.KEPT: "green",
    State.LOST: "red",
    State.REFUSED: "volcano",
    State.VOID: "grey",
}


@register.simple_tag
def state_tag(task: Task) -> SafeString:
    """Where a task stands; of a closed one, how it ended; of a void one, why."""
    shown = task.result or task.state
    says = format_html(
        '<span class="tag tag-{}" data-state="{}">{}</span>',
        STATE_COLOURS[State(shown)],
        shown,
        STATE_WORDS[shown],
    )
    if not task.void_reason:
        return says
    return format_html('{} <span class="faint small">{}</span>', says, VOID_WORDS[task.void_reason])


@register.simple_tag
def arm_tag(arm: str) -> SafeString:
    colour = "blue" if arm == Arm.TREAT else "purple"
    return format_html('<span class="tag tag-{}">{}</span>', colour, ARM_WORDS[arm])


@register.simple_tag
def policy_title(policy: Policy) -> str:
    return policy.title(get_language() or "")
