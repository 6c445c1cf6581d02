"""One draft: read, edited with its mistakes told at once, submitted, decided."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liuke_desk.bridge import clock, scheme_check
from liuke_desk.people.permissions import requires
from liuke_desk.schemes import selectors, services
from liuke_desk.schemes.checking import Check, check_draft, follow_examples
from liuke_desk.schemes.comparison import count_changes, only_changes
from liuke_desk.schemes.fields import group_fields
from liuke_desk.schemes.foreseeing import QuestionRefused, find_result
from liuke_desk.schemes.forms import DecideForm, NumbersForm, SubmitForm, TextForm
from liuke_desk.schemes.models import SchemeDraft
from liuke_desk.schemes.states import State
from liuke_desk.schemes.words import STATE_COLOURS, STATE_WORDS, language
from liuke_desk.ui.refusals import Refused


@require_safe
@requires("schemes.draft")
def show_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """What the draft changes and would change, and what may be done with it."""
    draft = selectors.find_draft(pk)
    sections = selectors.compare_draft(draft)
    only = request.GET.get("all") != "1"
    check = check_draft(draft.text, name=draft.name, version=draft.version) if draft.is_open else None
    context = {
        "draft": draft,
        "state": STATE_WORDS[draft.state],
        "colour": STATE_COLOURS[draft.state],
        "check": check,
        "changes": count_changes(sections) if sections is not None else None,
        "sections": (only_changes(sections) if only else sections) if sections is not None else None,
        "only": only,
        "effective_from": _beginning(draft),
        "result": _result(draft),
        "may": {to.value.lower(): services.may_move(draft, to, request.user) for to in State},
        "submit_form": SubmitForm(initial={"revision": draft.text_hash}, auto_id="submit_%s"),
        "approve_form": DecideForm(initial={"revision": draft.text_hash}, auto_id="approve_%s"),
        "return_form": DecideForm(initial={"revision": draft.text_hash}, auto_id="return_%s"),
        "is_author": draft.made_by_id == request.user.pk,
    }
    return render(request, "schemes/draft.html", context)


@require_http_methods(["GET", "POST"])
@requires("schemes.draft")
def edit_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A form of the declaration's numbers and words, or its whole text; both are the same text."""
    draft = selectors.find_draft(pk)
    if request.method == "POST":
        return _save(request, draft)
    if not services.may_move(draft, State.DRAFT, request.user):
        messages.error(
            request, _("This draft cannot be changed now; only its author may, before the decision.")
        )
        return redirect("scheme-draft", pk=pk)
    as_text = request.GET.get("as") == "text" or not _is_readable(draft.text)
    return _show_editor(request, draft, draft.text, as_text=as_text)


@require_POST
@requires("schemes.draft")
def check_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """The mistakes of what stands in the form at this moment; nothing is stored."""
    draft = selectors.find_draft(pk)
    form = _form(request, draft)
    if form is None:
        return render(request, "schemes/_check.html", {"gone": True})
    form.is_valid()
    text = _text_of(form, draft)
    context = _editor_context(draft, text, form)
    return render(request, "schemes/_check.html", context | {"is_live": True})


@require_POST
@requires("schemes.draft")
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    def act(draft: SchemeDraft, sent: dict[str, Any]) -> str:
        services.submit_draft(draft_id=pk, user=request.user, at=clock.now(), **sent)
        return _("Submitted. An HQ manager other than you decides.")

    return _act(request, pk, act, SubmitForm(request.POST))


@require_POST
@requires("schemes.draft")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    def act(draft: SchemeDraft, sent: dict[str, Any]) -> str:
        services.take_back_draft(draft_id=pk, user=request.user, at=clock.now())
        return _("You can work on the draft again; nobody decides meanwhile.")

    return _act(request, pk, act)


@require_POST
@requires("schemes.draft")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    def act(draft: SchemeDraft, sent: dict[str, Any]) -> str:
        services.withdraw_draft(draft_id=pk, user=request.user, at=clock.now())
        return _("The draft is withdrawn.")

    return _act(request, pk, act)


@require_POST
@requires("schemes.approve")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    def act(draft: SchemeDraft, sent: dict[str, Any]) -> str:
        done = services.approve_draft(draft_id=pk, user=request.user, at=clock.now(), **sent)
        said = {"draft": done.title(language()), "day": done.effective_from.isoformat()}
        return _("%(draft)s is approved and written; it is in force from %(day)s on.") % said

    return _act(request, pk, act, DecideForm(request.POST))


@require_POST
@requires("schemes.approve")
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    def act(draft: SchemeDraft, sent: dict[str, Any]) -> str:
        services.return_draft(draft_id=pk, user=request.user, at=clock.now(), **sent)
        return _("The draft is returned to its author with your note.")

    return _act(request, pk, act, DecideForm(request.POST))


