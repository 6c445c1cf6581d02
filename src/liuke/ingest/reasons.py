"""Why a row may be refused: one code for each reason, with the sentence a person reads."""

from collections.abc import Mapping
from types import MappingProxyType

from liuke.kernel.words import Words

_REASONS = {
    "missing": ("缺少必填的“{field}”", "{field} is missing, and it is required"),
    "bad_number": ("“{value}”不是数字", "{value!r} is not a number"),
    "not_finite": ("“{value}”不是有限的数", "{value!r} is not a finite number"),
    "not_whole": ("“{value}”应为整数", "{value!r} should be a whole number"),
    "too_big": ("“{value}”超出可存储的范围", "{value!r} is too big to be stored"),
    "precision_lost": (
        "“{value}”是被存成浮点数的编号，末几位已丢失；请在源系统中按文本导出",
        "{value!r} is a number stored as a float, its last digits are lost; export it as text",
    ),
    "bad_date": ("“{value}”不是可识别的日期", "{value!r} is not a date in the expected form"),
    "no_such_day": ("日历上没有“{value}”这一天", "there is no such day as {value!r}"),
    "no_such_instant": (
        "“{value}”在其时区不存在或不唯一（夏令时切换）",
        "{value!r} does not exist, or happens twice, in its time zone",
    ),
    "zone_unknown": (
        "“{value}”带有时区，请在 [source] 中写明 company_zone",
        "{value!r} carries a time zone; say company_zone in [source]",
    ),
    "out_of_range": ("“{value}”超出允许的范围", "{value!r} is out of the allowed range"),
    "future": ("“{value}”晚于装载时间", "{value!r} lies after the time of loading"),
    "bad_flag": ("“{value}”不是“是/否”", "{value!r} is neither yes nor no"),
    "unknown_code": (
        "代码“{value}”不在 codes 中",
        "the code {value!r} is not among the codes of the mapping",
    ),
    "unknown_choice": ("“{value}”不是“{field}”的可选值", "{value!r} is not one of the choices of {field}"),
    "bad_pattern": ("“{value}”与要求的格式不符", "{value!r} does not have the required pattern"),
    "control_character": ("“{value}”含有控制字符", "{value!r} contains a control character"),
    "too_long": ("“{field}”的文字过长", "the text of {field} is too long"),
    "impossible_period": (
        "“{field}”与开始时间颠倒：{value}",
        "{field} lies before the start it belongs to: {value}",
    ),
    "unknown_customer": ("没有编号为“{value}”的客户", "there is no customer {value!r}"),
    "duplicate_key": (
        "键“{value}”已有内容不同的一行",
        "another row with other content stands under the key {value!r}",
    ),
    "wrong_field_count": ("该行的字段数不对：{value}", "the row has the wrong number of fields: {value}"),
    "unclosed_quote": ("引号没有闭合", "a quote is opened and never closed"),
}

REASONS: Mapping[str, Words] = MappingProxyType(
    {code: Words(zh=zh, en=en) for code, (zh, en) in _REASONS.items()}
)


def explain(reason: str, *, field: str, value: str | None) -> Words:
    """The sentence for one refused value, in both languages."""
    words = REASONS[reason]
    shown = _shorten(value or "")
    return Words(zh=words.zh.format(field=field, value=shown), en=words.en.format(field=field, value=shown))


def _shorten(value: str, *, limit: int = 60) -> str:
    return value if len(value) <= limit else f"{value[:limit]}…"
