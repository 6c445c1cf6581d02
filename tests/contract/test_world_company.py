"""What every simulated company keeps: the same bytes again, books that balance, the truth apart."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from liuke.kernel.errors import LiukeError
from liuke.world import company, step
from liuke.world.company import new_company
from liuke.world.kinds import CAUSES, SILENT_DAYS, STATUS_WORDS
from liuke.world.plans import (
    DATA_FEN_PER_GB,
    DATA_MB,
    MB_PER_GB,
    MINUTE_FEN,
    MINUTES,
    PLANS,
    PRICE_FEN,
    TEXT_FEN,
)
from liuke.world.rivals import COMPETITOR_NAMES
from liuke.world.sources import SOURCE_FILES, SourceFile

TODAY = date(2026, 11, 1)
CUSTOMERS = 300
MONTHS = 8
FIRST_MONTH = "2026-03"


def make(folder: Path, *, seed: int = 1, months: int = MONTHS, today: date = TODAY) -> Path:
    new_company(folder, customers=CUSTOMERS, months=months, seed=seed, today=today)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    return make(tmp_path_factory.mktemp("world") / "company")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "LOCK"
    }


def read(path: Path, kind: SourceFile) -> list[dict]:
    if kind.suffix == "parquet":
        return pq.read_table(path).to_pylist()
    options = pa_csv.ReadOptions(encoding="utf-8" if kind.encoding == "utf-8-sig" else kind.encoding)
    return pa_csv.read_csv(path, options).to_pylist()


def rows(folder: Path, table: str) -> list[dict]:
    """All rows of one source table, as the operator wrote them."""
    kind = SOURCE_FILES[table]
    paths = sorted((folder / "sources").glob(f"{table}-*.{kind.suffix}"))
    return [row for path in paths for row in read(path, kind)]


def truth(folder: Path) -> list[dict]:
    return pa.concat_tables(
        pq.read_table(path) for path in sorted((folder / "truth").glob("leaves-*.parquet"))
    ).to_pylist()


def test_the_same_arguments_make_the_same_bytes(made, tmp_path):
    assert contents(make(tmp_path / "again")) == contents(made)


def test_another_seed_makes_another_company(made, tmp_path):
    other = contents(make(tmp_path / "other", seed=2))

    same = {name for name, text in contents(made).items() if other.get(name) == text}
    lived = {name for name in same if name.split("/")[1].startswith(("customers", "usage", "leaves"))}
    assert "sources/units.csv" in same
    assert not lived


def test_a_step_without_actions_equals_a_longer_history(made, tmp_path):
    stepped = make(tmp_path / "stepped")
    step.live_month(stepped, [])

    longer = contents(make(tmp_path / "longer", months=MONTHS + 1, today=date(2026, 12, 1)))
    found = contents(stepped)
    kept_behind = {name for name in found if name.startswith("state/2026-11/")}  # to live again from
    assert {name: text for name, text in found.items() if name not in kept_behind} == longer


def test_the_company_knows_its_own_day(made):
    assert company.today(made) == TODAY


def test_no_source_tells_a_hidden_thing(made):
    told = {column for table in SOURCE_FILES for row in rows(made, table)[:1] for column in row}
    hidden = set(truth(made)[0]) - {"customer_id"}

    assert not told & hidden
    assert all(not column.isascii() for column in told)  # the operator's own words, none of ours
    assert {path.parent.name for path in made.rglob("leaves-*")} == {"truth"}


def test_files_hold_what_became_known_in_their_month(made):
    for table, kind in SOURCE_FILES.items():
        for path in (made / "sources").glob(f"{table}-*.{kind.suffix}"):
            month = path.stem.removeprefix(f"{table}-")
            known = {f"{row['入库时间']:%Y-%m}" for row in read(path, kind)}
            first = month == FIRST_MONTH
            assert all(seen <= month if first else seen == month for seen in known)


def test_some_use_becomes_known_days_later_and_never_before_it_happened(made):
    delays = [row["入库时间"] - row["发生时间"] for row in rows(made, "usage")]

    assert min(delays) >= timedelta(0)
    assert 0.01 < sum(delay > timedelta(days=1) for delay in delays) / len(delays) < 0.05


def test_after_closing_and_while_stopped_nothing_is_used_or_paid(made):
    statuses = defaultdict(list)
    for row in sorted(rows(made, "statuses"), key=lambda row: row["变更时间"]):
        statuses[row["账户编号"]].append((row["变更时间"], row["状态"]))

    def status_at(account: str, at: datetime) -> str:
        return next(state for since, state in reversed(statuses[account]) if since <= at)

    assert {status_at(row["账户编号"], row["发生时间"]) for row in rows(made, "usage")} == {"正常"}
    paying = {status_at(row["账户编号"], row["缴费时间"]) for row in rows(made, "payments")}
    assert not paying & {"主动销户", "欠费销户", "携号转出"}
    closed = {state for states in statuses.values() for _, state in states}
    assert closed == set(STATUS_WORDS)  # each of them is seen, so the test is not empty


def test_statuses_follow_each_other_as_they_can(made):
    moves = Counter()
    latest: dict[str, str] = {}
    for row in sorted(rows(made, "statuses"), key=lambda row: row["变更时间"]):
        moves[latest.get(row["账户编号"], ""), row["状态"]] += 1
        latest[row["账户编号"]] = row["状态"]

    stops = {"申请停机", "欠费停机", "高额停机"}
    allowed = {("", "正常"), ("正常", "主动销户"), ("正常", "携号转出"), ("欠费停机", "欠费销户")}
    allowed |= {("正常", stop) for stop in stops} | {(stop, "正常") for stop in stops}
    assert set(moves) <= allowed


def test_every_bill_is_price_and_overage_of_the_use_in_its_period(made):
    used: dict[tuple[str, str, str], int] = Counter()
    for row in rows(made, "usage") + rows_still_late(made):
        used[row["客户编号"], f"{row['发生时间']:%Y-%m}", row["业务类型"]] += row["用量"]
    plans = {plan.name: place for place, plan in enumerate(PLANS)}
    accounts = defaultdict(list)
    for row in rows(made, "accounts"):
        accounts[row["客户编号"]].append(row)
    told = steps_in_force(made, accounts)
    credited = {row["客户编号"] for row in rows(made, "offers") if row["政策"] == "bill-credit"}
    checked = 0
    for bill in rows(made, "bills"):
        customer, period = bill["客户编号"], f"{bill['账期起']:%Y-%m}"
        # A plan is changed once at most in a month, known at that day's end; the bill has the newest.
        plan = max(
            (row for row in accounts[customer] if row["入库时间"].date() < bill["账期止"]),
            key=lambda row: row["入库时间"],
        )["套餐"]
        if customer in credited or bill["账期起"].day != 1:
            continue
        place = plans[plan]
        minutes, texts, mb = (used[customer, period, kind] for kind in ("语音", "短信", "流量"))
        gigabytes = -(-max(mb - int(DATA_MB[place]), 0) // MB_PER_GB)
        expected = (
            int(PRICE_FEN[place]) + told[customer, period] + texts * TEXT_FEN + gigabytes * DATA_FEN_PER_GB
        )
        expected += max(minutes - int(MINUTES[place]), 0) * MINUTE_FEN
        assert int(bill["应收金额"] * 100) == expected
        checked += 1
    assert checked > 1500
    assert any(told.values())


def steps_in_force(folder: Path, accounts: dict[str, list[dict]]) -> Counter:
    """Fen above the list price by customer and month, from the notices: until another plan is taken."""
    fen: Counter = Counter()
    months = sorted({f"{row['账期起']:%Y-%m}" for row in rows(folder, "bills")})
    for notice in rows(folder, "incidents"):
        if notice["类型"] != "资费通知":
            continue
        customer, at = notice["客户编号"], notice["发生时间"]
        plans = sorted((row["入库时间"], row["套餐"]) for row in accounts[customer])
        had = max(plan for plan in plans if plan[0] <= at)[1]
        left = min((f"{since:%Y-%m}" for since, plan in plans if since > at and plan != had), default="9999")
        for month in months:
            fen[customer, month] += int(notice["金额"] * 100) * (f"{at:%Y-%m}" < month < left)
    return fen


def rows_still_late(folder: Path) -> list[dict]:
    path = next((folder / "state").glob("*/late-usage.arrow"))
    return pa.ipc.open_file(path).read_all().to_pylist()


def test_every_payment_pays_one_bill_in_full_and_once(made):
    bills = {row["账单编号"]: row for row in rows(made, "bills")}
    paid = Counter(row["账单编号"] for row in rows(made, "payments"))

    assert set(paid.values()) == {1}
    for payment in rows(made, "payments"):
        bill = bills[payment["账单编号"]]
        assert payment["客户编号"] == bill["客户编号"]
        assert payment["实缴金额"] == bill["应收金额"]
        assert payment["缴费时间"] >= bill["出账时间"]
    late = [
        row for row in rows(made, "payments") if row["缴费时间"].date() > bills[row["账单编号"]]["缴费截止日"]
    ]
    assert late
    assert len(paid) < len(bills)


def test_keys_are_unique(made):
    keys = {
        "customers": ("客户编号", "入库时间"),
        "accounts": ("账户编号", "入库时间"),
        "holdings": ("账户编号", "产品", "入库时间"),
        "statuses": ("账户编号", "变更时间"),
        "bills": ("账单编号",),
        "payments": ("缴费编号",),
        "complaints": ("投诉编号", "入库时间"),
        "contacts": ("接触编号",),
        "surveys": ("答卷编号",),
        "offers": ("受理编号",),
        "assignments": ("方案", "客户编号"),
        "incidents": ("客户编号", "发生时间", "类型"),
    }
    for table, names in keys.items():
        found = Counter(tuple(row[name] for name in names) for row in rows(made, table))
        assert found, table
        assert set(found.values()) == {1}, table


def test_every_closing_has_a_cause_and_every_cause_a_closing(made):
    kind_of = {"主动销户": "voluntary", "欠费销户": "involuntary", "携号转出": "diverted"}
    closed = {
        (row["客户编号"], kind_of[row["状态"]], row["变更时间"].date())
        for row in rows(made, "statuses")
        if row["状态"] in kind_of
    }
    left = [row for row in truth(made) if row["left_kind"]]

    assert {(row["customer_id"], row["left_kind"], row["left_on"]) for row in left} - closed == {
        (row["customer_id"], "dormant", row["left_on"]) for row in left if row["left_kind"] == "dormant"
    }
    assert closed <= {(row["customer_id"], row["left_kind"], row["left_on"]) for row in left}
    assert all(row["cause"] in CAUSES for row in left)


def test_the_accounts_of_those_who_carried_their_number_over_name_the_competitor_and_no_others_do(made):
    carried = {row["账户编号"] for row in rows(made, "statuses") if row["状态"] == "携号转出"}
    named = {row["账户编号"]: row["转入运营商"] for row in rows(made, "accounts") if row["转入运营商"]}
    true = {row["customer_id"]: row["competitor"] for row in truth(made) if row["left_kind"] == "diverted"}

    assert carried == set(named)
    assert {account.replace("A", "K"): competitor for account, competitor in named.items()} == true
    assert set(named.values()) <= set(COMPETITOR_NAMES)
    assert all(row["competitor"] is None for row in truth(made) if row["left_kind"] != "diverted")


def test_what_struck_places_stands_in_the_truth_with_its_days(made):
    paths = sorted((made / "truth").glob("troubles-*.parquet"))
    struck = pa.concat_tables(pq.read_table(path) for path in paths).to_pylist()
    units = {row["机构编号"] for row in pa_csv.read_csv(made / "sources" / "units.csv").to_pylist()}

    assert {row["trouble"] for row in struck} == {"network_fault", "competitor_offer", "price_step"}
    for row in struck:
        assert (row["unit_id"] in units) != (row["trouble"] == "price_step")
        assert row["ends_on"] is None or row["begins_on"] < row["ends_on"]
        assert 0 < row["strength"] <= 1
        assert (row["name"] in COMPETITOR_NAMES) == (row["trouble"] == "competitor_offer")


def test_those_who_suffered_a_fault_are_those_of_its_branch(made):
    paths = sorted((made / "truth").glob("troubles-*.parquet"))
    struck = pa.concat_tables(pq.read_table(path) for path in paths).to_pylist()
    faults = {(row["unit_id"], row["begins_on"]) for row in struck if row["trouble"] == "network_fault"}
    branch = {row["客户编号"]: row["归属营业厅"] for row in rows(made, "customers")}
    suffered = [row for row in rows(made, "incidents") if row["类型"] == "网络故障"]

    assert {(branch[row["客户编号"]], row["发生时间"].date()) for row in suffered} <= faults
    assert all(row["入库时间"] - row["发生时间"] >= timedelta(hours=row["数量"]) for row in suffered)
    assert len(suffered) > 20


def test_the_dormant_were_silent_for_exactly_so_many_days(made):
    last_use = defaultdict(list)
    for row in rows(made, "usage"):
        last_use[row["客户编号"]].append(row["发生时间"].date())
    dormant = [row for row in truth(made) if row["left_kind"] == "dormant"]

    assert dormant
    for row in dormant:
        before = max(day for day in last_use[row["customer_id"]] if day < row["left_on"])
        assert row["left_on"] - before == timedelta(days=SILENT_DAYS)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"pack": "bank"}, "'bank' cannot be simulated yet; what can: telecom"),
        ({"customers": 9}, "at least 10 customers"),
        ({"months": 0}, "at least 10 customers and 1 month"),
        ({"today": date(2026, 11, 2)}, "Use 2026-11-01"),
    ],
)
def test_what_cannot_be_simulated_is_refused_and_nothing_is_left(wrong, message, tmp_path):
    arguments = {"customers": 10, "months": 1, "seed": 1, "today": TODAY} | wrong

    with pytest.raises(LiukeError, match=message):
        new_company(tmp_path / "company", **arguments)
    assert list(tmp_path.iterdir()) == []


def test_the_smallest_company_lives(tmp_path):
    new_company(tmp_path / "company", customers=10, months=1, seed=1, today=TODAY)
    step.live_month(tmp_path / "company", [])

    assert company.today(tmp_path / "company") == date(2026, 12, 1)


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(LiukeError, match="is not an empty folder"):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_without_a_company_is_told(tmp_path):
    with pytest.raises(LiukeError, match="holds no simulated company"):
        company.today(tmp_path)


def test_a_company_of_an_older_format_is_refused_with_the_way_out(made, tmp_path):
    told = json.loads((made / "company.json").read_text())
    (tmp_path / "company.json").write_text(json.dumps(told | {"format": told["format"] - 1}))

    with pytest.raises(LiukeError, match=r"format 2, this version lives format 3.*\n.*'liuke world new"):
        company.today(tmp_path)
