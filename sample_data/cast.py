"""Who is who in the sample data."""

from typing import NamedTuple

from investors.models import Role

PASSWORD = "northlight-demo-2027"  # noqa: S105 (shown on purpose: it opens the sample data and nothing else)


class Account(NamedTuple):
    """A demo account, as ``make run`` prints it."""

    role: str
    email: str
    password: str
    name: str
    what: str


class Person(NamedTuple):
    key: str
    name: str
    role: str
    title: str
    what: str


class Investor(NamedTuple):
    key: str
    legal_name: str
    type: str
    country: str
    people: tuple[str, ...]
    kyc: str = "approved"


PEOPLE = (
    Person("ada", "Ada Adler", Role.STAFF_ADMIN, "Head of operations", "administers everything"),
    Person("abe", "Abe Arnold", Role.STAFF_ADMIN, "Compliance", "the second approver"),
    Person("sam", "Sam Sutter", Role.STAFF_OPS, "Operations", "approves up to 50,000.00"),
    Person("dora", "Dora Dahl", Role.STAFF_OPS, "Deal desk", "set up deals and investors, so others approve"),
    Person("rita", "Rita Ramsay", Role.STAFF_RM, "Relationship manager", "approves for her own investors"),
    Person("alice", "Alice Aldgate", Role.INVESTOR, "", "investor, member of two deals"),
    Person("bob", "Bob Aldgate", Role.INVESTOR, "", "same investor as Alice, invited nowhere"),
    Person("mallory", "Mallory Morland", Role.INVESTOR, "", "another investor on the same deals"),
    Person("elena", "Elena Ferrand", Role.INVESTOR, "", "a person who invests for herself"),
    Person("otis", "Otis Okonjo", Role.INVESTOR, "", "invests through a company"),
    Person("hanna", "Hanna Harrow", Role.INVESTOR, "", "trustee of a pension scheme"),
    Person("nils", "Nils Lindholm", Role.INVESTOR, "", "identity check not complete yet"),
    Person("larry", "Larry Lowe", Role.INVESTOR, "Counsel", "lawyer on one deal"),
    Person("ingrid", "Ingrid Iversen", Role.INVESTOR, "", "introducer on one deal"),
)
INVESTORS = (
    Investor("aldgate", "Aldgate Family Office", "entity", "LU", ("alice", "bob")),
    Investor("morland", "Morland Partners", "entity", "GB", ("mallory",)),
    Investor("ferrand", "Elena Ferrand", "individual", "FR", ("elena",)),
    Investor("okonjo", "Okonjo & Daughters Holding", "entity", "NL", ("otis",)),
    Investor("harrow", "Harrow Pension Scheme", "entity", "GB", ("hanna",)),
    Investor("lindholm", "Nils Lindholm", "individual", "SE", ("nils",), kyc="in_review"),
)


def email_of(key: str) -> str:
    return f"{key}@verso.example"


def demo_accounts() -> list[Account]:
    """Everybody who can sign in to the sample data."""
    return [Account(str(p.role), email_of(p.key), PASSWORD, p.name, p.what) for p in PEOPLE]
