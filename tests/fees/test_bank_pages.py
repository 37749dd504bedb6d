"""Bank files in the pages: looked at before anything is written, imported whole or refused with a sentence."""

import html
import re
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import value
from tests.fees.bank import IBAN, add_account, camt
from tests.inventory.test_pages_reserve import text_of

pytestmark = pytest.mark.django_db(transaction=True)
IMPORT = "/staff/bank/import/"
SAMPLES = Path(__file__).parents[2] / "sample_data" / "bank"
LINES = [("40000.00", "Aldgate Family Office", "DE02120300000000202051", "INV-2026-000001"),
         ("-12.50", "Bank", "", "Fee")]  # fmt: skip
TABLES = ("bank_statements", "bank_transactions", "statement_mappings", "ledger_entries")


@pytest.fixture
def account(owner, cast):
    return add_account(owner, cast)


def upload(client, content: bytes, name: str = "march.xml", **more):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content), **more})


def kept(owner) -> list[int]:
    return [value(owner, f"select count(*) from {table}") for table in TABLES]


def fields_of(response) -> dict:
    """The fields of a form as a browser would send them untouched."""
    page = response.content.decode()
    body = page[page.index('<form method="post" class="stack') :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", body):
        said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if said.get("type") != "checkbox" or " checked" in tag:
            found[said.get("name")] = html.unescape(said.get("value", "on" if said.get("type") == "checkbox" else ""))
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', body, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    found.pop("csrfmiddlewaretoken", None)
    return {name: text for name, text in found.items() if name}


def test_a_file_is_looked_at_before_it_is_imported(owner, account, sam_client):
    answer = upload(sam_client, camt(LINES).read())
    assert answer.status_code == 303 and kept(owner) == [0, 0, 0, 0]
    page = sam_client.get(answer["Location"])
    assert "40,000.00 USD" in text_of(page) and "Aldgate Family Office" in text_of(page)
    assert kept(owner) == [0, 0, 0, 0]
    done = sam_client.post(answer["Location"], fields_of(page) | {"import": "1"}, follow=True)
    assert "2 new lines imported." in text_of(done) and "march.xml" in text_of(done)
    assert kept(owner) == [1, 2, 0, 2]
    assert sam_client.get(answer["Location"]).status_code == 404
    again = upload(sam_client, camt([*LINES, ("5.00", "A", "", "x")], opening="1000.00").read())
    done = sam_client.post(again["Location"], {"import": "1"}, follow=True)
    assert "1 new line imported. 2 lines were there already." in text_of(done)


def test_a_csv_is_mapped_previewed_and_remembered(owner, cast, sam_client):
    account = add_account(owner, cast, currency="EUR")
    content = (SAMPLES / "csv.csv").read_bytes()
    answer = upload(sam_client, content, "march.csv", account=str(account))
    page = sam_client.get(answer["Location"])
    fields = fields_of(page)
    assert "15,000.00 EUR" in text_of(page) and fields["column_6"] == "amount" and fields["date_format"] == "DD.MM.YYYY"
    wrong = sam_client.post(answer["Location"], fields | {"column_6": "", "preview": "1"})
    assert wrong.status_code == 422 and "no column is chosen for: amount" in text_of(wrong)
    assert kept(owner) == [0, 0, 0, 0]
    done = sam_client.post(answer["Location"], fields | {"column_5": "reference", "import": "1"}, follow=True)
    assert "8 new lines imported." in text_of(done)
    assert value(owner, "select mapping -> 'columns' ->> 'reference' from statement_mappings") == "Purpose"
    next_time = upload(sam_client, content, "april.csv", account=str(account))
    assert fields_of(sam_client.get(next_time["Location"]))["column_5"] == "reference"


def test_what_does_not_add_up_is_imported_by_an_administrator_with_a_reason(owner, account, sam_client, ada_client):
    content = camt(LINES, closing="40987.00").read()
    answer = upload(sam_client, content)
    refused = sam_client.post(answer["Location"], {"import": "1"})
    assert refused.status_code == 422 and "they are 0.50 USD apart" in text_of(refused)
    assert "override_reason" not in refused.content.decode()
    forced = sam_client.post(answer["Location"], {"import": "1", "override_reason": "The bank said so"})
    assert forced.status_code == 422 and "Only an administrator" in text_of(forced)
    answer = upload(ada_client, content)
    refused = ada_client.post(answer["Location"], {"import": "1"})
    assert refused.status_code == 422 and 'name="override_reason"' in refused.content.decode()
    assert kept(owner) == [0, 0, 0, 0]
    done = ada_client.post(answer["Location"], {"import": "1", "override_reason": "The bank said so"}, follow=True)
    assert "2 new lines imported." in text_of(done) and "The bank said so" in text_of(done)
    assert "Differ" in text_of(ada_client.get("/staff/bank/"))


def of(*replaced: tuple[str, str]) -> bytes:
    text = camt(LINES).read().decode()
    for old, new in replaced:
        text = text.replace(old, new)
    return text.encode()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Document>&b;</Document>'
BAD = {
    "cut off": (of()[:-200], "cut off"),
    "another account": (of((IBAN, "DE89370400440532013000")), "is not the number of that receiving account"),
    "another currency": (of(("USD", "EUR")), "isn’t in the account’s currency"),
    "30 February": (of(("<Dt>2026-03-02</Dt>", "<Dt>2026-02-30</Dt>")), "2026-02-30"),
    "a huge field": (of(("INV-2026-000001", "x" * 5000)), "has 5,000 characters"),
    "an entity": (ENTITIES, "document type"),
    "no text": (b"%PDF-1.7 not a statement", "a PDF"),
    "letters of no encoding": (of(("Aldgate", "Aldgät")) + b"\xff", ""),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_files_are_refused_with_a_sentence_and_leave_nothing(owner, account, sam_client, what):
    content, sentence = BAD[what]
    answer = upload(sam_client, content)
    if answer.status_code == 303:
        answer = sam_client.post(answer["Location"], {"import": "1"})
    assert answer.status_code == 422, text_of(answer)[-600:]
    page = text_of(answer)
    assert "Nothing was imported." in page and sentence in page, page[300:1500]
    assert kept(owner) == [0, 0, 0, 0]


def test_who_only_reads_imports_nothing(owner, account, rita_client, sam_client, alice_client):
    answer = upload(sam_client, camt(LINES).read())
    for client in (rita_client, alice_client):
        assert upload(client, camt(LINES).read()).status_code == 404
        assert client.post(answer["Location"], {"import": "1"}).status_code == 404
    assert kept(owner) == [0, 0, 0, 0]
    assert "Import a statement" not in rita_client.get("/staff/bank/").content.decode()


def test_a_file_that_is_gone_is_said_to_be(owner, account, sam_client):
    answer = upload(sam_client, camt(LINES).read())
    (key,) = [each["key"] for each in sam_client.session["bank_uploads"]]
    storages["private"].delete(key)
    page = sam_client.get(answer["Location"], follow=True)
    assert "The file is no longer here. Nothing was imported: upload it again." in text_of(page)


def test_bank_and_ledger_side_by_side(owner, account, sam_client):
    assert "No statement" in text_of(sam_client.get("/staff/bank/"))
    answer = upload(sam_client, camt(LINES).read())
    sam_client.post(answer["Location"], {"import": "1"})
    page = text_of(sam_client.get("/staff/bank/"))
    assert "40,987.50 USD" in page and "Agree" in page and "39,987.50 USD" in page
    statements = text_of(sam_client.get(f"/staff/bank/accounts/{account}/"))
    assert "1 Mar 2026 – 31 Mar 2026" in statements and "march.xml" in statements and "missing" not in statements
    later = camt([("1.00",)], opening="50000.00", sequence=3).read().replace(b"2026-03", b"2026-05")
    answer = upload(sam_client, later, "may.xml")
    told = sam_client.post(answer["Location"], {"import": "1"}, follow=True)
    assert "Statements between number 1 and number 3 have not been imported." in text_of(told)
    assert "A statement before this one may be missing" in text_of(sam_client.get(f"/staff/bank/accounts/{account}/"))
    statement = value(owner, "select id from bank_statements where file_name = 'march.xml'")
    lines = f"/staff/bank/statements/{statement}/"
    assert "Aldgate" in text_of(sam_client.get(lines))
    listed = sam_client.get(f"{lines}?format=csv&q=aldgate").content.decode().splitlines()
    assert len(listed) == 2 and "40000" in listed[1]
