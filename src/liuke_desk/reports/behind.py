"""The words of one figure: on the page of its customers, and kept with a group of them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext, override

from liuke_desk.bridge import reports as warehouse
from liuke_desk.customers.models import Publication
from liuke_desk.people.models import Unit
from liuke_desk.reports.forms import BY_UNIT
from liuke_desk.reports.tables import say_member

Asked = Mapping[str, Any]
Units = Mapping[str, Unit]


def describe_figure(publication: Publication, frame: Asked, asked: Asked, units: Units) -> dict[str, Any]:
    """Where the customers were chosen: plain values, and a sentence in each language."""
    wanted = {name: asked[name] for name in ("report", "figure", "unit", "by", "member", "only")}
    told = {}
    for code, short in (("zh-hans", "zh"), ("en", "en")):
        with override(code):
            told[short] = name_figure(frame, asked, units)
    return {
        "list": "report-home",
        "as_of": publication.as_of.isoformat(),
        "wanted": wanted | {"month": asked["month"].isoformat()},
        **told,
    }


def name_figure(frame: Asked, asked: Asked, units: Units) -> str:
    """Churn 2026-10 · lost: dormant · Plan: 青春39元 · East."""
    language = "en" if get_language() == "en" else "zh"
    reports = {each["name"]: each[language] for each in warehouse.describe_reports()}
    parts = [f"{reports[asked['report']]} {asked['month']:%Y-%m}"]
    figure = warehouse.say_figure(asked["report"], asked["measure"], asked["kind"])[language]
    parts.append(figure)
    if asked["by"] != BY_UNIT:
        dimensions = {each["name"]: each[language] for each in warehouse.describe_dimensions(frame)}
        parts.append(f"{dimensions[asked['by']]}: {say_member(asked['member'], asked['by'], frame, units)}")
    if asked["unit"] in units:
        parts.append(units[asked["unit"]].say(language))
    if asked["only"]:
        parts.append(gettext("In no unit below"))
    return " · ".join(parts)
