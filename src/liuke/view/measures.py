"""What can be measured of a customer's rows: the names that declarations use, and what they ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from liuke.ingest.canonical import Kind
from liuke.kernel.words import Words

NUMERIC: tuple[Kind, ...] = ("whole", "fen", "number")
TIMED: tuple[Kind, ...] = ("day", "instant")
ANY: tuple[Kind, ...] = ("text", "flag", *NUMERIC, *TIMED)
LEAST_KNOWN = 0.5  # of a window's days: a daily average of fewer would stand for days nobody knows


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One way to make a customer's rows one value.

    of: kinds the measured column may be; empty when the measure reads no column.
    default_of: the column when none is named.
    result: kind of the value; None means the kind of the measured column.
    zero: whether "nothing there" may be declared to be zero (no, for false).
    needs_levels: only of amounts that hold until the next one is told.
    """

    words: Words
    of: tuple[Kind, ...] = ()
    default_of: str | None = None
    result: Kind | None = None
    zero: bool = False
    adds: bool = False
    needs_months: bool = False
    needs_window: bool = False
    needs_levels: bool = False

    def kind_of(self, column: Kind | None) -> Kind:
        """Kind of the value when a column of a kind is measured; adding yes and no counts the yes."""
        if self.result is not None:
            return self.result
        assert column is not None
        return "whole" if column == "flag" and self.adds else column


def _timed(zh: str, en: str, result: Kind = "whole") -> Measure:
    return Measure(words=Words(zh=zh, en=en), of=TIMED, default_of="happened_at", result=result)


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "count": Measure(words=Words(zh="行数", en="number of rows"), result="whole", zero=True),
        "any": Measure(words=Words(zh="是否有", en="whether there is any row"), result="flag", zero=True),
        "sum": Measure(words=Words(zh="合计", en="sum"), of=(*NUMERIC, "flag"), zero=True, adds=True),
        "mean": Measure(words=Words(zh="平均", en="mean"), of=(*NUMERIC, "flag"), result="number"),
        "min": Measure(words=Words(zh="最小", en="smallest"), of=(*NUMERIC, *TIMED), zero=True),
        "max": Measure(words=Words(zh="最大", en="largest"), of=(*NUMERIC, *TIMED), zero=True),
        "distinct": Measure(
            words=Words(zh="不同值个数", en="distinct values"), of=ANY, result="whole", zero=True
        ),
        "active_days": Measure(
            words=Words(zh="有记录的天数", en="distinct days"),
            of=TIMED,
            default_of="happened_at",
            result="whole",
            zero=True,
        ),
        "mean_gap_days": Measure(
            words=Words(zh="平均间隔天数", en="mean days between active days"),
            of=TIMED,
            default_of="happened_at",
            result="number",
        ),
        "first": Measure(words=Words(zh="最早的值", en="earliest value"), of=ANY, zero=True),
        "latest": Measure(words=Words(zh="最近的值", en="latest value"), of=ANY, zero=True),
        "first_on": _timed("最早的日期", "day of the first", result="day"),
        "last_on": _timed("最近的日期", "day of the last", result="day"),
        "days_since_first": _timed("距最早的天数", "days since the first"),
        "days_since_last": _timed("距最近的天数", "days since the last"),
        "months_since_first": _timed("距最早的整月数", "full months since the first"),
        "years_since_first": _timed("距最早的整年数", "full years since the first"),
        "days_until_last": _timed("距最晚的剩余天数", "days until the last, negative when past"),
        "slope": Measure(
            words=Words(zh="月合计的线性斜率", en="least-squares slope of monthly sums"),
            of=NUMERIC,
            result="number",
            zero=True,
            needs_months=True,
        ),
        "level": Measure(
            words=Words(zh="时间窗末的余额", en="balance at the window's end"),
            of=("fen",),
            zero=True,
            needs_levels=True,
        ),
        "daily_mean": Measure(
            words=Words(zh="已知日子的日均余额", en="daily average balance over the days known"),
            of=("fen",),
            result="number",
            zero=True,
            needs_window=True,
            needs_levels=True,
        ),
        "peak": Measure(
            words=Words(zh="最高余额", en="highest balance of any day"),
            of=("fen",),
            zero=True,
            needs_levels=True,
        ),
    }
)

LEVELS = tuple(name for name, measure in MEASURES.items() if measure.needs_levels)

DERIVED: Mapping[str, Words] = MappingProxyType(
    {
        "ratio": Words(zh="比值 of/base", en="of / base"),
        "difference": Words(zh="差 of−base", en="of − base"),
        "change": Words(zh="变化率 (of−base)/base", en="(of − base) / base"),
    }
)
