"""Each way of tampering is found, by kind, and the row is named. Done as superuser with all triggers off."""

import pytest

from tests.audit import tampering
from tests.audit.tampering import triggers_off


def test_an_untouched_log_is_intact(chain, verify):
    result = verify()
    assert (result.code, result.found) == (0, [])
    assert "The tail is unproven" in result.said
    assert result.report["rows"] >= 9


def test_every_row_of_the_product_is_in_order(deal, verify):
    """The cast and the sample deal were written by triggers: that chain holds as well."""
    result = verify()
    assert result.code == 0
    assert result.report["rows"] > 20


EDITS = {
    "actor_user_id": "gen_random_uuid()", "action": "'sample.other'", "entity": "'other'",
    "entity_id": "gen_random_uuid()", "ts": "ts + interval '1 microsecond'", "actor_role": "'staff_admin'",
    "acting_for": "gen_random_uuid()", "deal_id": "null", "before": "'{}'", "after": "after - 'text'",
    "txid": "txid - 1", "format": "3",
    "ip": "'192.0.2.1'", "user_agent": "'other'", "request_id": "'other'", "db_user": "'verso_app'",
    "id": "id + 1000000", "prev_hash": "repeat('a', 64)", "hash": "repeat('b', 64)",
}  # fmt: skip


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_row_is_named(chain, tamper, verify, column):
    row_id = chain.ids[7][2]
    assert tamper(f"update audit_log set {column} = {EDITS[column]} where id = %s", row_id) == 1
    result = verify()
    named = row_id + 1_000_000 if column == "id" else row_id
    assert (result.code, result.found) == (1, [(7, 3, named, "edited")])


@pytest.mark.parametrize("seq", [1, 3, 6])
def test_an_edited_row_with_a_new_hash_is_named(chain, superuser, verify, seq):
    row_id = chain.ids[7][seq - 1]
    with triggers_off(superuser):
        superuser.execute("update audit_log set action = 'sample.other' where id = %s", [row_id])
        tampering.rehash(superuser, row_id)
    assert verify().found == [(7, seq, row_id, "edited")]


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_deleted_row_is_named(chain, tamper, verify, seq):
    assert tamper("delete from audit_log where id = %s", chain.ids[7][seq - 1]) == 1
    assert verify().found == [(7, seq, None, "missing")]


def test_several_deleted_rows_are_named_together(chain, tamper, verify):
    assert tamper("delete from audit_log where id = any (%s)", chain.ids[7][1:4]) == 3
    result = verify()
    assert result.found == [(7, 2, None, "missing")]
    assert "seq 2 to 4" in result.said


def test_a_deleted_row_is_named_though_the_rest_was_renumbered(chain, superuser, verify):
    with triggers_off(superuser):
        superuser.execute("delete from audit_log where id = %s", [chain.ids[7][2]])
        superuser.execute("update audit_log set seq = seq - 1 where lane = 7 and seq > 3")
    assert verify().found == [(7, 3, None, "missing")]


def test_a_second_row_at_one_place_is_named(chain, superuser, owner, verify):
    with triggers_off(superuser):
        forged = insert_copy(superuser, chain.ids[7][2])
        tampering.rehash(superuser, forged)
    assert verify().found == [(7, 3, forged, "inserted")]


@pytest.mark.parametrize("seq", [2, 6])
def test_an_inserted_row_is_named_though_the_rest_was_renumbered(chain, superuser, verify, seq):
    with triggers_off(superuser):
        superuser.execute("update audit_log set seq = seq + 1 where lane = 7 and seq >= %s", [seq])
        forged = insert_copy(superuser, chain.ids[7][0], seq=seq)
        superuser.execute(
            "update audit_log set prev_hash = (select hash from audit_log where lane = 7 and seq = %s) where id = %s",
            [seq - 1, forged],
        )
        tampering.rehash(superuser, forged)
    assert verify().found == [(7, seq, forged, "inserted")]


def test_a_row_added_at_the_end_is_named(chain, superuser, verify):
    with triggers_off(superuser):
        forged = insert_copy(superuser, chain.ids[7][0], seq=7)
        superuser.execute(
            "update audit_log set prev_hash = (select hash from audit_lanes where lane = 7) where id = %s",
            [forged],
        )
        tampering.rehash(superuser, forged)
    assert verify().found == [(7, 7, forged, "inserted")]


def test_a_row_on_a_lane_that_is_none_is_named(chain, superuser, verify):
    with triggers_off(superuser):
        forged = insert_copy(superuser, chain.ids[7][0], lane=999)
        tampering.rehash(superuser, forged)
    assert verify().found == [(999, 1, forged, "inserted")]


SWAPS = {
    "places": "seq",
    "places and links": "seq, prev_hash, hash",
    "contents": "ts, action, entity, entity_id, deal_id, after",
    "contents but the time": "action, entity, entity_id, deal_id, after",
}


