"""How a feature is declared, as a part of the catalogue: every setting, measure, source, unit and cause."""

from collections.abc import Iterable, Mapping

from liuke.kernel.words import Language, Words
from liuke.view.causes import CAUSES
from liuke.view.measures import DERIVED, MEASURES
from liuke.view.row_feature import SETTINGS
from liuke.view.sources import SOURCES
from liuke.view.units import UNITS

EXAMPLE = """\
[[feature]]
name = "voice_minutes_3m_before"
label = { zh = "此前3个月通话时长", en = "minutes called in the 3 months before" }
unit = "minute"
cause = "usage"
source = "events"
measure = "sum"
of = "quantity"
where = { kind = "voice" }
months = 3
skip = 3
missing = "zero"

[[feature]]
name = "voice_minutes_change_3m"
label = { zh = "通话时长变化", en = "change of minutes called" }
unit = "change"
cause = "usage"
measure = "change"
of = "voice_minutes_3m"
base = "voice_minutes_3m_before"
"""

KEYS: Mapping[str, Words] = {
    "name": Words(zh="列名：小写字母、数字、下划线", en="column name: small letters, digits, underscores"),
    "label": Words(zh="中英文含义", en="the meaning in both languages"),
    "unit": Words(zh="单位：下表之一，或自写 zh 与 en", en="one of the units below, or its own zh and en"),
    "cause": Words(zh="所属业务原因，用于说明理由", en="the business cause it speaks of, for reasons"),
    "source": Words(zh="数据表", en="the table"),
    "measure": Words(zh="算法", en="how it is measured"),
    "of": Words(
        zh="被度量的字段；比较类特征为另一特征", en="the measured column; of a comparison, a feature"
    ),
    "base": Words(zh="比较类特征的基数(另一特征)", en="of a comparison, the feature compared with"),
    "where": Words(
        zh="字段条件，须全部满足：一个值、多个值，或 is_in、not_in、at_least、above、at_most、below",
        en="conditions on columns, all to be met: a value, several, or is_in, not_in, at_least, above, "
        "at_most, below",
    ),
    "days": Words(zh="近若干天", en="the last so many days"),
    "months": Words(zh="最近若干个完整自然月", en="the last so many full calendar months"),
    "skip": Words(zh="先略去最近若干个自然月", en="leave out the latest so many months first"),
    "missing": Words(zh="没有数据时：zero 或 unknown", en="when nothing is there: zero or unknown"),
    "times": Words(
        zh=f"乘以工作区设置：{', '.join(SETTINGS)}",
        en=f"times a setting of the workspace: {', '.join(SETTINGS)}",
    ),
}

_TITLES: Mapping[str, Words] = {
    "declaring": Words(zh="声明一个特征", en="Declaring a feature"),
    "where": Words(
        zh="新增特征只需在工作区 `features/` 下任一 TOML 文件中增加一段声明，"
        "`liuke check` 会一次指出全部错误。",
        en="A new feature is one declaration in any TOML file under `features/` of the workspace; "
        "`liuke check` tells all mistakes at once.",
    ),
    "keys": Words(zh="设置项", en="Settings"),
    "measures": Words(zh="算法", en="Measures"),
    "derived": Words(zh="两个特征的比较", en="Comparisons of two features"),
    "sources": Words(zh="数据表与字段", en="Sources and their columns"),
    "units": Words(zh="单位", en="Units"),
    "causes": Words(zh="业务原因", en="Business causes"),
    "long": Words(
        zh="一张账单若覆盖多个月又跨入时间窗，其中属于时间窗的部分无人知晓，窗内金额即为未知。",
        en="Where one bill covers many months and reaches into a window, nobody knows which part of it "
        "belongs there: the window's amount is unknown.",
    ),
}


def draw_declaring(language: Language) -> list[str]:
    """Lines of Markdown, to stand after the features."""

    def say(name: str) -> str:
        return _TITLES[name].say(language)

    columns = {
        name: ", ".join(f"`{column}`" for column in source.columns) for name, source in SOURCES.items()
    }
    sources = {name: f"{source.words.say(language)}: {columns[name]}" for name, source in SOURCES.items()}
    parts: tuple[tuple[str, dict[str, str]], ...] = (
        ("keys", _said(KEYS.items(), language)),
        ("measures", _said(((name, measure.words) for name, measure in MEASURES.items()), language)),
        ("derived", _said(DERIVED.items(), language)),
        ("sources", sources),
        ("units", _said(UNITS.items(), language)),
        ("causes", _said(CAUSES.items(), language)),
    )
    lines = [
        "",
        f"## {say('declaring')}",
        "",
        say("where"),
        say("long"),
        "",
        "```toml",
        *EXAMPLE.splitlines(),
        "```",
    ]
    for title, entries in parts:
        lines += [
            "",
            f"### {say(title)}",
            "",
            *(f"- `{name}` {meaning}" for name, meaning in entries.items()),
        ]
    return lines


def _said(entries: Iterable[tuple[str, Words]], language: Language) -> dict[str, str]:
    return {name: words.say(language) for name, words in entries}
