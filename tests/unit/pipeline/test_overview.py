"""The state of the customers: a drawn company whose figures can be worked out by hand, and what is missing.

As of 1 April 2026. Of 20 important and 40 small customers in January, none and 11 of the small left.
"""

import json
import re
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pypdfium2 import PdfDocument

import liuke.packs
import liuke.tier
from liuke.pipeline.paper.followed import follow
from liuke.pipeline.paper.listed import stand_by_tier
from liuke.pipeline.paper.overview import look_over, overview_document
from liuke.pipeline.paper.page import to_page
from liuke.pipeline.paper.setting import set_pdf
from liuke.pipeline.results import RESULTS
from liuke.pipeline.training_plots import describe_customers
from liuke.pipeline.workspace import open_workspace
from liuke.predict.card_customers import reason_table, survival_lines, survival_table, value_table

AS_OF, BEGUN = date(2026, 4, 1), date(2026, 1, 1)
TELECOM = Path(liuke.packs.__file__).parent / "telecom"
SETTINGS = """
pack = "telecom"
language = "en"
currency = "CNY"
seed = 1
engine = "duckdb"
warehouse = "var/warehouse"
database = "sqlite"
margin_rate = 0.45
tiers = [{ scheme = "pyramid", columns = { value = "margin_12m_fen" } }]
"""
IMPORTANT, SMALL = [f"i{n:02}" for n in range(20)], [f"s{n:02}" for n in range(40)]
GONE = SMALL[:11]
STAYED = [*IMPORTANT, *SMALL[11:]]
RFM = liuke.tier.load("rfm")
CELLS = [level.name for level in RFM.levels if level.name != "unrated"]
SPOKEN = {
    "i00": ["spend_down", "bills_overdue"],
    "i01": ["spend_down", "spend_down"],
    "s20": ["feature:plan", "unheard_of"],
}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn") / "company"
    folder.mkdir()
    (folder / "liuke.toml").write_text(SETTINGS, encoding="utf-8")
    for name in ("features", "reasons"):
        shutil.copytree(TELECOM / name, folder / name)
    runs = folder / "var" / "runs" / str(AS_OF)
    runs.mkdir(parents=True)
    months = [{"month": f"2026-0{n}-01", "ends_on": f"2026-0{n + 1}-01", "is_over": True} for n in (1, 2, 3)]
    (runs / "reports.json").write_text(json.dumps({"months": months}), encoding="utf-8")
    (runs / "model-card.json").write_text('{"customers_explained": 5}', encoding="utf-8")
    workspace = open_workspace(folder)
    with workspace.warehouse.lock(doing="a test"):
        draft = workspace.warehouse.draft(source="a test")
        tiers = [{"customer_id": who, "tier": "important"} for who in IMPORTANT]
        tiers += [{"customer_id": who, "tier": "small"} for who in SMALL]
        cells = [{"customer_id": who, "scheme": "rfm", "tier": CELLS[n]} for n, who in enumerate(STAYED)]
        for day in (BEGUN, AS_OF):
            store(draft, "tiers", [*(each | {"scheme": "pyramid"} for each in tiers), *cells], day)
        store(draft, "report_customers", [*there(), *lost()], AS_OF)
        store(draft, "warnings", [warned(who) for who in STAYED], AS_OF)
        store(draft, "values", [{"customer_id": who, "margin_12m": margin(who)} for who in STAYED], AS_OF)
        draft.commit()
    return workspace


def store(draft, name, rows, day):
    rows = [{"as_of": day} | row for row in rows]
    draft.replace(name, pa.Table.from_pylist(rows, schema=RESULTS[name]), partition=day.isoformat())


def there():
    return [{"customer_id": who, "month": BEGUN, "measure": "opening"} for who in [*IMPORTANT, *SMALL]]


def lost():
    """Ten in February and one at the last moment; one who came back is lost twice."""
    at = {who: datetime(2026, 2, 10) for who in GONE} | {GONE[0]: datetime(2026, 3, 31, 23, 59)}
    again = [(GONE[1], datetime(2026, 3, 20))]
    return [
        {"customer_id": who, "month": when.date().replace(day=1), "measure": "lost", "at": when}
        for who, when in [*at.items(), *again]
    ]


def warned(who):
    p = 0.5 if who in IMPORTANT else None if who == "s39" else 0.1
    reasons = [
        {"code": code, "text_zh": code, "text_en": code, "figures": "{}"} for code in SPOKEN.get(who, ())
    ]
    return {
        "customer_id": who, "p_1m": p, "p_2m": p, "p_3m": p, "reasons": reasons,
        "value_at_stake": margin(who), "expected_loss": None if p is None else Decimal(10),
    }  # fmt: skip


def margin(who):
    """900 yuan of each important, 100 of each small; of one nothing is known, of one it is a loss."""
    if who == "s38":
        return None
    return Decimal(-50) if who == "s37" else Decimal(900 if who in IMPORTANT else 100)


@pytest.fixture(scope="module")
def parts(company):
    return {part.key: part for part in look_over(company, as_of=AS_OF).parts}


def test_everybody_is_followed_by_the_tier_they_had_at_the_beginning(parts):
    facts = parts["survival"].facts

    assert facts["was_given"]
    assert (facts["from"], facts["until"], facts["months"]) == ("2026-01-01", "2026-04-01", [3])
    assert [(each["tier"], each["customers"], each["left"]) for each in facts["tiers"]] == [
        ("important", 20, 0),
        ("small", 40, 11),
    ]
    assert facts["tiers"][1]["stayed"]["3"]["share"] == pytest.approx(29 / 40)
    ((_, _, rows),) = survival_table(facts, "en")
    assert rows[0][-1] == "100.0%"  # nobody left, so chance has no width yet
    assert rows[1][-1] == "72.5% (55.9%–83.7%)"


