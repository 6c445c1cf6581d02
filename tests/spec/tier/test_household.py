"""Households: shared phone, shared address, declared relation, and the last word by hand."""

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuke.kernel.errors import MissingColumn
from liuke.store import Engine
from liuke.tier import build_households, report_crowds, roll_up
from tests.tables import table


def people(ids, **columns):
    return pd.DataFrame({"customer_id": list(ids), **columns})


def edits(drawn):
    found = table(drawn)
    return found.assign(**{name: None for name in ("other_id", "household_id") if name not in found})


def homes(*given, **settings):
    """The households as sets of customers, in a word: "ab c"."""
    found = build_households(*given, **settings)
    grouped = found.groupby(found.household_id.fillna(found.customer_id)).customer_id
    return " ".join(sorted("".join(sorted(members)) for _, members in grouped))


SAME_PHONE = people("abc", phone=["13900138000", "+86 139-0013-8000", "13900138001"])


def test_a_shared_phone_however_it_was_written():
    found = build_households(SAME_PHONE)

    assert found.household_id.tolist()[:2] == ["household-a"] * 2
    assert pd.isna(found.household_id[2])
    assert [list(told) for told in found.evidence] == [["phone:b"], ["phone:a"], []]


def test_a_shared_address_however_it_was_written():
    address = [
        "幸福路１２号，3-401室",
        "幸福路12号3—401室",
        "幸福路 1号 23-401室",
        "Main St. 5, flat 2",
        "MAIN ST 5 FLAT 2",
    ]

    assert homes(people("abcde", address=address)) == "ab c de"


@pytest.mark.parametrize("phone", [None, "", "0", "12345", "00000000000", "11111111", "无"])
def test_what_is_no_phone_links_nobody(phone):
    assert homes(people("ab", phone=[phone, phone])) == "a b"


@pytest.mark.parametrize("address", [None, "", "北京市", "5号", "幸福路幸福小区"])
def test_what_is_no_home_links_nobody(address):
    assert homes(people("ab", address=[address, address])) == "a b"


def test_declared_relations_by_whichever_side_until_they_end():
    relations = table("""
        customer_id | relative_id | kind    | known_at
        a           | b           | spouse  | 2020-01-01
        b           | a           | ended   | 2023-01-01
        c           | a           | child   | 2021-01-01
        d           | stranger    | sibling | 2021-01-01
        d           | d           | other   | 2021-01-01
    """)

    assert homes(people("abcd"), relations) == "ac b d"
    assert homes(people("abcd"), relations[relations.known_at < "2023"]) == "abc d"
    assert homes(people("abcd"), relations.drop(columns=["kind", "known_at"])) == "abc d"


def test_links_of_every_kind_add_up():
    frame = people(
        "abcd",
        phone=["13900138000", "13900138000", None, None],
        address=[None, "幸福路12号", "幸福路12号", None],
    )
    relations = table("customer_id | relative_id | kind\nc | d | parent\n")

    found = build_households(frame, relations)

    assert set(found.household_id) == {"household-a"}
    assert [list(told) for told in found.evidence] == [
        ["phone:b"],
        ["phone:a", "address:c"],
        ["relation:d", "address:b"],
        ["relation:c"],
    ]


@pytest.mark.parametrize("sharing, together", [(8, True), (9, False)])
def test_what_more_than_eight_share_is_no_home(sharing, together):
    frame = people([f"c{at}" for at in range(sharing)], phone=["13900138000"] * sharing)

    assert build_households(frame).household_id.notna().all() == together
    assert len(report_crowds(frame)) == (0 if together else 1)


def test_crowds_are_reported_with_their_size():
    frame = people("abcde", phone=["010-65001234"] * 4 + ["13900138000"], address=["幸福路12号"] * 5)

    found = report_crowds(frame, max_members=3)

    assert found.to_dict("records") == [
        {"kind": "address", "value": "幸福路12号", "customers": 5},
        {"kind": "phone", "value": "01065001234", "customers": 4},
    ]
    assert homes(frame, max_members=3) == "a b c d e"


def test_a_chain_of_phones_and_addresses_longer_than_a_household_comes_apart():
    phones = ["13900138000", "13900138000", "13900138001", "13900138001"]
    addresses = [None, "幸福路12号", "幸福路12号", None]
    frame = people("abcd", phone=phones, address=addresses)
    relations = table("customer_id | relative_id | kind\na | b | spouse\n")

    assert homes(frame, relations, max_members=4) == "abcd"
    assert homes(frame, relations, max_members=3) == "ab c d"  # the declared relation still stands


def test_separated_by_hand_wins_over_every_other_link():
    frame = people("ab", phone=["13900138000"] * 2, address=["幸福路12号"] * 2)
    relations = table("customer_id | relative_id | kind\na | b | spouse\n")
    apart = edits("customer_id | other_id | action | known_at\nb | a | separate | 2024-01-01\n")

    assert homes(frame, relations) == "ab"
    assert homes(frame, relations, apart) == "a b"
    assert build_households(frame, relations, apart).evidence.map(len).sum() == 0


def test_separated_people_do_not_meet_through_a_third():
    frame = people("abc", phone=["13900138000"] * 2 + [None], address=[None] + ["幸福路12号"] * 2)
    apart = edits("customer_id | other_id | action | known_at\na | c | separate | 2024-01-01\n")

    assert homes(frame) == "abc"
    assert homes(frame, None, apart) == "ab c"  # the phone is surer than the address


