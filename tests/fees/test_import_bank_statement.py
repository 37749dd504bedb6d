"""The command that imports bank files: exit codes, a dry run, and how a CSV is read."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from fees.statements import suggest_mapping
from tests.factories import value
from tests.fees.bank import IBAN, add_account, camt

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLE = Path(__file__).parents[2] / "sample_data" / "bank" / "csv.csv"
LINES = [("40000.00", "Aldgate Family Office", "DE02120300000000202051", "INV-2026-000001"), ("-12.50", "Bank")]


def run(file, **options) -> str:
    said = StringIO()
    call_command("import_bank_statement", str(file), stdout=said, stderr=said, **options)
    return said.getvalue()


def kept(owner) -> list[int]:
    return [value(owner, f"select count(*) from {table}") for table in ("bank_statements", "bank_transactions")]


@pytest.fixture
def file(tmp_path):
    def made(content: bytes, name: str = "march.xml") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return made


def test_it_imports_says_how_much_is_new_and_is_safe_to_repeat(owner, cast, file):
    add_account(owner, cast)
    march = file(camt(LINES).read())
    assert "2 new lines would be imported; nothing was written." in run(march, dry_run=True)
    assert kept(owner) == [0, 0]
    assert "2026-03-01 to 2026-03-31: 2 new lines\n2 new lines imported." in run(march)
    assert "0 new lines, 2 there already" in run(march)
    assert kept(owner) == [2, 2]
    assert value(
        owner, "select p.display_name from bank_statements s join profiles p on p.id = s.imported_by limit 1"
    ) == ("VERSO system")


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_is_refused_is_one_sentence_and_nothing_is_kept(owner, cast, file, dry_run):
    add_account(owner, cast)
    cut = camt(LINES).read()[:-100]
    for content, sentence in (
        (camt(LINES, closing="1.00").read(), "don’t add up"),
        (cut, "Nothing was imported."),
        (camt(LINES, iban="DE89370400440532013000").read(), "is not the number of that receiving account"),
        (b"", "The file is empty."),
    ):
        with pytest.raises(CommandError, match=sentence):
            run(file(content), dry_run=dry_run)
    with pytest.raises(CommandError, match="can't be read: No such file"):
        run("/nowhere/march.xml", dry_run=dry_run)
    with pytest.raises(CommandError, match="is no receiving account. There are: LU28 0019"):
        run(file(camt(LINES).read()), account="DE89370400440532013000", dry_run=dry_run)
    assert kept(owner) == [0, 0]


def test_a_file_that_does_not_add_up_with_a_reason(owner, cast, file):
    add_account(owner, cast)
    run(file(camt(LINES, closing="1.00").read()), override_reason="The bank says so")
    assert value(owner, "select override_reason from bank_statements") == "The bank says so"


def test_a_csv_by_a_mapping_and_then_as_last_time(owner, cast, file):
    add_account(owner, cast, currency="EUR")
    with pytest.raises(CommandError, match="Choose which column"):
        run(SAMPLE, account=IBAN)
    with SAMPLE.open("rb") as opened:
        mapping = json.dumps(suggest_mapping(opened).confirmed().as_json()).encode()
    assert "8 new lines imported." in run(SAMPLE, account=IBAN, mapping=file(mapping, "mapping.json"))
    assert "0 new lines, 8 there already" in run(SAMPLE, account="lu28 0019 4006 4475 0000")
    for wrong, sentence in ((b"{", "isn't a mapping in JSON"), (b'{"columns": {}}', "can't be used")):
        with pytest.raises(CommandError, match=sentence):
            run(SAMPLE, account=IBAN, mapping=file(wrong, "wrong.json"))
