"""Circles, devices, people who come back, dealers: what every simulated company keeps about them."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from liuke.world import returning
from liuke.world.company import new_company
from liuke.world.sources import SOURCE_FILES

TODAY = date(2026, 11, 1)
CUSTOMERS, MONTHS = 2500, 9
BROUGHT = {
    "identity": ("customers", "证件号码"),
    "address": ("customers", "地址"),
    "device": ("devices", "终端编号"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "company"
    new_company(folder, customers=CUSTOMERS, months=MONTHS, seed=3, today=TODAY)
    return folder


def source(folder: Path, table: str) -> pd.DataFrame:
    kind = SOURCE_FILES[table]
    paths = sorted((folder / "sources").glob(f"{table}-*.{kind.suffix}"))
    if kind.suffix == "parquet":
        return pd.concat([pq.read_table(path).to_pandas() for path in paths], ignore_index=True)
    options = pa_csv.ReadOptions(encoding="utf-8" if kind.encoding == "utf-8-sig" else kind.encoding)
    texts = pa_csv.ConvertOptions(column_types={"终端编号": "string"})
    return pd.concat(
        [pa_csv.read_csv(path, options, convert_options=texts).to_pandas() for path in paths],
        ignore_index=True,
    )


def truth(folder: Path, name: str) -> pd.DataFrame:
    paths = sorted((folder / "truth").glob(f"{name}-*.parquet"))
    return pd.concat([pq.read_table(path).to_pandas() for path in paths], ignore_index=True)


@pytest.fixture(scope="module")
def returned(made) -> pd.DataFrame:
    joined = truth(made, "joined")
    return joined[joined["relation"] == "returned"]


@pytest.fixture(scope="module")
def circles(made) -> pd.Series:
    """Each customer's set of numbers."""
    return source(made, "circles").groupby("客户编号")["对端号码"].agg(set)


def test_nobody_comes_back_twice_and_nobody_before_leaving(made, returned):
    opened = source(made, "customers").groupby("客户编号")["开户时间"].first()
    closed = source(made, "statuses").query("状态 in ('主动销户', '欠费销户')")
    gone = closed.groupby("客户编号")["变更时间"].min()

    assert len(returned) > 40
    assert returned["former_id"].is_unique
    assert not set(returned["former_id"]) & set(returned["customer_id"])
    waited = [
        opened[row.customer_id] - gone[row.former_id]
        for row in returned.itertuples()
        # The others fell silent first; some of them close the forgotten account later.
        if row.former_id in gone.index and gone[row.former_id] < opened[row.customer_id]
    ]
    assert len(waited) > 30
    assert timedelta(0) < min(waited)
    assert max(waited) < timedelta(days=93)


def test_about_a_quarter_of_the_leavers_come_back(made, returned):
    leaves = truth(made, "leaves")
    since = date(2026, 3, 1)
    until = date(2026, 8, 1)  # later leavers have not had the time
    left = leaves[leaves["left_kind"].notna() & (leaves["left_on"] >= since) & (leaves["left_on"] < until)]
    share = left["customer_id"].isin(returned["former_id"]).mean()

    assert 0.15 < share < 0.33


@pytest.mark.parametrize("what", BROUGHT)
def test_what_they_bring_along_is_in_the_sources_and_no_more(made, returned, what):
    table, column = BROUGHT[what]
    told = source(made, table).drop_duplicates("客户编号", keep="last").set_index("客户编号")[column]
    same = np.array(
        [told[row.customer_id] == told[row.former_id] for row in returned.itertuples()], dtype=bool
    )

    assert (same == returned[f"keeps_{what}"].to_numpy()).mean() > 0.97  # some move or buy a new one later
    assert 0.2 < same.mean() < 0.85


def test_they_keep_a_part_of_their_circle(circles, returned):
    shared = [
        len(circles[row.customer_id] & circles[row.former_id]) / len(circles[row.customer_id])
        for row in returned.itertuples()
        if row.customer_id in circles.index and row.former_id in circles.index
    ]
    strangers = [
        len(circles.iloc[place] & circles.iloc[-place - 1]) / len(circles.iloc[place]) for place in range(200)
    ]

    assert np.mean(shared) > 0.3
    assert np.mean(strangers) < 0.08