def test_a_tier_stands_with_its_value_and_what_is_expected_of_it(parts):
    important, _, _, small = parts["tiers:pyramid"].facts["tiers"]

    assert (important["customers"], important["value"]) == (20, 18000)
    assert important["expected"]["mean"] == 10
    assert (important["expected"]["low"], important["expected"]["high"]) == (6, 14)  # of 20 at one half
    assert (small["customers"], small["value"]) == (29, 2650)
    assert small["expected"]["mean"] == pytest.approx(2.8)  # one has no probability
    assert parts["tiers:pyramid"].facts["value_unknown"] == 1


def test_of_very_many_tiers_the_rest_are_told_as_one(company):
    display, facts = stand_by_tier(company, RFM, AS_OF)
    told = [(each["en"], each["customers"], each["value"]) for each in facts["tiers"]]

    assert len(told) == len(display.names) == 15
    assert {value for _, _, value in told[:14]} == {900}
    assert told[-1] == ("all other tiers", 35, 6 * 900 + 2650)
    assert facts["tiers"][-1]["expected"]["mean"] == pytest.approx(6 * 0.5 + 2.8)
    assert facts["unrated"] == 0


def test_value_tells_what_the_first_bring_and_what_is_not_known(parts):
    facts = parts["value"].facts
    ((_, _, rows),) = value_table(facts, "en")

    assert [facts[name] for name in ("known", "unknown", "nothing", "total")] == [48, 1, 1, 20650]
    assert rows[-2] == ("50%", "24", "100.00", "88.9%")  # 20 x 900 and 4 x 100 of 20,700
    assert rows[-1][2] == "-50.00"


def test_causes_are_counted_once_for_each_who_is_listed(parts):
    facts = parts["reasons"].facts
    ((_, _, rows),) = reason_table(facts, "zh")

    assert (facts["listed"], facts["without"]) == (5, 2)
    assert {cause["cause"]: cause["customers"] for cause in facts["causes"]} == {
        "spend": 2, "arrears": 1, "product": 1, "unheard_of": 1,
    }  # fmt: skip
    assert rows[0] == ("消费", "2", "40.0% (11.8%–76.9%)", "20.00")


def test_a_model_card_tells_value_at_stake_and_the_same_reasons(company, parts):
    told = {part.key: part for part in describe_customers(company, as_of=date(2026, 4, 15))}

    assert told["value"].facts["of"] == "value_at_stake"
    assert told["reasons"].facts == parts["reasons"].facts
    assert told["survival"].facts == parts["survival"].facts


def test_before_the_first_list_the_reason_stands_in_place_of_figures(company):
    told = {part.key: part for part in describe_customers(company, as_of=BEGUN)}

    assert {key: part.facts["missing"]["code"] for key, part in told.items()} == {
        "survival": "no_months", "value": "no_list", "reasons": "no_list",
    }  # fmt: skip
    assert survival_lines(told["survival"].facts, "zh") == ["尚无可回看的月份, 请先运行 liuke cycle。"]
    assert survival_table(told["survival"].facts, "zh") == []


def test_without_tiers_by_then_nobody_is_followed(company, tmp_path):
    shutil.copytree(company.root, tmp_path / "later")
    later = open_workspace(tmp_path / "later")
    with later.warehouse.lock(doing="a test"):
        draft = later.warehouse.draft(source="a test")
        store(
            draft, "tiers", [{"customer_id": IMPORTANT[0], "tier": "important", "scheme": "pyramid"}], BEGUN
        )
        draft.commit()

    assert follow(later, day=AS_OF)["missing"]["code"] == "unrated_then"


@pytest.mark.parametrize("begins", ["2026-02-15", "2026-04-02"])
def test_a_scheme_that_begins_after_the_day_followed_stops_nothing(company, tmp_path, begins):
    young = with_own_scheme(company, tmp_path / "young", begins)

    assert follow(young, day=AS_OF)["missing"]["code"] == "unrated_then"
    assert [part.key for part in describe_customers(young, as_of=AS_OF)]
    assert look_over(young, as_of=AS_OF).parts


def with_own_scheme(company, folder, begins):
    shutil.copytree(company.root, folder)
    pyramid = (Path(liuke.packs.__file__).parent / "general" / "schemes" / "pyramid.toml").read_text("utf-8")
    own = pyramid.replace("effective_from = 1970-01-01", f"effective_from = {begins}")
    (folder / "schemes").mkdir()
    (folder / "schemes" / "ours.toml").write_text(
        re.sub(r"^name = .*$", 'name = "ours"', own, count=1, flags=re.M), encoding="utf-8"
    )
    settings = SETTINGS.replace('scheme = "pyramid"', 'scheme = "ours"')
    (folder / "liuke.toml").write_text(settings, encoding="utf-8")
    return open_workspace(folder)


@pytest.mark.parametrize(
    "language, words",
    [
        ("zh", ["客户状况", "等级金字塔", "价值分布", "各等级客户留存", "为什么有离开风险", "72.5%"]),
        ("en", ["State of the customers", "Value pyramid", "How value is spread", "72.5%", "Source: tables"]),
    ],
)
def test_on_paper_each_plot_stands_with_its_table_and_source(company, paper, language, words):
    drawn = overview_document(company, as_of=AS_OF, language=language)
    pdf = PdfDocument(set_pdf(to_page(drawn)))
    text = "".join(page.get_textpage().get_text_bounded() for page in pdf)

    plotted = [section for section in drawn.sections if any(block.plots for block in section.blocks)]
    assert len(plotted) == 4
    assert all(block.tables and block.tables[0].note for section in plotted for block in section.blocks)
    assert all(word in text for word in words)
    assert not drawn.is_simulated
