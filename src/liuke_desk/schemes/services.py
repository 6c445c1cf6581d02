"""The one door for changes of drafts; each is checked and audited, and refused or done as a whole."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from liuke_desk.audit.services import record
from liuke_desk.bridge import scheme_check, scheme_files, schemes
from liuke_desk.people.models import User
from liuke_desk.schemes.comparison import Section, compare, count_changes, only_changes
from liuke_desk.schemes.models import SchemeDraft
from liuke_desk.schemes.states import Actor, MoveRefused, State, check_move
from liuke_desk.schemes.toml_places import change_values, without_table
from liuke_desk.ui.refusals import Refused

AUDITED_CHANGES = 60  # of one saving; a text that changes more is found again by its hash


class DraftRefused(Refused):
    """A draft that cannot be made, saved, submitted or decided as asked."""


def open_draft(*, name: str, user: User, on: date, at: datetime) -> SchemeDraft:
    """Begin the next version from the last one, to be in force from the first day of a month not yet judged.

    Two people at once: the second is refused and told who drafts it already.
    """
    scheme = schemes.find_scheme(name, on=on)
    if scheme["is_pinned"]:
        raise DraftRefused(
            _(
                "The settings (liuke.toml) name one file of %(name)s, so that no other version comes in "
                "force. Name the scheme there instead."
            ),
            name=name,
        )
    last = scheme["versions"][-1]
    version = last["version"] + 1
    begins = _suggest_beginning(last["effective_from"], on=on)
    text = without_table(schemes.read_version(name, last["version"])["text"], "approval")
    text = change_values(text, {("version",): version, ("effective_from",): begins})
    try:
        with transaction.atomic():
            draft = SchemeDraft.objects.create(
                name=name,
                version=version,
                base_version=last["version"],
                text=text,
                made_by=user,
                made_at=at,
                changed_at=at,
            )
            _audit(user, "scheme.draft", draft, at, {"base_version": last["version"]})
    except IntegrityError:
        raise DraftRefused(
            _("A draft of %(name)s is open already; it must be decided or withdrawn first."), name=name
        ) from None
    return draft


def save_draft(*, draft_id: int, text: str, revision: str, user: User, at: datetime) -> SchemeDraft:
    """Keep another text. Saved from two windows: the one that read an older text is refused."""

    def act(draft: SchemeDraft) -> dict[str, Any]:
        changes = _tell_changes(draft.text, text)
        draft.text, draft.changed_at = text, at
        return {"changes": changes}

    return _move(draft_id, State.DRAFT, user, at, "scheme.save", act, revision=revision)


def submit_draft(*, draft_id: int, note: str, revision: str, user: User, at: datetime) -> SchemeDraft:
    """Ask for a decision. A text with mistakes, or with nothing changed, is refused."""

    def act(draft: SchemeDraft) -> dict[str, Any]:
        _refuse_mistakes(draft)
        if not count_changes(_changes_of_rules(draft)):
            raise DraftRefused(
                _("Nothing but the day differs from version %(base)s; there is nothing to decide."),
                base=draft.base_version,
            )
        draft.submitted_at, draft.submit_note = at, note
        draft.decided_by, draft.decided_at, draft.note = None, None, ""
        return {"note": note}

    return _move(draft_id, State.SUBMITTED, user, at, "scheme.submit", act, revision=revision)


def take_back_draft(*, draft_id: int, user: User, at: datetime) -> SchemeDraft:
    """Work on it again before anybody has decided."""
    return _move(draft_id, State.DRAFT, user, at, "scheme.take_back", lambda draft: {})


def withdraw_draft(*, draft_id: int, user: User, at: datetime) -> SchemeDraft:
    return _move(draft_id, State.WITHDRAWN, user, at, "scheme.withdraw", lambda draft: {})


def return_draft(*, draft_id: int, note: str, revision: str, user: User, at: datetime) -> SchemeDraft:
    """Send it back to its author, with what is to be changed."""

    def act(draft: SchemeDraft) -> dict[str, Any]:
        draft.decided_by, draft.decided_at, draft.note = user, at, note
        return {"note": note}

    return _move(draft_id, State.RETURNED, user, at, "scheme.return", act, revision=revision)


def approve_draft(*, draft_id: int, note: str, revision: str, user: User, at: datetime) -> SchemeDraft:
    """Write the version into the workspace: from its day on every cycle judges by it.

    Judged again now: days may have been judged since it was submitted. The file is written last; were the
    database to fail after it, the same approval finds its own file and goes on.
    """

    def act(draft: SchemeDraft) -> dict[str, Any]:
        _refuse_mistakes(draft)
        draft.decided_by, draft.decided_at, draft.note = user, at, note
        draft.effective_from = scheme_check.read_scheme_text(draft.text).effective_from
        return {"note": note, "effective_from": draft.effective_from.isoformat()}

    def write(draft: SchemeDraft) -> None:
        try:
            scheme_files.write_version(
                draft.text, name=draft.name, version=draft.version, by=user.username, on=at.date(), note=note
            )
        except scheme_files.VersionRefused as refused:
            raise DraftRefused(_("The version was not written: %(why)s"), why=str(refused)) from None

    return _move(draft_id, State.APPROVED, user, at, "scheme.approve", act, revision=revision, finish=write)


def actor_of(draft: SchemeDraft, user: User) -> Actor:
    """As whom a person acts on a draft: whoever wrote it never decides on it."""
    if draft.made_by_id == user.pk:
        return Actor.AUTHOR
    return Actor.APPROVER if user.has_perm("schemes.approve") else Actor.NOBODY


def may_move(draft: SchemeDraft, to: State, user: User) -> bool:
    try:
        check_move(State(draft.state), to, by=actor_of(draft, user))
    except MoveRefused:
        return False
    return True


@transaction.atomic
def _move(
    draft_id: int,
    to: State,
    user: User,
    at: datetime,
    verb: str,
    act: Callable[[SchemeDraft], dict[str, Any]],
    *,
    revision: str | None = None,
    finish: Callable[[SchemeDraft], None] | None = None,
) -> SchemeDraft:
    draft = SchemeDraft.objects.select_for_update().get(pk=draft_id)
    check_move(State(draft.state), to, by=actor_of(draft, user))
    if revision is not None and revision != draft.text_hash:
        raise DraftRefused(
            _("The text was changed since you opened it; nothing was saved. Open it again and look anew.")
        )
    was = draft.state
    draft.state = to.value
    detail = {"from": was, "to": to.value} | act(draft)
    draft.save()
    _audit(user, verb, draft, at, detail)
    if finish:
        finish(draft)
    return draft


def _refuse_mistakes(draft: SchemeDraft) -> None:
    mistakes = scheme_check.check_text(draft.text, name=draft.name, version=draft.version)
    if mistakes:
        raise DraftRefused(
            _("%(draft)s has mistakes (%(count)s) and cannot go on. See them beside its text."),
            draft=draft.label,
            count=len(mistakes),
        )


def _changes_of_rules(draft: SchemeDraft) -> list[Section]:
    """What differs from the version it was made from, the day it begins aside."""
    base = schemes.read_version(draft.name, draft.base_version)["declared"]
    declared = scheme_check.parse_text(draft.text)
    return compare(*({**each, "effective_from": None} for each in (base, declared)))


def _tell_changes(before: str, after: str) -> list[list[str | None]] | str:
    """Heading, what, before and after of each value changed; a word where a text cannot be read."""
    try:
        sections = compare(scheme_check.parse_text(before), scheme_check.parse_text(after))
    except scheme_check.TextRefused:
        return "not valid TOML"
    lines = [
        [section.title, line.label, line.before, line.after]
        for section in only_changes(sections)
        for line in section.lines
    ]
    return lines[:AUDITED_CHANGES]


def _suggest_beginning(last_begun: date, *, on: date) -> date:
    """The first day of the next month that lies after all days judged so far."""
    after = max(filter(None, (last_begun, schemes.last_cycle_day(), on)))
    return (after.replace(day=1) + timedelta(days=32)).replace(day=1)


def _audit(user: User, verb: str, draft: SchemeDraft, at: datetime, detail: dict[str, Any]) -> None:
    about = {"draft": draft.pk, "version": draft.version, "text": draft.text_hash}
    record(actor=user.username, verb=verb, subject=f"scheme:{draft.name}", at=at, detail=about | detail)