def test_most_numbers_are_known_to_few_and_some_to_many(circles):
    holders = circles.explode().value_counts()

    assert holders.median() <= 2
    assert holders.max() > 0.1 * len(circles)


def test_a_number_stands_once_in_a_customers_month(made):
    rows = source(made, "circles")

    assert not rows.duplicated(["客户编号", "对端号码", "月份"]).any()
    assert (rows["通话次数"] >= 1).all()
    assert rows["对端号码"].str.match(r"(154|14[123])\d{8}$|99\d{3}$").all()


def test_identity_numbers_have_their_check_digit_birth_and_sex(made):
    people = source(made, "customers")
    weights = [pow(2, 17 - place, 11) for place in range(18)]  # ISO 7064 MOD 11-2, from its definition
    for row in people.head(300).itertuples():
        digits = [10 if sign == "X" else int(sign) for sign in row.证件号码]
        assert sum(w * d for w, d in zip(weights, digits, strict=True)) % 11 == 1
        assert row.证件号码[6:14] == f"{row.出生日期:%Y%m%d}"
        assert (digits[16] % 2 == 1) == (row.性别 == "男")
        assert row.证件号码.startswith("99")  # no place has such a code


def test_coming_back_changes_nobodys_life(made, tmp_path, monkeypatch):
    """Without anybody coming back the same people join on the same days and live the same lives."""
    for share in ("RETURN_VOLUNTARY", "RETURN_INVOLUNTARY", "RETURN_SILENT", "RELATIVES", "SECOND_HAND"):
        monkeypatch.setattr(returning, share, 0.0)
    new_company(tmp_path / "plain", customers=CUSTOMERS, months=MONTHS, seed=3, today=TODAY)

    lived, plain = (
        pq.read_table(folder / "state" / "2026-11" / "population.parquet").to_pandas()
        for folder in (made, tmp_path / "plain")
    )
    assert [name for name in lived if not lived[name].equals(plain[name])] == ["person", "kin", "device"]


def test_only_dealers_that_are_marked_sign_people_up_so(made):
    told = json.loads((made / "truth" / "effects.json").read_text())
    dealer = source(made, "accounts").drop_duplicates("客户编号").set_index("客户编号")["渠道编号"]
    joined = truth(made, "joined").dropna(subset="signed")

    for signed, dealers in (("hollow", "dishonest_dealers"), ("loose", "careless_dealers")):
        mine = joined[joined["signed"] == signed]["customer_id"]
        assert len(mine) > 0
        assert set(dealer[mine]) <= set(told[dealers])
    assert not set(told["dishonest_dealers"]) & set(told["careless_dealers"])
    assert not [name for name in told["dishonest_dealers"] if name.startswith("H")]


def test_those_signed_up_for_the_commission_wait_for_it_and_go(made):
    terms = pa_csv.read_csv(made / "sources" / "dealers.csv").to_pandas().set_index("渠道编号")["考核天数"]
    accounts = source(made, "accounts").drop_duplicates("客户编号").set_index("客户编号")
    leaves = truth(made, "leaves").dropna(subset="left_kind").set_index("customer_id")
    joined = truth(made, "joined")
    hollow = joined[joined["signed"] == "hollow"]["customer_id"]

    gone = 0
    for name in hollow:
        opened, days = accounts.loc[name, "入网时间"], terms[accounts.loc[name, "渠道编号"]]
        if name in leaves.index and leaves.loc[[name]].iloc[0]["left_kind"] == "voluntary":
            gone += 1
            left_on = pd.Timestamp(leaves.loc[[name]].iloc[0]["left_on"])
            assert left_on >= opened.normalize() + pd.Timedelta(days=days)
    assert gone > 0


def test_commission_is_paid_to_agents_for_accounts_open_on_the_day(made):
    paid = source(made, "commissions")
    closed = source(made, "statuses").query("状态 in ('主动销户', '欠费销户')")
    gone = closed.groupby("客户编号")["变更时间"].min()

    assert len(paid) > 100
    assert paid["渠道编号"].str.startswith("D").all()
    assert paid["客户编号"].is_unique
    for row in paid.itertuples():
        if row.客户编号 in gone.index:
            assert gone[row.客户编号].date() >= row.考核日
