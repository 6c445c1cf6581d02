"""The reports there are: what each counts, in which order, and what people call it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from liuke.kernel.words import Words
from liuke.predict.reports.terms import UNKNOWN


@dataclass(frozen=True)
class Counted:
    """A measure that a report shows.

    is_split: kind by kind besides the total. is_optional: left out where it is never told of.
    whose: said with each kind where several measures of the report are split.
    """

    measure: str
    words: Words
    is_split: bool = False
    is_optional: bool = False
    whose: Words | None = None

    def say_kind(self, kind: str) -> Words:
        """What the kind is called beside those of another measure."""
        words = say_kind(kind)
        if self.whose is None:
            return words
        return Words(zh=f"{words.zh} ({self.whose.zh})", en=f"{words.en}, {self.whose.en}")


@dataclass(frozen=True)
class ReportKind:
    """One report: its measures, the one it leads with, and whether it looks ahead instead of back."""

    name: str
    words: Words
    counted: tuple[Counted, ...]
    main: str
    is_ahead: bool = False


def _words(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


NET = "net"
_CHURN = (
    Counted("opening", _words("期初客户", "with us at the start")),
    Counted("new", _words("新增", "new")),
    Counted("returned", _words("回流", "came back")),
    Counted("lost", _words("离网", "lost"), is_split=True),
    Counted(NET, _words("净增", "net")),
    Counted("settled", _words("沉默后销户", "closed after falling silent")),
)
_SUSPENSION = (
    Counted(
        "suspended",
        _words("期末停机", "suspended at the end"),
        is_split=True,
        whose=_words("期末", "at the end"),
    ),
    Counted(
        "suspended_anew",
        _words("本期新停机", "suspended anew"),
        is_split=True,
        whose=_words("本期新增", "anew"),
    ),
)
REPORTS: Mapping[str, ReportKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            ReportKind("churn", _words("离网", "Churn"), _CHURN, "lost"),
            ReportKind("suspension", _words("停机", "Suspension"), _SUSPENSION, "suspended"),
            ReportKind(
                "diversion",
                _words("转网与呼转", "Diversion"),
                (
                    Counted(
                        "diverted",
                        _words("携号转网", "carried over"),
                        is_split=True,
                        is_optional=True,
                        whose=_words("携号转网", "carried over"),
                    ),
                    Counted(
                        "forwarded",
                        _words("期末呼转", "calls forwarded"),
                        is_split=True,
                        is_optional=True,
                        whose=_words("呼转", "forwarded"),
                    ),
                    Counted("forwarded_anew", _words("本期新呼转", "forwarded anew"), is_optional=True),
                ),
                "diverted",
            ),
            ReportKind(
                "predicted",
                _words("预计离网", "Predicted churn"),
                (Counted("predicted", _words("预计离网", "expected to leave"), is_split=True),),
                "predicted",
                is_ahead=True,
            ),
            ReportKind(
                "shares",
                _words("离网构成", "Real loss and re-entry"),
                (Counted("split", _words("离网合计", "all who left"), is_split=True),),
                "split",
            ),
        )
    }
)
KINDS: Mapping[str, Words] = MappingProxyType(
    {
        "real_loss": _words("真实流失", "real loss"),
        "reentry": _words("换号重入网", "re-entry"),
        "voluntary": _words("主动离网", "voluntary"),
        "involuntary": _words("被动离网", "involuntary"),
        "dormant": _words("沉默", "dormant"),
        "diverted": _words("携号转网", "diverted"),
        "arrears": _words("欠费停机", "arrears"),
        "high_spend": _words("高额停机", "high spend"),
        "requested": _words("申请停机", "requested"),
        "1m": _words("1个月内", "within 1 month"),
        "2m": _words("2个月内", "within 2 months"),
        "3m": _words("3个月内", "within 3 months"),
    }
)
UNKNOWN_WORDS = _words("未知", "unknown")
DIMENSION_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "brand": _words("品牌", "brand"),
        "plan": _words("套餐", "plan"),
        "tenure": _words("在网时长", "tenure"),
        "value": _words("月毛利", "monthly margin"),
        "dealer": _words("渠道商", "dealer"),
    }
)


def order_kinds(found: set[str]) -> list[str]:
    """Kinds as people expect them, then others (competitors) by name, the unknown last."""
    known = [kind for kind in KINDS if kind in found]
    others = sorted(kind for kind in found if kind not in KINDS and kind != UNKNOWN)
    return known + others + ([UNKNOWN] if UNKNOWN in found else [])


def say_kind(kind: str) -> Words:
    """What people call a kind; a competitor is called by its own name."""
    if kind == UNKNOWN:
        return UNKNOWN_WORDS
    return KINDS.get(kind) or _words(kind, kind)
