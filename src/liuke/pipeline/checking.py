"""Everything a person wrote in a workspace, checked at once."""

from collections.abc import Callable, Sized
from pathlib import Path

from liuke.kernel.errors import ConfigRefused, Mistake
from liuke.pipeline.config import Config
from liuke.pipeline.workspace import open_workspace


def check_workspace(root: Path) -> dict[str, int]:
    """How many declarations of each sort the workspace has; all their mistakes are raised together.

    Reads settings and declarations and the headers of source files, not one row.
    """
    config = open_workspace(root).config
    mistakes: list[Mistake] = []
    checked = {"settings": 1}
    for what, read in _readers(root, config).items():
        try:
            checked[what] = len(read())
        except ConfigRefused as refused:
            mistakes += refused.mistakes
    if mistakes:
        raise ConfigRefused(mistakes)
    return checked


def _readers(root: Path, config: Config) -> dict[str, Callable[[], Sized]]:
    def mappings() -> Sized:
        from liuke.ingest.mapping import check_mappings

        if mistakes := check_mappings(root / "mappings", root):
            raise ConfigRefused(mistakes)
        return sorted((root / "mappings").glob("*.toml"))

    def features() -> Sized:
        from liuke.view.features import load_features

        return load_features(root / "features")

    def schemes() -> Sized:
        from liuke.pipeline.scheme_check import check_schemes

        return check_schemes(root, config)

    def churn() -> Sized:
        from liuke.predict.churn import load_churn
        from liuke.predict.declared import check_monotone
        from liuke.view.features import load_features

        definition = load_churn(root / "churn.toml")
        check_monotone(definition, load_features(root / "features"), file=root / "churn.toml")
        return ["churn.toml"]

    def reasons() -> Sized:
        from liuke.predict.churn import load_churn
        from liuke.predict.reasons import load_reasons
        from liuke.view.features import load_features

        book = load_reasons(root / "reasons")
        if load_churn(root / "churn.toml").method != "beta_geo":  # which brings figures of its own
            book.check(feature.name for feature in load_features(root / "features"))
        return book.templates

    def policies() -> Sized:
        from liuke.plan.policies import load_policies

        return load_policies(root / "policies")

    def campaigns() -> Sized:
        from liuke.plan.campaigns import load_campaign

        return [load_campaign(path) for path in sorted((root / "campaigns").glob("*.toml"))]

    return {
        "mappings": mappings,
        "features": features,
        "schemes": schemes,
        "churn definitions": churn,
        "report terms": lambda: _read_report_terms(root),
        "reasons": reasons,
        "policies": policies,
        "campaigns": campaigns,
    }


def _read_report_terms(root: Path) -> Sized:
    from liuke.predict.reports.terms import load_terms

    file = root / "reports.toml"
    return [load_terms(file)] if file.is_file() else []  # then the pack's own stand
