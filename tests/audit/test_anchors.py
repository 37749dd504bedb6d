"""Anchors: what a database alone cannot prove about its own end, a file kept outside does."""

import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

import audit_verifier
from audit import services, signing
from tests.audit import tampering
from tests.audit.tampering import triggers_off
from tests.factories import value

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """A data folder of the test's own, without a key given by the environment."""
    settings.DATA_DIR, settings.AUDIT_SIGNING_KEY = tmp_path, ""
    return tmp_path / "anchors"


@pytest.fixture
def anchored(chain, folder):
    """The chain, with an anchor over it outside of the database."""
    assert services.write_anchor() == 1
    return chain


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_anchor_says_where_every_lane_ends(chain, folder, owner):
    assert services.write_anchor() == 1
    document = json.loads((folder / "anchor-00000001.json").read_text())
    anchor = document["anchor"]
    heads = owner.execute("select lane, seq, hash from audit_lanes where seq > 0 order by lane").fetchall()
    assert anchor["lanes"] == [list(head) for head in heads]
    assert [7, 6] in [head[:2] for head in anchor["lanes"]]
    rows = value(owner, "select count(*) from audit_log")
    assert (anchor["format"], anchor["number"], anchor["previous"]) == ("verso-audit-anchor-1", 1, "0" * 64)
    assert (anchor["rows"], anchor["months"]) == (rows, {f"{datetime.now(UTC):%Y-%m}": rows})
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode((folder.parent / "audit_signing_key").read_text()))
    signed = json.dumps(anchor, sort_keys=True, separators=(",", ":")).encode()
    key.public_key().verify(base64.b64decode(document["signature"]), signed)


def test_a_second_run_changes_no_row_and_no_file(anchored, folder, owner):
    everything = "select (select count(*) from audit_log), (select count(*) from audit_anchors)"
    before, there = owner.execute(everything).fetchone(), files(folder)
    assert services.write_anchor() is None
    assert (owner.execute(everything).fetchone(), files(folder)) == (before, there)


def test_each_anchor_follows_from_the_one_before(anchored, owner, folder, verify):
    tampering.write(owner, 7, 2)
    assert services.write_anchor() == 2
    first, second = owner.execute("select hash, payload::json ->> 'previous' from audit_anchors order by number")
    assert second[1] == first[0]
    assert files(folder) == ["anchor-00000001.json", "anchor-00000002.json"]
    result = verify("--anchor", folder, "--public-key", signing.public_key())
    assert (result.code, result.report["anchors"]) == (0, 2)
    assert "after anchor 2" in result.said and "key was not checked" not in result.said


def test_rows_counted_by_month_stay_exact(anchored, owner, superuser):
    """Settled months are not counted again, unless a row was dated back into one."""
    owner.execute("insert into audit_log (action, entity, ts) values ('sample.late', 'sample', '2020-02-29')")
    assert services.write_anchor() == 2
    tampering.write(owner, 9, 1)
    assert services.write_anchor() == 3
    months = json.loads(value(owner, "select payload from audit_anchors where number = 3"))["months"]
    assert months == {
        "2020-02": 1,
        f"{datetime.now(UTC):%Y-%m}": value(owner, "select count(*) from audit_log") - 1,
    }


def test_an_empty_log_has_no_anchor(owner, superuser, folder):
    tampering.empty(superuser)
    assert value(owner, "select count(*) from audit_log") == 0
    assert services.write_anchor() is None
    with pytest.raises(CommandError):
        call_command("export_audit_anchor")


def test_a_file_lost_before_it_was_written_is_written_later(anchored, folder):
    (folder / "anchor-00000001.json").unlink()
    assert services.write_anchor() is None
    assert files(folder) == ["anchor-00000001.json"]


# --- what only an anchor finds


def test_a_tail_cut_together_with_its_head_needs_an_anchor(anchored, superuser, verify, folder):
    with triggers_off(superuser):
        superuser.execute("delete from audit_log where lane = 7 and seq > 4")
        superuser.execute("delete from audit_anchors")
        tampering.move_head(superuser, 7)
    blind = verify()
    assert (blind.code, "The tail is unproven" in blind.said) == (
        0,
        True,
    )  # control: the chain alone is blind
    result = verify("--anchor", folder / "anchor-00000001.json")
    assert (result.code, result.found) == (1, [(7, 5, None, "cut tail")])


def test_a_lane_emptied_together_with_its_head_needs_an_anchor(anchored, superuser, verify, folder):
    with triggers_off(superuser):
        superuser.execute("delete from audit_log where lane = 9")
        superuser.execute("delete from audit_anchors")
        superuser.execute("update audit_lanes set seq = 0, hash = prev_hash where lane = 9")
    assert verify("--anchor", folder).found == [(9, 1, None, "cut tail")]


def test_everything_rewritten_after_a_row_needs_an_anchor(anchored, owner, superuser, verify, folder):
    row_id = anchored.ids[7][3]
    with triggers_off(superuser):
        superuser.execute("update audit_log set action = 'sample.other' where id = %s", [row_id])
        superuser.execute("delete from audit_anchors")
        tampering.rewrite_after(superuser, 7, 4)
    assert verify().code == 0  # control: a perfect forgery
    result = verify("--anchor", folder)
    assert result.found == [(7, 6, anchored.ids[7][5], "edited")]
    assert "rewritten after seq 0" in result.said


