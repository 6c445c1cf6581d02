"""The book of reasons: what may be said about a customer at risk, when, and what may not.

    unspoken = ["profile"]       # causes that are never given as a reason
    worded_only = ["status"]     # causes that are given in the words below or not at all

    [[reason]]
    code = "spend_down"
    cause = "spend"
    features = ["spend_3m_fen", "spend_3m_before_fen", "spend_change_3m"]
    text = { zh = "月消费近3个月下降{drop}: {before} → {now} {currency}",
             en = "Monthly spend fell {drop} over 3 months: {before} → {now} {currency}" }
    never_say = { zh = "不要说系统在监控其消费", en = "Do not say that spending is watched" }
    [reason.figures]
    before = { feature = "spend_3m_before_fen", divide = 3, show = "yuan" }
    now    = { feature = "spend_3m_fen", divide = 3, show = "yuan" }
    drop   = { measure = "change", of = "now", base = "before", show = "percent" }
    [reason.when]
    drop = { at_most = -0.1 }

    [never_say]                  # of a cause: for its reasons that forbid nothing themselves, labels included
    spend = { zh = "不要说公司在盯着客户的消费", en = "Do not say that spending is watched" }

(In TOML an inline table stands on one line.) A reason applies when its features together raise the
customer's risk, all its figures are known and all conditions hold. Of those that apply, the one whose
features raise the risk most speaks for its cause.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from liuke.kernel.errors import ConfigRefused, Mistake, suggestion
from liuke.kernel.toml import TomlFile, read_model
from liuke.kernel.words import Words
from liuke.predict.reason_figures import Figure, Figures, as_number, meets, plain
from liuke.view.causes import CAUSES
from liuke.view.conditions import Condition
from liuke.view.feature import Feature

ALWAYS_SAID = ("currency",)


class Template(BaseModel):
    """One reason: the cause it speaks for, its figures, when it holds, its words.

    features: whose contributions it stands for; those of its figures unless named.
    figures: by the name that texts and conditions use. never_say: what an agent may not say about it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    cause: str
    features: tuple[str, ...] = ()
    figures: Annotated[Mapping[str, Figure], Field(min_length=1)]
    when: Mapping[str, Condition] = {}
    text: Words
    never_say: Words | None = None

    @field_validator("cause")
    @classmethod
    def _cause_is_known(cls, cause: str) -> str:
        return _known_cause(cause)

    @field_validator("figures")
    @classmethod
    def _compares_figures_above(cls, figures: Mapping[str, Figure]) -> Mapping[str, Figure]:
        above: list[str] = []
        for name, figure in figures.items():
            for other in (figure.of, figure.base):
                if other is not None and other not in above:
                    raise ValueError(f"{name} compares {other!r}, which is no figure above it")
            above.append(name)
        return figures

    @field_validator("when")
    @classmethod
    def _conditions_are_about_figures(
        cls, when: Mapping[str, Condition], info: ValidationInfo
    ) -> Mapping[str, Condition]:
        figures = info.data.get("figures", {})
        for name in when:
            if figures and name not in figures:
                raise ValueError(f"there is no figure {name!r}{suggestion(name, figures)}")
        return when

    @field_validator("text")
    @classmethod
    def _text_has_its_figures(cls, text: Words, info: ValidationInfo) -> Words:
        figures = info.data.get("figures", {})
        known = [*figures, *ALWAYS_SAID]
        for language in (text.zh, text.en):
            for _, name, _, _ in Formatter().parse(language):
                if figures and name is not None and name not in known:
                    raise ValueError(f"{{{name}}} is no figure{suggestion(name, known)}")
        return text

    @property
    def stands_for(self) -> frozenset[str]:
        """The features whose contributions it words."""
        own = (figure.feature for figure in self.figures.values())
        return frozenset(self.features or (name for name in own if name is not None))

    @property
    def reads(self) -> tuple[str, ...]:
        """Every column it needs."""
        own = (figure.feature for figure in self.figures.values())
        return (*self.features, *(name for name in own if name is not None))

    def values(self, row: Figures) -> dict[str, Any] | None:
        """The figures of one customer, or None when one is unknown or a condition does not hold."""
        found: dict[str, Any] = {}
        for name, figure in self.figures.items():
            found[name] = as_number(figure.value(row, found))
            if found[name] is None:
                return None
        holds = all(meets(found[name], condition) for name, condition in self.when.items())
        return found if holds else None

    def speak(self, values: Mapping[str, Any], currency: Words) -> dict[str, str]:
        """The reason as the list carries it: code, text_zh, text_en, figures."""

        def text(language: Any) -> str:
            said = {name: self.figures[name].say(value, language) for name, value in values.items()}
            return self.text.say(language).format(**said, currency=currency.say(language))

        shown = {name: plain(value, self.figures[name].show) for name, value in values.items()}
        return spoken(self.code, text("zh"), text("en"), shown)


