"""Small parts of the lists: the ways of leaving with their probabilities, who has a customer in hand."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from liuke_desk.campaigns.models import Task
from liuke_desk.campaigns.words import STATE_WORDS
from liuke_desk.customers.models import LeaveKind
from liuke_desk.ui.templatetags.figures import UNKNOWN, percent
from liuke_desk.warnings.models import ListedWarning

register = template.Library()

SMALLEST = 0.005  # less is 0 % when rounded, and says nothing beside the others


@register.simple_tag
def leave_kinds(row: ListedWarning) -> SafeString:
    """The likeliest way first and strong: dormant 47.2 %, voluntary 3.1 %."""
    told = [(LeaveKind(kind).label, percent(p)) for kind, p in row.kinds if p >= SMALLEST]
    if not told:
        return format_html('<span class="faint">{}</span>', row.get_leave_kind_display() or UNKNOWN)
    rest = format_html_join(", ", "{} {}", told[1:])
    return format_html('<span class="kinds"><span>{} {}</span> <small>{}</small></span>', *told[0], rest)


@register.simple_tag
def task_tag(task: Task) -> SafeString:
    """Who has the customer in hand, and how far it is."""
    agent = task.agent.name if task.agent else ""
    return format_html('<small class="muted">{}: {} {}</small>', _("Task"), STATE_WORDS[task.state], agent)
