"""A firm that can bill and be paid: who it is, and accounts into which euros come."""

from uuid import UUID

from schwifty import IBAN

from tests import factories
from tests.bench.ground import Ground
from tests.factories import act_as
from tests.sql.firm import IDENTITY, agree_to_account, propose_account, record_identity


def found(here: Ground) -> None:
    """Say who the firm is, once, and open its first account."""
    if here.value("select exists (select from house_identity)"):
        return
    with here.connect() as owner:
        ada, abe = (factories.add_person(owner, name, "staff_admin", password="!").id for name in ("Ada", "Abe"))
    with here.connect("app") as person:
        record_identity(act_as(person, ada), **{"from": "2020-01-01"}, legal_name=IDENTITY["legal_name"])
        proposed = propose_account(person)
        agree_to_account(act_as(person, abe), proposed)


def iban(number: int) -> str:
    return IBAN.generate("LU", bank_code="001", account_code=f"{number:013d}")


def another_account(here: Ground, number: int) -> UUID:
    """One more account of the firm, known by its number."""
    ada, abe = here.value("select array_agg(id order by display_name desc) from profiles where role = 'staff_admin'"
                          " and email is not null")  # fmt: skip
    with here.connect("app") as person:
        made = propose_account(act_as(person, ada), iban=iban(number), is_default=False)
        agree_to_account(act_as(person, abe), made)
    return made
