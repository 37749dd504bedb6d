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


class Billing(NamedTuple):
    """How an investor's invoices name, address and tax it."""

    street: str
    postcode: str
    town: str
    vat_id: str = ""
    treatment: str = "outside_scope"
    rate_bps: int = 0
    language: str = "en"


class Investor(NamedTuple):
    key: str
    legal_name: str
    type: str
    country: str
    people: tuple[str, ...]
    billing: Billing
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
# Every address, bank and number is invented; VAT and account numbers have check digits that are right.
INVESTORS = (
    Investor("aldgate", "Aldgate Family Office", "entity", "LU", ("alice", "bob"),
             Billing("3, rue de l’Exemple", "L-0003", "Luxembourg", "LU12345613", "domestic", 1700)),
    Investor("morland", "Morland Partners", "entity", "GB", ("mallory",),
             Billing("14 Example Row", "EX1 4MP", "London")),
    Investor("ferrand", "Elena Ferrand", "individual", "FR", ("elena",),
             Billing("27, allée de l’Exemple", "00027", "Lyon", treatment="domestic", rate_bps=1700, language="fr")),
    Investor("okonjo", "Okonjo & Daughters Holding", "entity", "NL", ("otis",),
             Billing("Voorbeeldkade 8", "0000 AA", "Rotterdam", "NL000000001B64", "reverse_charge")),
    Investor("harrow", "Harrow Pension Scheme", "entity", "GB", ("hanna",),
             Billing("5 Sample Gardens", "EX5 5HP", "Leeds", treatment="exempt")),
    Investor("lindholm", "Nils Lindholm", "individual", "SE", ("nils",),
             Billing("Exempelgatan 2", "000 02", "Uppsala", treatment="domestic", rate_bps=1700), kyc="in_review"),
)  # fmt: skip

FIRM = {
    "legal_name": "VERSO Example House S.A.", "street": "1, rue de l’Exemple", "postcode": "L-0001",
    "town": "Luxembourg", "country": "LU", "vat_id": "LU20000017", "register_number": "B 000 001",
    "email": "invoices@verso.example", "phone": "+352 000 001",
}  # fmt: skip
INTRODUCER = {
    "legal_name": "Iversen Introductions ApS", "contact_name": "Ingrid Iversen", "email": "accounts@iversen.example",
    "street": "Eksempelvej 9", "postcode": "0009", "town": "Copenhagen", "country": "DK",
    "bank_name": "Banken for Eksempler", "iban": "DK9599990000000841",
}  # fmt: skip
_BANK = {"holder_name": FIRM["legal_name"], "bank_name": "Banque de l’Exemple", "street": "2, rue de l’Exemple",
         "postcode": "L-0002", "town": "Luxembourg", "country": "LU", "bic": "BEEXLULL"}  # fmt: skip
ACCOUNTS = (
    _BANK | {"currency": "EUR", "iban": "LU280019400644750000"},
    _BANK | {"currency": "USD", "iban": "LU239990000000000840"},
    _BANK | {"currency": "CHF", "iban": "LU609990000000000756"},
)


def email_of(key: str) -> str:
    return f"{key}@verso.example"


def demo_accounts() -> list[Account]:
    """Everybody who can sign in to the sample data."""
    return [Account(str(p.role), email_of(p.key), PASSWORD, p.name, p.what) for p in PEOPLE]
