"""Bad input of every kind, and what becomes of a load of it: counts, or a refusal in one sentence.

Each file is loaded on trial over the same two customers, ann and 00012.
"""

import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from liuke.kernel.errors import LiukeError
from tests.unit.ingest.workspace import CUSTOMERS, PURCHASES, Workspace, counts

HEAD = "customer,on,amount\n"
GOOD = "ann,2026-03-01,12.50\n"

TAKEN = (1, 1, 0, 0)
BAD = (1, 0, 1, 0)

TEXTS = {
    "byte order mark": ("\ufeff" + HEAD + GOOD, TAKEN),
    "CRLF": ((HEAD + GOOD).replace("\n", "\r\n"), TAKEN),
    "CR": ((HEAD + GOOD).replace("\n", "\r"), TAKEN),
    "header only": (HEAD, (0, 0, 0, 0)),
    "extra column": ("customer,note,on,amount\nann,x,2026-03-01,1\n", TAKEN),
    "reordered columns": ("amount,on,customer\n1,2026-03-01,ann\n", TAKEN),
    "missing column": ("customer,on\nann,2026-03-01\n", "has no column 'amount'"),
    "renamed column": ("customer,on,amounts\nann,2026-03-01,1\n", "did you mean 'amounts'?"),
    "repeated column": ("customer,on,amount,on\nann,2026-03-01,1,2\n", "the column 'on' more than once"),
    "NUL": (HEAD + "ann\0,2026-03-01,1\n", BAD),
    "zero-width space": (HEAD + "a\u200bnn,2026-03-01,1\n", TAKEN),
    "right-to-left mark": (HEAD + "\u202eann,2026-03-01,1\n", TAKEN),
    "full-width digits": (HEAD + "ann,２０２６-03-01,１２\n", TAKEN),
    "unbalanced quote": (HEAD + 'ann,"2026-03-01,1\n', "a quote is opened in row 2 and not closed"),
    "too few fields": (HEAD + "ann,2026-03-01\n", BAD),
    "too many fields": (HEAD + "ann,2026-03-01,1,234.50\n", BAD),
    "cell of 10 MB": (HEAD + "a" * 10_000_000 + ",2026-03-01,1\n", BAD),
    "grouped thousands": (HEAD + 'ann,2026-03-01,"1,234.50"\n', TAKEN),
    "currency sign": (HEAD + "ann,2026-03-01,￥12\n", TAKEN),
    "negative in brackets": (HEAD + "ann,2026-03-01,(5)\n", TAKEN),
    "negative money": (HEAD + "ann,2026-03-01,-5\n", TAKEN),  # a refund
    "1e309": (HEAD + "ann,2026-03-01,1e309\n", BAD),
    "NaN": (HEAD + "ann,2026-03-01,NaN\n", BAD),
    "infinity": (HEAD + "ann,2026-03-01,-inf\n", BAD),
    "18 digits as a float": (HEAD + "4.40106E+17,2026-03-01,1\n", BAD),
    "lost leading zeros": (HEAD + "12,2026-03-01,1\n", BAD),  # 00012 is another customer
    "29 February": (HEAD + "ann,2026-02-29,1\n", BAD),
    "0000-00-00": (HEAD + "ann,0000-00-00,1\n", BAD),
    "two-digit year": (HEAD + "ann,26-03-01,1\n", BAD),
    "spreadsheet serial": (HEAD + "ann,46082,1\n", BAD),  # unless the mapping says format = "excel"
    "future": (HEAD + "ann,2027-03-01,1\n", BAD),
    "unknown customer": (HEAD + "../../etc/passwd,2026-03-01,1\n", BAD),
    "formula": (HEAD + "=cmd|' /C calc'!A0,2026-03-01,1\n", BAD),  # no such customer
}


@pytest.fixture(scope="module")
def place(tmp_path_factory, engine):
    workspace = Workspace(tmp_path_factory.mktemp("bad"), engine)
    workspace.load_customers("ann", "00012")
    return workspace


