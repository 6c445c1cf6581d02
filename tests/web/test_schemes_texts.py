"""A scheme's text is changed where its values stand, checked whole, and compared value by value."""

import tomllib
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from django.utils import translation

import liuke
from liuke_desk.schemes.checking import say
from liuke_desk.schemes.comparison import compare, count_changes, only_changes
from liuke_desk.schemes.declarations import find_neighbours
from liuke_desk.schemes.fields import follow_edges, group_fields, list_fields
from liuke_desk.schemes.forms import NumbersForm
from liuke_desk.schemes.states import MOVES, Actor, MoveRefused, State, check_move
from liuke_desk.schemes.toml_places import change_values, find_places, without_table

PACKS = sorted((Path(liuke.__path__[0]) / "packs").glob("*/schemes/**/*.toml"))

VIP = """\
# Edges are an assumption.
name = "vip"
version = 1
kind = "threshold"
effective_from = 1970-01-01
words = { zh = "等级", en = "VIP" }  # said on cards

[measure]
column = "spend"
words = { zh = "消费", en = "spend" }

[[tiers]]
name = "gold"
words = { zh = "金", en = "gold" }
color = "#ad4e00"
at_least = 2_400  # 200 a month

[[tiers]]
name = "silver"
words = { zh = "银", en = "silver" }
color = "#595959"
at_least = 1_200
under = 2_400
"""

EDGE, END = ("tiers", 0, "at_least"), ("tiers", 1, "under")


def leaves(value, path=()):
    parts = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if parts is None:
        yield path, value
    else:
        for key, part in parts:
            yield from leaves(part, (*path, key))


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_every_value_of_every_built_in_scheme_is_found_where_it_stands(path):
    text = path.read_text(encoding="utf-8")
    wanted = dict(leaves(tomllib.loads(text)))

    places = find_places(text).values

    assert {
        at: tomllib.loads(f"it = {text[begin:end]}")["it"] for at, (begin, end) in places.items()
    } == wanted


def test_a_value_is_changed_in_place_and_comments_stay():
    text = change_values(VIP, {EDGE: 3_000, ("words", "en"): 'Our "VIP"'})

    assert "at_least = 3_000  # 200 a month" in text
    assert "  # said on cards" in text
    assert tomllib.loads(text)["words"]["en"] == 'Our "VIP"'


@pytest.mark.parametrize(
    "path", [("stability", "protection_days"), ("measure", "money_days"), ("words", "fr"), ("tiers", 1, "x")]
)
def test_a_value_that_is_not_there_is_added_to_its_table_and_nothing_else_changes(path):
    read = tomllib.loads(change_values(VIP, {path: 30}))

    assert dict(leaves(read)) == dict(leaves(tomllib.loads(VIP))) | {path: 30}


@pytest.mark.parametrize(
    "approval",
    [
        '\n[approval]\nby = "hu"\non = 2026-01-01\n',
        '\n[approval]\nby = "hu"\n\n[stability]\nprotection_days = 1\n',
    ],
)
def test_a_table_is_taken_out_whole(approval):
    read = tomllib.loads(without_table(VIP + approval, "approval"))

    assert "approval" not in read
    assert read["tiers"] == tomllib.loads(VIP)["tiers"]
    assert ("stability" in read) == ("stability" in approval)


def test_a_moved_edge_moves_the_end_of_the_tier_below():
    declared = tomllib.loads(VIP)

    assert find_neighbours(declared) == {EDGE: END}
    assert follow_edges(declared, {EDGE: 3_000}) == {EDGE: 3_000, END: 3_000}
    assert follow_edges(declared, {("tiers", 1, "at_least"): 5}) == {("tiers", 1, "at_least"): 5}


def test_ends_that_do_not_meet_are_left_to_people():
    declared = tomllib.loads(VIP.replace("under = 2_400", "under = 2_000"))

    assert find_neighbours(declared) == {}


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_a_form_of_every_built_in_scheme_that_is_sent_back_unchanged_changes_nothing(path):
    text = path.read_text(encoding="utf-8")
    declared = tomllib.loads(text)
    empty = NumbersForm(declared=declared, revision="r")
    sent = {name: empty.get_initial_for_field(field, name) for name, field in empty.fields.items()}

    form = NumbersForm(sent, declared=declared, revision="r")

    assert form.is_valid(), form.errors
    assert form.apply(text) == text
    assert group_fields(declared, list_fields(declared))