def test_closer_anchors_say_more_exactly_where_a_rewriting_began(anchored, owner, superuser, verify, folder):
    later = tampering.write(owner, 7, 2)
    services.write_anchor()
    with triggers_off(superuser):
        superuser.execute("update audit_log set action = 'sample.other' where id = %s", [later[0]])
        superuser.execute("delete from audit_anchors")
        tampering.rewrite_after(superuser, 7, 7)
    result = verify("--anchor", folder)
    assert result.found == [(7, 8, later[1], "edited")]
    assert "rewritten after seq 6" in result.said


def test_stored_anchors_are_checked_without_being_asked(anchored, superuser, verify):
    with triggers_off(superuser):
        superuser.execute("delete from audit_log where lane = 7 and seq > 4")
        tampering.move_head(superuser, 7)
    assert verify().found == [(7, 5, None, "cut tail")]


def test_a_walk_from_an_anchor_knows_what_format_the_lane_had_come_to(anchored, owner, superuser):
    later = tampering.write(owner, 7, 1)
    with triggers_off(superuser):
        superuser.execute("update audit_log set format = 1, txid = null where id = %s", later)
        tampering.rewrite_after(superuser, 7, 7)
    with owner.transaction():
        (anchor,) = audit_verifier.stored_anchors(owner)
        found = audit_verifier.verify(owner, since=anchor).findings
    assert [(f.lane, f.seq, f.kind) for f in found] == [(7, 7, "downgraded")]


# --- anchors that are not what they say


def test_an_edited_anchor_is_refused(anchored, folder, verify):
    path = folder / "anchor-00000001.json"
    path.write_text(path.read_text().replace('"rows":', '"rows":1'))
    result = verify("--anchor", path)
    assert (result.code, {kind for *_, kind in result.found}) == (1, {"bad anchor"})
    assert "signature does not fit" in result.said


def test_an_anchor_signed_by_another_key_is_refused_when_the_key_is_known(anchored, folder, verify, settings):
    mine = signing.public_key()
    settings.AUDIT_SIGNING_KEY = base64.b64encode(bytes(range(32))).decode()
    result = verify("--anchor", folder, "--public-key", signing.public_key())
    assert result.code == 1 and "not trusted" in result.said
    assert verify("--anchor", folder, "--public-key", mine).code == 0
    assert verify("--anchor", folder, "--public-key", mine, "--public-key", signing.public_key()).code == 0


def test_a_removed_stored_anchor_is_missed(anchored, owner, superuser, verify):
    for _ in range(2):
        tampering.write(owner, 7, 1)
        services.write_anchor()
    with triggers_off(superuser):
        superuser.execute("delete from audit_anchors where number = 2")
    result = verify()
    assert [kind for *_, kind in result.found] == ["bad anchor"]
    assert "anchor 2 is missing" in result.said


def test_an_anchor_put_in_place_of_another_is_found(anchored, owner, folder, verify, superuser):
    """An anchor forged with the house's own key still has to fit the rows and the next anchor."""
    tampering.write(owner, 7, 1)
    services.write_anchor()
    body = json.loads((folder / "anchor-00000001.json").read_text())["anchor"] | {"made_at": "2020-01-01T00:00:00Z"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    (folder / "anchor-00000001.json").write_text(f'{{"anchor": {text}, "signature": "{signing.sign(text)}"}}')
    result = verify("--anchor", folder)
    assert [kind for *_, kind in result.found] == ["bad anchor"]
    assert "anchor-00000002.json: it does not follow" in result.said


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"anchor": {"format": "x"}, "signature": ""}', "\x00", '{"anchor": 1}']
)
def test_what_is_no_anchor_cannot_be_checked_against(chain, tmp_path, verify, text):
    path = tmp_path / "anchor.json"
    path.write_text(text)
    result = verify("--anchor", path)
    assert result.code == 2 and "is not an anchor" in result.said


def test_without_file_or_right_nothing_is_said(chain, tmp_path, verify):
    assert verify("--anchor", tmp_path / "none.json").code == 2
    result = verify(role="app")
    assert result.code == 2 and "No lane of the audit log can be read" in result.said


def test_staff_can_verify_as_the_application(chain, verify, cast):
    assert verify("--profile", cast.ada.id, role="app").code == 0
    assert verify("--profile", cast.alice.id, role="app").code == 2


# --- the key


def test_the_key_is_made_once_and_kept_private(folder):
    path = folder.parent / "audit_signing_key"
    first = signing.public_key()
    assert path.stat().st_mode & 0o777 == 0o600
    assert signing.public_key() == first
    assert [p.name for p in folder.parent.iterdir()] == ["audit_signing_key"]


def test_the_key_of_the_environment_wins(settings):
    settings.AUDIT_SIGNING_KEY = base64.b64encode(bytes(32)).decode()
    assert signing.public_key() == "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik="


@pytest.mark.parametrize("text", ["secret", "AAAA", "é", base64.b64encode(bytes(33)).decode()])
def test_a_wrong_key_stops_with_its_name(settings, text):
    settings.AUDIT_SIGNING_KEY = text
    with pytest.raises(ImproperlyConfigured, match="AUDIT_SIGNING_KEY"):
        signing.public_key()
    with pytest.raises(SystemExit, match="VERSO cannot start: .*AUDIT_SIGNING_KEY"):
        apps.get_app_config("audit").ready()
