"""The features of all packs as a page for readers, written from their declarations.

Write docs/reference/features.*.md anew with `python -m liuke.view.catalogue`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from liuke.kernel.words import Language, Words
from liuke.view.causes import CAUSES
from liuke.view.declaring import draw_declaring
from liuke.view.features import DerivedFeature, Feature, RowFeature, load_features
from liuke.view.measures import DERIVED, MEASURES
from liuke.view.sources import SOURCES

_SAID: Mapping[str, Words] = {
    "title": Words(zh="特征目录", en="Features"),
    "intro": Words(
        zh=(
            "本页由特征声明自动生成，请勿手工修改。时间窗均为左闭右开，不含基准日当天；"
            "只使用基准日零点之前既已发生、又已知悉的数据。“自然月”指基准日所在月之前的完整月份；"
            "“未知”不等于零。"
        ),
        en=(
            "This page is written from the declarations; do not edit it by hand. Windows are half open and "
            "never see the as-of day itself; only what had happened and was known before that day's "
            'midnight is used. "Months" are the full calendar months before the month of the as-of day. '
            "Unknown is not zero."
        ),
    ),
    "pack": Words(zh="行业包", en="Pack"),
    "features": Words(zh="个特征", en="features"),
    "name": Words(zh="名称", en="name"),
    "label": Words(zh="含义", en="meaning"),
    "unit": Words(zh="单位", en="unit"),
    "how": Words(zh="算法", en="how it is measured"),
    "missing": Words(zh="没有数据时", en="when nothing is there"),
    "zero": Words(zh="零", en="zero"),
    "no": Words(zh="否", en="no"),
    "unknown": Words(zh="未知", en="unknown"),
    "ever": Words(zh="截至基准日的全部记录", en="everything before the day"),
    "times": Words(zh="乘以", en="times"),
    "of": Words(zh="，字段", en=" of"),
    "where": Words(zh="，条件", en=", where"),
}


_PACKS = Path(__file__).parents[1] / "packs"
PAGES: Mapping[Language, Path] = {
    "zh": Path(__file__).parents[3] / "docs/reference/features.zh.md",
    "en": Path(__file__).parents[3] / "docs/reference/features.en.md",
}


def declared_by_pack() -> dict[str, tuple[Feature, ...]]:
    """The features of every pack that comes with the library."""
    return {folder.parent.name: load_features(folder) for folder in sorted(_PACKS.glob("*/features"))}


def draw_catalogue(packs: Mapping[str, Sequence[Feature]], *, language: Language) -> str:
    """A Markdown page: each pack's features by business cause, then how to declare one."""
    lines = [f"# {_say('title', language)}", "", _say("intro", language)]
    for pack, features in packs.items():
        lines += ["", f"## {_say('pack', language)} `{pack}`: {len(features)} {_say('features', language)}"]
        for cause, words in CAUSES.items():
            of_cause = [feature for feature in features if feature.cause == cause]
            if of_cause:
                lines += ["", f"### {words.say(language)}", "", *_table(of_cause, language)]
    return "\n".join([*lines, *draw_declaring(language)]) + "\n"


def describe(feature: Feature, *, language: Language) -> str:
    """How a feature is measured, in one line."""
    if isinstance(feature, DerivedFeature):
        return f"{DERIVED[feature.measure].say(language)}: `{feature.of}`, `{feature.base}`"
    assert isinstance(feature, RowFeature)
    measure = MEASURES[feature.measure]
    said = (
        f"`{feature.source}` ({SOURCES[feature.source].words.say(language)}): {measure.words.say(language)}"
    )
    if feature.of is not None and feature.of != measure.default_of:
        said += f"{_say('of', language)} `{feature.of}`"
    if feature.where:
        conditions = "; ".join(f"`{column}` {condition}" for column, condition in feature.where.items())
        said += f"{_say('where', language)} {conditions}"
    if feature.times is not None:
        said += f"; {_say('times', language)} `{feature.times}`"
    return f"{said}; {_window(feature, language)}" if SOURCES[feature.source].timed else said


def _table(features: Sequence[Feature], language: Language) -> list[str]:
    head = [_say(name, language) for name in ("name", "label", "unit", "how", "missing")]
    rows = [head, ["---"] * len(head)]
    for feature in features:
        cells = (
            f"`{feature.name}`",
            feature.label.say(language),
            feature.unit_words.say(language),
            describe(feature, language=language),
            _missing(feature, language),
        )
        rows.append([cell.replace("|", "\\|") for cell in cells])
    return [f"| {' | '.join(row)} |" for row in rows]


def _missing(feature: Feature, language: Language) -> str:
    if not isinstance(feature, RowFeature) or feature.missing == "unknown":
        return _say("unknown", language)
    return _say("no" if feature.kind == "flag" else "zero", language)


def _window(feature: RowFeature, language: Language) -> str:
    days, months, skip = feature.days, feature.months, feature.skip
    if days is not None:
        return f"近 {days} 天" if language == "zh" else f"the last {days} days"
    if months is None:
        return _say("ever", language)
    if language == "zh":
        return f"最近 {f'{skip} 个月之前的 ' if skip else ''}{months} 个自然月"
    return f"the {months} months before the last {skip}" if skip else f"the last {months} months"


def _say(name: str, language: Language) -> str:
    return _SAID[name].say(language)


if __name__ == "__main__":
    for language, page in PAGES.items():
        page.write_text(draw_catalogue(declared_by_pack(), language=language), encoding="utf-8")
