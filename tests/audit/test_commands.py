"""manage.py verify_audit_chain, export_audit_anchor, make_audit_partitions, and the jobs beside them."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from audit import signing, tasks
from tests.factories import value

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR, settings.AUDIT_SIGNING_KEY = tmp_path, ""
    return tmp_path / "anchors"


def run(*arguments):
    """The exit code and what was printed."""
    out = io.StringIO()
    try:
        call_command(*map(str, arguments), stdout=out, stderr=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def test_an_intact_log(chain):
    code, said = run("verify_audit_chain")
    assert code == 0
    assert "intact" in said and "The tail is unproven" in said


def test_a_fault_is_named_and_is_exit_code_1(chain, tamper):
    tamper("update audit_log set ip = 'x' where id = %s", chain.ids[7][1])
    code, said = run("verify_audit_chain")
    assert code == 1
    assert f"lane 7 seq 2 id {chain.ids[7][1]}: edited: what it says does not fit its hash" in said


def test_json_for_programs(chain):
    code, said = run("verify_audit_chain", "--json")
    report = json.loads(said)
    assert (code, report["intact"], report["findings"]) == (0, True, [])


def test_an_exported_anchor_proves_the_tail(chain, tamper, tmp_path):
    file = tmp_path / "kept-elsewhere.json"
    code, said = run("export_audit_anchor", "--output", file)
    assert code == 0
    assert signing.public_key() in said
    assert json.loads(file.read_text())["anchor"]["number"] == 1
    assert run("verify_audit_chain", "--anchor", file)[0] == 0
    tamper("delete from audit_log where id = %s", chain.ids[7][5])
    tamper("delete from audit_anchors")
    tamper(
        "update audit_lanes l set seq = a.seq, hash = a.hash from audit_log a"
        " where l.lane = 7 and a.lane = 7 and a.seq = 5"
    )
    assert run("verify_audit_chain")[0] == 0
    code, said = run("verify_audit_chain", "--anchor", file)
    assert code == 1 and "lane 7 seq 6: cut tail" in said


def test_an_unreadable_anchor_is_exit_code_2(chain, tmp_path):
    code, said = run("verify_audit_chain", "--anchor", tmp_path / "none.json")
    assert code == 2 and said.startswith("Not checked:")


def test_a_dry_export_writes_nothing(chain, owner, folder, tmp_path):
    with pytest.raises(CommandError):
        call_command("export_audit_anchor", "--dry-run", "--output", str(tmp_path / "a.json"))
    assert value(owner, "select count(*) from audit_anchors") == 0
    assert not folder.exists() and not (tmp_path / "a.json").exists()


def test_an_output_that_cannot_be_written_is_one_line(chain, tmp_path):
    with pytest.raises(CommandError, match="could not be written: No such file or directory"):
        call_command("export_audit_anchor", "--output", str(tmp_path / "no" / "a.json"), stdout=io.StringIO())


def test_partitions_by_command():
    assert run("make_audit_partitions") == (
        0,
        "0 months made.\n3 months stand ready, 0 rows lie outside their month.\n",
    )
    assert run("make_audit_partitions", "--months", 5, "--dry-run")[1].startswith("3 months stand ready")


def test_the_jobs_forward_and_a_second_run_changes_nothing(chain, owner):
    assert tasks.make_audit_partitions() == "0 months made"
    assert tasks.write_anchor() == "anchor 1 written"
    rows = value(owner, "select count(*) from audit_log")
    assert tasks.write_anchor() == "nothing new"
    assert tasks.make_audit_partitions() == "0 months made"
    assert value(owner, "select count(*) from audit_log") == rows
