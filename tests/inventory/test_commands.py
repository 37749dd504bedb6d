"""The main job from the command line: reserve, commit, decide; refusals in a sentence, and nothing changed."""

import io
import uuid

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from tests.sql.commitments import open_approval
from tests.sql.holds import broken_rules, state

pytestmark = pytest.mark.django_db(transaction=True)


def run(*command) -> str:
    out = io.StringIO()
    call_command(*map(str, command), stdout=out)
    return out.getvalue().strip()


def test_from_a_hold_to_a_position(owner, cast, deal):
    key = uuid.uuid4()
    hold = run("reserve", deal.code, "500", "--as", cast.alice.email, "--key", key)
    assert run("reserve", deal.code, "500", "--as", cast.alice.email, "--key", key) == hold
    before = state(owner)
    with pytest.raises(CommandError, match="Nothing was committed. To commit to this, add --accept") as asked:
        run("commit", hold, "--as", cast.alice.email)
    with pytest.raises(CommandError, match="The price or fees changed after they were shown."):
        run("commit", hold, "--as", cast.alice.email, "--accept", "q1:other")
    assert state(owner) == before
    commitment = run("commit", hold, "--as", cast.alice.email, "--accept", str(asked.value).split()[-1])
    run("decide", open_approval(owner, commitment), "approve", "--as", cast.ada.email)
    assert factories.value(owner, "select units from positions") == 500
    assert broken_rules(owner) == []


def test_staff_reserve_for_an_investor_at_another_price(owner, cast, deal):
    hold = run(
        "reserve", deal.code, "10", "--as", cast.sam.email, "--investor", cast.aldgate, "--price", "27", "--minutes", 5
    )
    found = "select investor_id, proposed_unit_price::float, created_by from reservations where id = %s"
    assert owner.execute(found, [hold]).fetchone() == (cast.aldgate, 27.0, cast.sam.id)


@pytest.mark.parametrize(
    "command, said",
    [
        (("reserve", "northlight_2027", "10001", "--as", "alice@verso.example"), "Not that many units are available"),
        (("reserve", "northlight_2027", "1,5", "--as", "alice@verso.example"), "Enter a number, such as 1,250.5."),
        (("reserve", "no_such_deal", "5", "--as", "alice@verso.example"), "This deal is not here"),
        (("reserve", "northlight_2027", "5", "--as", "bob@verso.example"), "This deal is not here"),
        (("reserve", "northlight_2027", "5", "--as", "sam@verso.example"), "This deal is not here"),
        (("reserve", "northlight_2027", "5", "--as", "nobody@verso.example"), "Nobody who may sign in"),
        (("commit", str(uuid.UUID(int=1)), "--as", "alice@verso.example"), "This does not exist, or you may"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_sentence_and_changes_nothing(owner, cast, deal, command, said):
    before = state(owner)
    with pytest.raises(CommandError, match=said):
        run(*command)
    assert state(owner) == before
