"""django-guardian's rows follow accepted memberships: project_membership, guardian_mismatches."""

import psycopg
import pytest

from tests.factories import add_member, value


def rights(owner) -> set:
    found = owner.execute(
        "select g.object_pk, g.user_id, p.codename, t.model from guardian_userobjectpermission g"
        " join auth_permission p on p.id = g.permission_id"
        " join django_content_type t on t.id = g.content_type_id"
    )
    return set(found.fetchall())


def right(deal, person):
    return (str(deal.id), person.id, "view_deal", "deal")


def test_accepting_gives_the_right_and_ending_takes_it(owner, cast, deal):
    members = {right(deal, getattr(cast, name)) for name in ("alice", "mallory", "larry", "ingrid")}
    assert rights(owner) == members
    add_member(owner, deal.id, cast.bob, accepted=False)
    assert rights(owner) == members
    owner.execute("update deal_memberships set accepted_at = now() where user_id = %s", [cast.bob.id])
    assert rights(owner) == members | {right(deal, cast.bob)}
    owner.execute("update deal_memberships set accepted_at = null where user_id = %s", [cast.bob.id])
    assert rights(owner) == members
    owner.execute("delete from deal_memberships where user_id = %s", [cast.larry.id])
    assert rights(owner) == members - {right(deal, cast.larry)}


def test_a_place_passed_on_passes_the_right_on(owner, cast, deal):
    owner.execute(
        "update deal_memberships set user_id = %s, investor_id = null where user_id = %s",
        [cast.bob.id, cast.larry.id],
    )
    assert right(deal, cast.bob) in rights(owner) and right(deal, cast.larry) not in rights(owner)


def test_staff_move_it_through_the_table_alone(owner, cast, deal, app_connection):
    sam = app_connection(cast.sam)
    sam.execute("select app.remove_member(%s, %s)", [deal.id, cast.larry.id])
    assert right(deal, cast.larry) not in rights(owner)
    for statement in (
        "insert into guardian_userobjectpermission (object_pk, content_type_id, permission_id, user_id)"
        " select 'x', content_type_id, id, app.uid() from auth_permission limit 1",
        "update guardian_userobjectpermission set object_pk = 'x'",
        "delete from guardian_userobjectpermission",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sam.execute(statement)


def test_a_rolled_back_membership_leaves_no_right(owner, cast, deal):
    before = rights(owner)
    with pytest.raises(ZeroDivisionError), owner.transaction():
        add_member(owner, deal.id, cast.bob)
        raise ZeroDivisionError
    assert rights(owner) == before


def test_guardian_mismatches_finds_both_kinds(owner, superuser, cast, deal, app_connection):
    ask = "select deal_id, user_id, problem from app.guardian_mismatches() order by problem"
    told = "select entity_id, found from app.invariant_breaks()"
    sam = app_connection(cast.sam)
    assert owner.execute(ask).fetchall() == sam.execute(told).fetchall() == []
    owner.execute("delete from guardian_userobjectpermission where user_id = %s", [cast.alice.id])
    owner.execute("update guardian_userobjectpermission set user_id = %s where user_id = %s",
                  [cast.bob.id, cast.larry.id])  # fmt: skip
    found = set(owner.execute(ask).fetchall())
    assert found == {
        (str(deal.id), cast.alice.id, "accepted, but without the right"),
        (str(deal.id), cast.larry.id, "accepted, but without the right"),
        (str(deal.id), cast.bob.id, "a right without acceptance"),
    }
    assert set(sam.execute(told).fetchall()) == {(person, problem) for _, person, problem in found}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        sam.execute(ask)


def test_without_the_permission_it_says_so(owner, cast, deal):
    """The permission is made after the migrations: a database without it is no finished database."""
    with pytest.raises(psycopg.errors.NoDataFound), owner.transaction():
        owner.execute("delete from guardian_userobjectpermission")
        owner.execute("delete from auth_permission where codename = 'view_deal'")
        add_member(owner, deal.id, cast.bob)
    assert value(owner, "select count(*) from deal_memberships where user_id = %s", cast.bob.id) == 0
