"""Units a feature may be measured in, in both languages. A pack may also spell out its own."""

from collections.abc import Mapping
from types import MappingProxyType

from liuke.kernel.words import Words

UNITS: Mapping[str, Words] = MappingProxyType(
    {
        "fen": Words(zh="分", en="fen"),
        "fen/month": Words(zh="分/月", en="fen a month"),
        "yuan": Words(zh="元", en="yuan"),
        "day": Words(zh="天", en="days"),
        "month": Words(zh="个月", en="months"),
        "year": Words(zh="岁", en="years"),
        "time": Words(zh="次", en="times"),
        "item": Words(zh="个", en="items"),
        "bill": Words(zh="张", en="bills"),
        "hour": Words(zh="小时", en="hours"),
        "item/month": Words(zh="个/月", en="items a month"),
        "minute": Words(zh="分钟", en="minutes"),
        "minute/month": Words(zh="分钟/月", en="minutes a month"),
        "message": Words(zh="条", en="messages"),
        "MB": Words(zh="MB", en="MB"),
        "MB/month": Words(zh="MB/月", en="MB a month"),
        "point": Words(zh="分(积分)", en="points"),
        "score": Words(zh="分(评分)", en="score"),
        "share": Words(zh="占比(1=100%)", en="share (1 = 100 %)"),
        "change": Words(zh="变化率(-0.1=下降10%)", en="relative change (-0.1 = down 10 %)"),
        "flag": Words(zh="是/否", en="yes or no"),
        "text": Words(zh="文字", en="text"),
        "date": Words(zh="日期", en="date"),
    }
)
