"""Whether the schemes of a workspace can be applied: declared rightly, fed from columns that there are."""

from collections.abc import Iterator
from pathlib import Path

from liuke.kernel.errors import ConfigRefused, LiukeError, Mistake, suggestion
from liuke.kernel.toml import TomlFile
from liuke.pipeline.config import FILE_NAME, Config, TierUse
from liuke.pipeline.schemes import FOLDER
from liuke.tier import Scheme, SchemeBook, collect_schemes, find_entitlements, load

_IN_VIEW = ("customer_id",)


def check_schemes(root: Path, config: Config) -> list[Scheme]:
    """Every version of the schemes in force. Raises ConfigRefused with all mistakes of all files.

    Beside the declarations themselves: schemes that nobody declares, measures that the view does not
    have, examples that come out otherwise than they say, entitlements of tiers that there are not.
    """
    book, mistakes = collect_schemes(root / FOLDER)
    unread = bool(mistakes)  # a name that is not there may stand in a file that could not be read
    settings = TomlFile(root / FILE_NAME)
    checked: list[Scheme] = []
    known = _view_columns(root)
    for place, use in enumerate(config.tiers):
        try:
            versions = _versions_of(root, use, book)
        except ConfigRefused as refused:
            mistakes += refused.mistakes
            continue
        except LiukeError as refused:
            if unread and use.scheme not in book.names:
                continue
            mistakes.append(settings.mistake(("tiers", place, "scheme"), str(refused)))
            continue
        for scheme in versions:
            checked.append(scheme)
            mistakes += _unfed(settings, place, use, scheme, book, known)
            mistakes += _entitlement_faults(root, scheme)
    for own in book.versions.values():
        for version in own:
            mistakes += [version.mistake("examples", fault) for fault in version.scheme.example_faults()]
    if mistakes:
        raise ConfigRefused(dict.fromkeys(mistakes))
    return checked


def _versions_of(root: Path, use: TierUse, book: SchemeBook) -> tuple[Scheme, ...]:
    if use.scheme.endswith(".toml"):
        return (load(root / use.scheme),)
    return book.of(use.scheme)


def _view_columns(root: Path) -> tuple[str, ...]:
    from liuke.view.features import load_features

    try:
        return (*_IN_VIEW, *(feature.name for feature in load_features(root / "features")))
    except ConfigRefused:
        return ()  # told by the check of the features


def _unfed(
    settings: TomlFile, place: int, use: TierUse, scheme: Scheme, book: SchemeBook, known: tuple[str, ...]
) -> Iterator[Mistake]:
    from liuke.pipeline.tier_feed import fed_columns

    if not known:
        return
    fed = fed_columns(use, scheme, book)
    for read, column in fed.items():
        if column in known or (column == read and f"{read}_fen" in known):
            continue
        told = f"{scheme.label} reads {read!r} from {column!r}, which the view does not have"
        at = ("tiers", place, "columns", read) if read in use.columns else ("tiers", place)
        yield settings.mistake(at, f"{told}{suggestion(column, known)}; map it in columns, or declare it")


def _entitlement_faults(root: Path, scheme: Scheme) -> list[Mistake]:
    try:
        find_entitlements(root / "entitlements", scheme)
    except ConfigRefused as refused:
        return list(refused.mistakes)
    return []