def send(**changes):
    declared = tomllib.loads(VIP)
    empty = NumbersForm(declared=declared, revision="r")
    sent = {name: empty.get_initial_for_field(field, name) for name, field in empty.fields.items()}
    return NumbersForm(sent | changes, declared=declared, revision="r")


@pytest.mark.parametrize(
    "typed, number",
    [("3,000", 3000), ("3000.50", Decimal("3000.5")), ("３０００", 3000), ("3，000", 3000), ("−5", -5)],
)
def test_numbers_are_read_as_people_write_them(typed, number):
    form = send(**{"f.tiers.0.at_least": typed})

    assert form.is_valid()
    assert form.changes() == {EDGE: number, END: number}


@pytest.mark.parametrize("typed", ["abc", "", "1e999", "1e-400", "NaN", "Infinity", "1" * 30])
def test_what_is_no_number_is_refused_at_its_field(typed):
    form = send(**{"f.tiers.0.at_least": typed})

    assert list(form.errors) == ["f.tiers.0.at_least"]
    assert form.apply(VIP) == VIP


def test_a_field_that_the_declaration_does_not_have_is_refused():
    assert send(**{"f.tiers.0.name": "x"}).errors
    assert send(**{"f.tiers.1.under": "9"}).errors  # it follows, and is not asked


def test_shares_are_asked_in_percent():
    declared = {"kind": "pyramid", "tiers": [{"name": "top", "share": 0.19}]}
    form = NumbersForm(declared=declared, revision="r")

    assert form.fields["f.tiers.0.share"].initial == "19"
    assert form.fields["f.tiers.0.share"].clean("0.5%") == Decimal("0.005")


def test_a_tier_put_in_between_is_told_by_itself():
    before = {"tiers": [{"name": "gold", "at_least": 2}, {"name": "silver", "at_least": 1}]}
    after = {"tiers": [before["tiers"][0], {"name": "new", "at_least": 1.5}, before["tiers"][1]]}

    changed = only_changes(compare(before, after))

    assert [line.before for section in changed for line in section.lines] == [None, None]
    assert count_changes(compare(after, before)) == 2


def test_the_same_version_has_no_difference():
    assert count_changes(compare(tomllib.loads(VIP), tomllib.loads(VIP))) == 0


def test_mistakes_are_said_in_the_readers_language():
    message = "gold: gap: it ends under 500, but the better one before it begins only at_least 600"

    with translation.override("zh-hans"):
        assert say(message) == "gold：区间断档：本级止于 < 500，上一级却从 ≥ 600 才开始"
    with translation.override("en"):
        assert say(message) == message


ALLOWED = """
    DRAFT -> DRAFT          by AUTHOR
    DRAFT -> SUBMITTED      by AUTHOR
    DRAFT -> WITHDRAWN      by AUTHOR
    SUBMITTED -> APPROVED   by APPROVER
    SUBMITTED -> RETURNED   by APPROVER
    SUBMITTED -> DRAFT      by AUTHOR
    SUBMITTED -> WITHDRAWN  by AUTHOR
    RETURNED -> DRAFT       by AUTHOR
    RETURNED -> WITHDRAWN   by AUTHOR
"""


def allowed_moves():
    for line in ALLOWED.strip().splitlines():
        move, actor = line.split(" by ")
        start, end = (State(part.strip()) for part in move.split("->"))
        yield start, end, Actor(actor.strip())


@pytest.mark.parametrize("start, end, actor", [*product(State, State, Actor)])
def test_every_pair_of_states_for_every_actor(start, end, actor):
    if (start, end, actor) in set(allowed_moves()):
        check_move(start, end, by=actor)
    else:
        with pytest.raises(MoveRefused):
            check_move(start, end, by=actor)


def test_only_the_two_endings_are_final():
    assert set(State) - {start for start, _ in MOVES} == {State.APPROVED, State.WITHDRAWN}
