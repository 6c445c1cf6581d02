"""A wrong mapping is refused before a row is read, with every mistake at its line."""

from pathlib import Path

import pytest

from liuke.ingest.mapping import check_mappings, load_mapping, load_mappings
from liuke.kernel.errors import ConfigRefused

HEAD = '[source]\nname = "crm"\npath = "c.csv"\n\n[[into]]\n'
UNITS = (
    HEAD + 'table = "units"\n[into.fields]\nunit_id = "id"\nname_zh = "name"\nlevel = { value = "county" }\n'
)
PACKS = Path(__file__).parents[3] / "src/liuke/packs"


@pytest.fixture
def mistakes(tmp_path):
    """What is said of a mapping: line and message of each mistake."""

    def read(text, header="id,name,opened\n"):
        (tmp_path / "mappings").mkdir(exist_ok=True)
        (tmp_path / "mappings/m.toml").write_text(text, encoding="utf-8")
        (tmp_path / "c.csv").write_text(header, encoding="utf-8")
        return [(found.line, found.message) for found in check_mappings(tmp_path / "mappings", tmp_path)]

    return read


def into_customers(*fields, known_at='"load"'):
    lines = ['table = "customers"', f"known_at = {known_at}", "[into.fields]", 'customer_id = "id"']
    return HEAD + "\n".join([*lines, *fields]) + "\n"


def test_a_right_mapping_has_none(mistakes):
    assert mistakes(into_customers('name = "name"')) == []


def test_every_mistake_is_told_at_once(mistakes):
    found = mistakes(
        HEAD.replace("path", "pth")
        + 'table = "custmers"\n[into.fields]\nx = "y"\n\n'
        + '[[into]]\ntable = "customers"\n[into.fields]\ncustmer_id = "id"\nsex = { colum = "s" }\n'
    )

    assert [line for line, _ in found] == [1, 3, 6, 10, 10, 13, 14]


@pytest.mark.parametrize(
    "text, line, message",
    [
        (into_customers('nmae = "name"'), 10, "customers has no column 'nmae' (did you mean 'name'?)"),
        (into_customers('name = "nmae"'), 10, "c.csv has no column 'nmae' (did you mean 'name'?)"),
        (into_customers('name = { template = "{id} {nam}" }'), 10, "c.csv has no column 'nam'"),
        (into_customers('name = { colum = "name" }'), 10, "(did you mean 'column'?)"),
        (into_customers('sex = { column = "name", codes = { M = "mle" } }'), 10, "(did you mean 'male'?)"),
        (into_customers('do_not_disturb = { value = "maybe" }'), 10, "'maybe' is not a value of kind flag"),
        (
            into_customers('opened_at = { column = "opened", unit = "fen" }'),
            10,
            "unit is for columns of kind",
        ),
        (into_customers('opened_at = { column = "opened", format = "%Q" }'), 10, "format does not know %Q"),
        (into_customers('opened_at = { column = "opened", format = "%d.%m." }'), 10, "format needs a year"),
        (into_customers('name = { column = "name", pattern = "(" }'), 10, "not a regular expression"),
        (into_customers('name = { column = "name", value = "x" }'), 10, "say exactly one of"),
        (into_customers('known_at = "opened"'), 10, "known_at stands beside `table`"),
        (into_customers(known_at='"same as happened"'), 7, "customers has no happened_at"),
        (into_customers(known_at='"lod"'), 7, "c.csv has no column 'lod'"),
        (into_customers(known_at='{ value = "2018-02-30" }'), 7, "'2018-02-30' is not a value of kind"),
        (HEAD + 'table = "customers"\n[into.fields]\ncustomer_id = "id"\n', 5, "customers needs known_at"),
        (
            HEAD + 'table = "customers"\nknown_at = "load"\n[into.fields]\nname = "name"\n',
            5,
            "needs 'customer_id'",
        ),
        (UNITS.replace("[into.f", 'known_at = "load"\n[into.f'), 7, "units is not about time"),
        (
            into_customers().replace('path = "c.csv"', 'path = "d.csv"'),
            3,
            "no file at 'd.csv' (did you mean 'c.csv'?)",
        ),
        (into_customers().replace('path = "c.csv"', 'path = "x/d.csv"'), 3, "the folder x does not exist"),
        (into_customers().replace('path = "c.csv"', 'path = "../c.csv"'), 3, "leaves the workspace"),
        (into_customers().replace("[[into]]", 'delimiter = "，"\n[[into]]'), 5, "one ASCII character"),
        (into_customers().replace("[[into]]", 'zone = "UTC"\n[[into]]'), 5, "company_zone is needed too"),
        (
            into_customers().replace("[[into]]", 'company_zone = "Asia/Shanhai"\n[[into]]'),
            5,
            "(did you mean 'Asia/Shanghai'?)",
        ),
        (into_customers().replace("[[into]]", "max_bad_share = 5\n[[into]]"), 5, "less than or equal to 1"),
        (into_customers().replace('"crm"', '"../crm"'), 2, "source.name"),
        ("into = []\n" + HEAD.replace("[[into]]", ""), 1, "at least one [[into]] block is needed"),
        ("not toml", 1, "not valid TOML"),
    ],
)
def test_a_mistake_names_its_line_and_the_nearest_valid_name(mistakes, text, line, message):
    ((found_line, found),) = mistakes(text)

    assert message in found
    assert found_line == line


def test_a_column_that_the_file_has_twice(mistakes):
    ((line, message),) = mistakes(into_customers('name = "name"'), header="id,name,name\n")

    assert (line, message) == (10, "c.csv has the column 'name' more than once")


def test_a_repeated_column_that_nobody_reads_does_no_harm(mistakes):
    assert mistakes(into_customers(), header="id,x,x,,\n") == []


def test_two_sources_of_one_name(tmp_path):
    (tmp_path / "c.csv").write_text("id\n")
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(into_customers())

    with pytest.raises(ConfigRefused, match=r"b.toml:2: the name 'crm' is taken by a.toml"):
        load_mappings(tmp_path)
    assert len(check_mappings(tmp_path, tmp_path)) == 1


def test_a_file_that_cannot_be_read_is_no_mistake_of_the_mapping(mistakes):
    assert mistakes(into_customers(), header="") == []  # its load is refused, see test_encoding and others


def test_a_file_with_none_of_the_columns_is_one_mistake(mistakes):
    ((line, message),) = mistakes(into_customers('name = "name"'), header="Customers of March\n")

    assert line == 3
    assert "c.csv has none of the 2 columns that this mapping reads; it has: Customers of March" in message


def test_a_column_is_told_once_however_often_it_is_read(mistakes):
    text = into_customers('name = "nme"', 'address = "nme"')

    assert [line for line, _ in mistakes(text)] == [10]


def test_customers_are_loaded_before_what_they_do(tmp_path):
    events = (
        HEAD.replace("crm", "calls")
        + 'table = "events"\nknown_at = "same as happened"\n[into.fields]\n'
        + 'customer_id = "id"\nhappened_at = "on"\nkind = { value = "call" }\n'
    )
    units = UNITS.replace("crm", "tree")
    for name, text in (("a", events), ("b", into_customers()), ("c", units)):
        (tmp_path / f"{name}.toml").write_text(text)

    assert [mapping.name for mapping in load_mappings(tmp_path)] == ["tree", "crm", "calls"]


@pytest.mark.parametrize(
    "path", sorted(PACKS.rglob("mappings/*.toml*")), ids=lambda path: str(path.relative_to(PACKS))
)
def test_the_mappings_of_the_packs_are_right(path):
    assert load_mapping(path).tables
