"""Schemes by name: those that come with Liuke, and those of a workspace by their file."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from liuke.kernel.errors import ConfigRefused, Mistake, suggestion
from liuke.kernel.toml import TomlFile, read_model
from liuke.tier.abc import AbcScheme
from liuke.tier.clusters import ClusterScheme
from liuke.tier.grid import GridScheme
from liuke.tier.matrix import MatrixScheme
from liuke.tier.pyramid import PyramidScheme
from liuke.tier.receivables import ReceivablesScheme
from liuke.tier.rfm import RfmScheme
from liuke.tier.rfm_quantile import RfmQuantileScheme
from liuke.tier.routes import RoutesScheme
from liuke.tier.scheme import Scheme, SchemeRefused
from liuke.tier.scorecard import ScorecardScheme
from liuke.tier.threshold import ThresholdScheme

KINDS: Mapping[str, type[Scheme]] = MappingProxyType(
    {
        "threshold": ThresholdScheme,
        "routes": RoutesScheme,
        "pyramid": PyramidScheme,
        "abc": AbcScheme,
        "receivables": ReceivablesScheme,
        "rfm": RfmScheme,
        "rfm-quantile": RfmQuantileScheme,
        "matrix": MatrixScheme,
        "grid": GridScheme,
        "clusters": ClusterScheme,
        "scorecard": ScorecardScheme,
    }
)
PACKS = Path(__file__).parents[1] / "packs"
GENERAL = "general"  # the pack whose schemes are called by their name alone


def load(name_or_path: str | Path) -> Scheme:
    """A scheme that comes with Liuke, by name ("bank/stars", "pyramid"), or one's own, by its TOML file.

    Every mistake in the file is raised at once, with its line.
    """
    if isinstance(name_or_path, Path) or name_or_path.endswith(".toml"):
        return read_scheme(Path(name_or_path))
    known = built_in_schemes()
    if name_or_path not in known:
        raise SchemeRefused(
            f"No scheme is called {name_or_path!r}{suggestion(name_or_path, known)}. There are "
            f"{', '.join(sorted(known))}; a scheme of your own is named by the path of its .toml file."
        )
    return read_scheme(known[name_or_path])


def built_in_schemes() -> dict[str, Path]:
    """Names and files of the schemes that come with Liuke."""
    return {
        _built_in_name(path.relative_to(PACKS)): path for path in sorted(PACKS.glob("*/schemes/**/*.toml"))
    }


def _built_in_name(path: Path) -> str:
    """`general/schemes/abc/value.toml` is "abc/value", `bank/schemes/stars.toml` is "bank/stars"."""
    pack, _, *parts = path.with_suffix("").parts
    return "/".join(parts if pack == GENERAL else (pack, *parts))


def read_scheme(path: Path) -> Scheme:
    """The scheme of a file, checked whole."""
    file = TomlFile(path)
    kind = file.data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        near = suggestion(kind, KINDS) if isinstance(kind, str) else ""
        told = f"kind is one of {', '.join(sorted(KINDS))}, not {kind!r}{near}"
        raise ConfigRefused([file.mistake(("kind",), told)])
    mistakes = _faults(KINDS[kind], file)
    try:
        scheme = read_model(KINDS[kind], file)
    except ConfigRefused as refused:
        raise ConfigRefused({*mistakes, *refused.mistakes}) from None
    except SchemeRefused:
        raise ConfigRefused(mistakes) from None
    return scheme


def _faults(kind: type[Scheme], file: TomlFile) -> list[Mistake]:
    declared: dict[str, Any] = file.data
    return [file.mistake(where, message) for where, message in kind.all_faults(declared)]