def outcome(workspace, name, content):
    """Counts of a trial load, or the sentence of its refusal."""
    path = workspace.write(name, content)
    try:
        return counts(workspace.load(workspace.mapping(PURCHASES), dry_run=True))
    except LiukeError as refused:
        return str(refused)
    finally:
        path.unlink()


def agrees(found, expected):
    return expected in found if isinstance(expected, str) else found == expected


@pytest.mark.parametrize("content, expected", TEXTS.values(), ids=TEXTS)
def test_text(place, content, expected):
    found = outcome(place, "purchases.csv", content)

    assert agrees(found, expected), found


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-16-le"])
def test_encodings(place, encoding):
    content = HEAD + GOOD + "张三,2026-03-01,￥12\n"  # nobody of that name

    assert outcome(place, "purchases.csv", content.encode(encoding)) == (2, 1, 1, 0)


def workbook(*rows):
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return held.getvalue()


def parquet(**columns):
    held = io.BytesIO()
    pq.write_table(pa.table(columns), held)
    return held.getvalue()


def bomb():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (101 << 20))
    return held.getvalue()


SHEET = workbook(["customer", "on", "amount"], ["ann", "2026-03-01", 12.5], [12, "2026-03-01", 1])
TABLE = parquet(customer=["ann", "00012"], on=["2026-03-01", "2026-03-01"], amount=[12.5, float("inf")])
LOCKED = b"\xd0\xcf\x11\xe0" + b"\0" * 508 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
FILES = {
    "workbook": ("purchases.xlsx", SHEET, (2, 1, 1, 0)),  # the number 12 is not the customer 00012
    "workbook called .xls": ("purchases.xls", SHEET, (2, 1, 1, 0)),
    "workbook cut short": ("purchases.xlsx", SHEET[:-100], "damaged or was cut short"),
    "workbook with a password": ("purchases.xlsx", LOCKED, "protected by a password"),
    "workbook that is a bomb": ("purchases.xlsx", bomb(), "it was not opened"),
    "Parquet": ("purchases.parquet", TABLE, (2, 1, 1, 0)),
    "Parquet cut short": ("purchases.parquet", TABLE[:-20], "damaged or was cut short"),
    "nothing at all": ("purchases.csv", b"", "is empty (0 bytes)"),
}


@pytest.mark.parametrize("name, content, expected", FILES.values(), ids=FILES)
def test_files(place, name, content, expected):
    found = outcome(place, name, content)

    assert agrees(found, expected), found


NAMES = [
    "张三",
    "𠮷野",
    "👩‍👩‍👧",
    "O'Neil",
    "two\nlines",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "../x",
]


def test_strange_names_are_kept_as_they_are(workspace):
    rows = "".join(f'c{number},"{name}"\n' for number, name in enumerate(NAMES))
    workspace.write("customers.csv", "id,name\n" + rows)

    report = workspace.load(workspace.mapping(CUSTOMERS))

    assert report.accepted == len(NAMES)
    assert workspace.rows("customers", "customer_id", "name") == [
        (f"c{number}", name) for number, name in enumerate(NAMES)
    ]


def test_the_same_batch_in_four_forms_is_loaded_once(workspace):
    workspace.load_customers("ann", "张三")
    rows = [("ann", "2026-03-01", 12.5), ("张三", "2026-03-02", 1234.0)]
    text = HEAD + "".join(f"{who},{on},{amount}\n" for who, on, amount in rows)
    forms = {
        "purchases-1.csv": text.encode(),
        "purchases-2.csv": text.replace(",", "\t").replace("\n", "\r\n").encode("gb18030"),
        "purchases-3.xlsx": workbook(["customer", "on", "amount"], *rows),
        "purchases-4.parquet": parquet(
            customer=[row[0] for row in rows], on=[row[1] for row in rows], amount=[row[2] for row in rows]
        ),
    }
    for name, content in forms.items():
        workspace.write(name, content)

    report = workspace.load(workspace.mapping(PURCHASES))

    assert counts(report) == (8, 2, 0, 6)
    assert workspace.rows("events", "customer_id", "amount_fen") == [("ann", 1250), ("张三", 123400)]