def _act(
    request: HttpRequest, pk: int, act: Callable[[SchemeDraft, dict[str, Any]], str], form: Any = None
) -> HttpResponse:
    draft = selectors.find_draft(pk)
    if form is not None and not form.is_valid():
        for field, errors in form.errors.items():
            label = form.fields[field].label if field in form.fields else ""
            messages.error(request, f"{label or field}: {errors[0]}")
        return redirect("scheme-draft", pk=pk)
    try:
        messages.success(request, act(draft, form.cleaned_data if form is not None else {}))
    except Refused as refused:
        messages.error(request, refused.say())
    return redirect("scheme-draft", pk=pk)


def _save(request: HttpRequest, draft: SchemeDraft) -> HttpResponse:
    form = _form(request, draft)
    if form is None:
        messages.error(
            request, _("The text was changed since you opened it; nothing was saved. Look at it anew.")
        )
        return redirect("scheme-draft-edit", pk=draft.pk)
    as_text = isinstance(form, TextForm)
    if not form.is_valid():
        text = request.POST.get("text", "") if as_text else form.apply(draft.text)
        return _show_editor(request, draft, text, as_text=as_text, form=form)
    text = _text_of(form, draft)
    try:
        services.save_draft(
            draft_id=draft.pk,
            text=text,
            revision=form.cleaned_data["revision"],
            user=request.user,
            at=clock.now(),
        )
    except Refused as refused:
        form.add_error(None, refused.say())
        return _show_editor(request, draft, text, as_text=as_text, form=form)
    messages.success(request, _("Saved. Nothing is in force before it is submitted and approved."))
    if "what_if" in request.GET:
        return redirect("scheme-what-if", pk=draft.pk)
    return redirect("scheme-draft", pk=draft.pk)


def _text_of(form: NumbersForm | TextForm, draft: SchemeDraft) -> str:
    """The text that was sent, or that the sent numbers make; its examples following if that was asked."""
    text = form.cleaned_data.get("text", "") if isinstance(form, TextForm) else form.apply(draft.text)
    return follow_examples(text) if form.cleaned_data.get("examples") else text


def _form(request: HttpRequest, draft: SchemeDraft) -> NumbersForm | TextForm | None:
    """What was sent, as the form it came from; None when that was made from another text."""
    if "text" in request.POST:
        return TextForm(request.POST)
    if request.POST.get("revision") != draft.text_hash or not _is_readable(draft.text):
        return None
    declared = scheme_check.parse_text(draft.text)
    return NumbersForm(request.POST, declared=declared, revision=draft.text_hash)


def _show_editor(
    request: HttpRequest, draft: SchemeDraft, text: str, *, as_text: bool, form: Any = None
) -> HttpResponse:
    if form is None and as_text:
        form = TextForm(initial={"text": text, "revision": draft.text_hash})
    elif form is None:
        form = NumbersForm(declared=scheme_check.parse_text(text), revision=draft.text_hash)
    template = "schemes/edit_text.html" if as_text else "schemes/edit.html"
    lines = "\n".join(map(str, range(1, text.count("\n") + 2))) if as_text else ""
    return render(request, template, _editor_context(draft, text, form) | {"line_numbers": lines})


def _editor_context(draft: SchemeDraft, text: str, form: NumbersForm | TextForm) -> dict[str, Any]:
    fields = form.asked if isinstance(form, NumbersForm) else []
    check = check_draft(text, name=draft.name, version=draft.version, fields=fields)
    groups = []
    if isinstance(form, NumbersForm):
        declared = form.declared | {}
        changed = form.changes() if form.is_bound and hasattr(form, "cleaned_data") else {}
        groups = [
            {
                "group": group,
                "faults": check.by_group.get(group.path, ()),
                "fields": [_field_row(each, form, check, changed) for each in group.fields],
            }
            for group in group_fields(declared, fields)
        ]
    return {"draft": draft, "form": form, "check": check, "groups": groups, "errors": form.non_field_errors()}


def _field_row(each: Any, form: NumbersForm, check: Check, changed: Any) -> dict[str, Any]:
    bound = form[each.name] if each.follows is None else None
    own = list(bound.errors) if bound is not None and form.is_bound else []
    return {
        "field": each,
        "bound": bound,
        "faults": [*own, *check.by_field.get(each.path, ())],
        "value": changed.get(each.path, each.value),
    }


def _is_readable(text: str) -> bool:
    try:
        scheme_check.parse_text(text)
    except scheme_check.TextRefused:
        return False
    return True


def _beginning(draft: SchemeDraft) -> Any:
    try:
        return scheme_check.parse_text(draft.text).get("effective_from")
    except scheme_check.TextRefused:
        return None


def _result(draft: SchemeDraft) -> Any:
    """What is kept of the what-if for the present text; nothing is computed here."""
    if not draft.is_open:
        return draft.results.order_by("-computed_at").first()
    try:
        return find_result(draft, on=clock.today())
    except QuestionRefused:
        return None