def test_the_latest_edit_of_a_pair_wins_whoever_is_named_first():
    drawn = edits("""
        customer_id | other_id | action   | known_at
        a           | b        | join     | 2024-01-01
        b           | a        | separate | 2024-02-01
        a           | b        | join     | 2024-03-01
        c           | d        | join     | 2024-01-01
        d           | c        | separate | 2024-01-01
    """)

    assert homes(people("abcd"), None, drawn.head(1)) == "ab c d"
    assert homes(people("abcd"), None, drawn.head(2)) == "a b c d"
    assert homes(people("abcd"), None, drawn) == "ab c d"  # at one instant the separation counts
    assert homes(people("abcd"), None, drawn[::-1]) == "ab c d"
    assert list(build_households(people("ab"), None, drawn).evidence[0]) == ["by-hand:b"]


def test_joining_and_leaving_a_household_by_its_number():
    drawn = edits("""
        customer_id | household_id | action   | known_at
        c           | household-a  | join     | 2024-01-01
        b           | household-a  | separate | 2024-01-01
        x           | Wang         | join     | 2024-01-01
        y           | Wang         | join     | 2024-01-01
        z           | Li           | join     | 2024-01-01
    """)
    frame = people("abcxyz", phone=["13900138000"] * 2 + [None] * 4)

    found = build_households(frame, None, drawn)

    assert homes(frame, None, drawn) == "ac b xy z"
    assert found.household_id.tolist()[3] == "household-x"
    assert list(found.evidence[3]) == ["by-hand:Wang"]


def test_taken_out_of_every_household_until_joined_again():
    frame = people("abc", phone=["13900138000"] * 3)
    drawn = edits("""
        customer_id | other_id | action   | known_at
        a           | b        | join     | 2024-01-01
        a           |          | separate | 2024-02-01
        a           | c        | join     | 2024-03-01
    """)

    assert homes(frame, None, drawn.head(2)) == "a bc"
    assert homes(frame, None, drawn) == "abc"


def test_columns_may_lack_and_nobody_is_answered():
    assert homes(people("ab")) == "a b"
    assert len(build_households(people(""))) == 0
    with pytest.raises(MissingColumn, match="a household needs the column 'customer_id'"):
        build_households(pd.DataFrame({"phone": ["1"]}))


def test_every_make_of_frame_gets_its_own_make_and_order_back():
    arrow = pa.Table.from_pandas(SAME_PHONE, preserve_index=False)

    assert isinstance(build_households(arrow), pa.Table)
    assert isinstance(build_households(pl.from_arrow(arrow)), pl.DataFrame)
    turned = build_households(SAME_PHONE[::-1])
    assert turned.customer_id.tolist() == ["c", "b", "a"]
    assert turned.index.tolist() == [2, 1, 0]
    assert turned.household_id.tolist()[1:] == ["household-a"] * 2


phones = st.sampled_from([None, "13900138000", "13900138001", "13900138002", "01065001234"])
addresses = st.sampled_from([None, "幸福路12号", "幸福路13号", "幸福路14号"])
pairs = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(phones, addresses), min_size=8, max_size=8), pairs, pairs, st.randoms())
def test_order_never_matters_and_the_separated_never_meet(details, related, separated, random):
    frame = people("abcdefgh", phone=[one for one, _ in details], address=[other for _, other in details])
    relations = pd.DataFrame(related, columns=["customer_id", "relative_id"]).assign(kind="other")
    apart = pd.DataFrame(separated, columns=["customer_id", "other_id"]).assign(
        action="separate", known_at=pd.Timestamp("2024-01-01")
    )

    found = build_households(frame, relations, apart).set_index("customer_id")

    for one, other in separated:
        home = found.household_id[one]
        assert one == other or pd.isna(home) or home != found.household_id[other]
    order = random.sample(range(8), 8)
    again = build_households(frame.iloc[order], relations[::-1], apart[::-1]).set_index("customer_id")
    pd.testing.assert_frame_equal(again.loc[list("abcdefgh")], found)
    for name, told in found.evidence.items():
        for text in told:  # evidence names only people of the same household
            assert found.household_id[text.split(":")[1]] == found.household_id[name]


def test_sums_of_a_household():
    frame = table("""
        customer_id | average | balance_fen
        a           | 10.5    | 100
        b           |  2      |
        c           |         |
        d           |         |
        e           |  7      | 9
    """)
    households = pd.DataFrame(
        {"customer_id": list("abcde"), "household_id": ["h1", "h1", "h2", "h2", None]}, dtype="str"
    )
    engine = Engine()

    summed = roll_up(ibis.memtable(frame), ibis.memtable(households), ["average", "balance_fen"])

    found = engine.to_arrow(summed.order_by("customer_id"))
    engine.close()
    assert found["household_average"].to_pylist() == [12.5, 12.5, None, None, None]
    assert found["household_balance_fen"].to_pylist() == [100, 100, None, None, None]
    assert found["average"].to_pylist() == [10.5, 2, None, None, 7]
    assert found.schema.field("household_balance_fen").type == pa.int64()
    assert "household_id" not in found.column_names


def test_a_column_to_sum_that_is_not_there_is_named():
    with pytest.raises(MissingColumn, match="the sum of a household needs the column 'total'"):
        roll_up(ibis.memtable(people("a")), ibis.memtable(people("a", household_id=["h"])), ["total"])