@pytest.mark.parametrize("swapped", SWAPS)
def test_two_exchanged_rows_are_named(chain, superuser, verify, swapped):
    first, second = chain.ids[7][1], chain.ids[7][3]
    columns = SWAPS[swapped]
    other = ", ".join(f"o.{column}" for column in columns.split(", "))
    superuser.execute("create temp table before_swap as select * from audit_log where id = any (%s)", [[first, second]])
    with triggers_off(superuser):
        superuser.execute(
            f"update audit_log a set ({columns}) = row({other}) from before_swap o"
            " where a.id = any (%s) and o.id = any (%s) and o.id <> a.id",
            [[first, second], [first, second]],
        )
    result = verify()
    moved = {2: second, 4: first} if columns.startswith("seq") else {2: first, 4: second}
    assert result.found == [(7, seq, moved[seq], "reordered") for seq in (2, 4)]
    assert "its place is lane 7 seq 4" in result.said and "its place is lane 7 seq 2" in result.said


def test_a_cut_tail_is_known_to_the_head(chain, tamper, verify):
    assert tamper("delete from audit_log where id = any (%s)", chain.ids[7][4:]) == 2
    assert verify().found == [(7, 5, None, "cut tail")]


def test_a_lane_cut_off_whole_is_known_to_the_head(chain, tamper, verify):
    assert tamper("delete from audit_log where lane = 9") == 3
    assert verify().found == [(9, 1, None, "cut tail")]


def test_a_head_turned_back_alone_is_found(chain, superuser, tamper, verify):
    tamper(
        "update audit_lanes set seq = 4, hash = (select hash from audit_log where lane = 7 and seq = 4) where lane = 7"
    )
    assert verify().found == [(7, 6, chain.ids[7][5], "inserted")]


def test_faults_in_several_lanes_are_all_named(chain, tamper, verify):
    tamper("update audit_log set ip = 'x' where id = %s", chain.ids[9][1])
    tamper("delete from audit_log where id = %s", chain.ids[7][1])
    tamper("update audit_log set ip = 'x' where id = %s", chain.ids[7][4])
    assert verify().found == [
        (7, 2, None, "missing"), (7, 5, chain.ids[7][4], "edited"), (9, 2, chain.ids[9][1], "edited"),
    ]  # fmt: skip


@pytest.mark.parametrize("columns", ["format = 1", "format = 1, txid = null", "format = 0", "txid = null"])
def test_a_row_that_claims_another_format_no_longer_fits_its_hash(chain, tamper, verify, columns):
    tamper(f"update audit_log set {columns} where id = %s", chain.ids[7][2])
    assert verify().found[0] == (7, 3, chain.ids[7][2], "edited")


def test_a_row_rewritten_in_format_1_after_format_2_is_named_though_all_hashes_fit(chain, superuser, verify):
    """A perfect forgery but for the anchors: the lane itself tells, since it had come to format 2."""
    with triggers_off(superuser):
        superuser.execute("update audit_log set format = 1, txid = null where id = any (%s)", [chain.ids[7][3:5]])
        tampering.rewrite_after(superuser, 7, 4)
    assert verify().found == [(7, seq, chain.ids[7][seq - 1], "downgraded") for seq in (4, 5)]


@pytest.mark.parametrize(
    "change", ["txid = txid - 1", "txid = txid + 1", "txid = null", "txid = (select min(txid) from audit_log)"]
)
def test_a_row_given_to_another_transaction_is_named_though_all_hashes_fit(chain, superuser, verify, change):
    with triggers_off(superuser):
        superuser.execute(f"update audit_log set {change} where id = %s", [chain.ids[7][3]])
        tampering.rewrite_after(superuser, 7, 4)
    assert verify().found == [(7, 4, chain.ids[7][3], "edited")]


def test_a_row_joined_to_the_transaction_before_at_another_time_is_named(chain, superuser, verify):
    """Of the same transaction it would bear the same time."""
    with triggers_off(superuser):
        superuser.execute("update audit_log set txid = %s where id = %s", chain.ids[7][2:4])
        tampering.rewrite_after(superuser, 7, 4)
    assert verify().found == [(7, 4, chain.ids[7][3], "edited")]


def test_rows_of_one_transaction_are_in_order(owner, chain, verify):
    with owner.transaction():
        for _ in range(3):
            owner.execute("select app.audit_event('sample.made', 'sample', null)")
        owner.execute("insert into audit_log (action, entity) values ('sample.made', 'sample')")
    assert verify().found == []


def insert_copy(superuser, row_id, **changes):
    """Forge a row after the likeness of another; gives its id."""
    columns = [
        "actor_user_id", "action", "entity", "entity_id", "ts", "hash", "prev_hash", "lane", "seq",
        "after", "db_user", "txid",
    ]  # fmt: skip
    values = [str(changes.get(column, column)) for column in columns]
    forged = superuser.execute(
        f"insert into audit_log ({', '.join(columns)}) select {', '.join(values)} from audit_log"
        f" where id = %s"
        " returning id",
        [row_id],
    ).fetchone()[0]
    superuser.execute("update audit_log set txid = id where id = %s", [forged])
    return forged