@dataclass(frozen=True)
class ReasonsBook:
    """All reasons of a workspace, in the order in which they are tried.

    places: where each template stands. unspoken: causes that are never given as a reason.
    worded_only: causes that are not given by the bare label and value of a feature. banned: by cause, what
    an agent may not say of its reasons that forbid nothing themselves.
    """

    templates: tuple[Template, ...] = ()
    unspoken: frozenset[str] = frozenset()
    worded_only: frozenset[str] = frozenset()
    places: tuple[tuple[Path, int], ...] = ()
    banned: Mapping[str, Words] = field(default_factory=dict)

    def of_cause(self, cause: str) -> tuple[Template, ...]:
        return tuple(template for template in self.templates if template.cause == cause)

    def never_say(self, code: str) -> Words | None:
        """What an agent may not say about a worded reason; None when nothing is forbidden."""
        told = next((template for template in self.templates if template.code == code), None)
        if told is None:
            return None
        return told.never_say or self.banned.get(told.cause)

    def forbid(self, features: Iterable[Feature]) -> dict[str, Words]:
        """Code -> what an agent may not say, of worded reasons and of the bare labels of these features."""
        labels = {label_code(feature): self.banned.get(feature.cause) for feature in features}
        worded = {template.code: self.never_say(template.code) for template in self.templates}
        return {code: words for code, words in (labels | worded).items() if words is not None}

    def check(self, columns: Iterable[str]) -> None:
        """Refuse a book that takes figures from columns that do not exist."""
        known = set(columns)
        mistakes = [
            Mistake(
                *place, f"reason {template.code!r}: there is no feature {name!r}{suggestion(name, known)}"
            )
            for template, place in zip(self.templates, self.places, strict=True)
            for name in template.reads
            if name not in known
        ]
        if mistakes:
            raise ConfigRefused(mistakes)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    unspoken: tuple[str, ...] = ()
    worded_only: tuple[str, ...] = ()
    never_say: Mapping[str, Words] = {}
    reason: tuple[Template, ...] = ()

    @field_validator("never_say")
    @classmethod
    def _banned_causes_are_known(cls, banned: Mapping[str, Words]) -> Mapping[str, Words]:
        return {_known_cause(cause): words for cause, words in banned.items()}

    @field_validator("unspoken", "worded_only")
    @classmethod
    def _causes_are_known(cls, causes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_known_cause(cause) for cause in causes)


def load_reasons(folder: Path) -> ReasonsBook:
    """The book in a folder's TOML files, by file name and place; an empty one when there are none.

    Raises ConfigRefused with all mistakes of all files.
    """
    mistakes: list[Mistake] = []
    read: list[tuple[TomlFile, _File]] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            file = TomlFile(path)
            read.append((file, read_model(_File, file)))
        except ConfigRefused as refused:
            mistakes += refused.mistakes
    entries = [(template, file, place) for file, found in read for place, template in enumerate(found.reason)]
    mistakes += _doubled(entries)
    if mistakes:
        raise ConfigRefused(mistakes)
    return ReasonsBook(
        templates=tuple(template for template, _, _ in entries),
        unspoken=frozenset(cause for _, found in read for cause in found.unspoken),
        worded_only=frozenset(cause for _, found in read for cause in found.worded_only),
        places=tuple((file.path, file.line_of(("reason", place))) for _, file, place in entries),
        banned={cause: words for _, found in read for cause, words in found.never_say.items()},
    )


def label_code(feature: Feature) -> str:
    """The code of the reason that is a feature's bare label and value."""
    return f"feature:{feature.name}"


def spoken(code: str, text_zh: str, text_en: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """One reason as a row of the list."""
    shown = json.dumps(figures, ensure_ascii=False, sort_keys=True)
    return {"code": code, "text_zh": text_zh, "text_en": text_en, "figures": shown}


def _doubled(entries: list[tuple[Template, TomlFile, int]]) -> list[Mistake]:
    seen: dict[str, Path] = {}
    mistakes = []
    for template, file, place in entries:
        if template.code in seen:
            first = seen[template.code].name
            message = f"reason {template.code!r} stands in {first} already; give each its own code"
            mistakes.append(file.mistake(("reason", place, "code"), message))
        seen.setdefault(template.code, file.path)
    return mistakes


def _known_cause(cause: str) -> str:
    if cause not in CAUSES:
        raise ValueError(
            f"there is no cause {cause!r}{suggestion(cause, CAUSES)}; known: {', '.join(CAUSES)}"
        )
    return cause
