"""The file by which a bank pays refunds: pain.001.001.09, with structured addresses, valid by its schema."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import sepaxml
from lxml import etree
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from sepaxml import SepaTransfer
from text_unidecode import unidecode

from fees.statements.refusal import StatementRefused
from lib.money import is_kept, smallest_unit

SCHEMA = "pain.001.001.09"
NAMESPACE = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
# The letters that every bank takes; all others are written by these.
NOT_ALLOWED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
IDENTIFIER = re.compile(r"[A-Za-z0-9+?:().,'-](?:[A-Za-z0-9+?:().,'/ -]{0,33}[A-Za-z0-9+?:().,'-])?", re.ASCII)
UPPER_BOUND = Decimal("1e15")
MOST_PAYMENTS = 10_000


@dataclass(frozen=True)
class Address:
    """A postal address in its parts; ``country`` is two letters. Town and country must be there."""

    town: str
    country: str
    street: str = ""
    building_number: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class Party:
    """Somebody with an account. Without ``bic`` the bank finds its own way, which it can in euros alone."""

    name: str
    iban: str
    address: Address
    bic: str = ""


@dataclass(frozen=True)
class Refund:
    """One payment: ``amount`` in the currency of its batch; ``end_to_end_id`` is unique there."""

    payee: Party
    amount: Decimal
    end_to_end_id: str
    text: str


@dataclass(frozen=True)
class RefundBatch:
    """Refunds of one currency from one account on one day. ``message_id`` names the file to the bank, for ever."""

    payer: Party
    currency: str
    message_id: str
    created_at: datetime
    execution_date: date
    refunds: Sequence[Refund]


def refund_file(batch: RefundBatch) -> bytes:
    """The batch as pain.001.001.09; the same batch gives the same bytes. Raises StatementRefused, naming the payee."""
    _check(batch)
    payer = batch.payer
    transfer = SepaTransfer(
        {
            "name": _written(payer.name, 70, "The payer", "name"),
            "currency": batch.currency,
            "batch": True,
            "domestic": batch.currency != "EUR",
            **_account(payer, "The payer", batch.currency),
        },
        schema=SCHEMA,
        clean=False,
    )
    for refund in batch.refunds:
        transfer.add_payment(_payment(refund, batch))
    return _finished(transfer.export(validate=False), batch)


def _check(batch: RefundBatch) -> None:
    if not is_kept(batch.currency):
        raise StatementRefused("currency", "“{value}” isn't a currency that can be paid.", value=batch.currency)
    if not 1 <= len(batch.refunds) <= MOST_PAYMENTS:
        raise StatementRefused("count", "A file holds 1 to {most} refunds.", most=f"{MOST_PAYMENTS:,}")
    ids = [refund.end_to_end_id for refund in batch.refunds]
    for identifier in (batch.message_id, *ids):
        if not IDENTIFIER.fullmatch(identifier) or "//" in identifier:
            template = "“{value}” can't be used as an id; use 1 to 35 letters, digits and hyphens."
            raise StatementRefused("identifier", template, value=identifier)
    if len(set(ids)) < len(ids):
        raise StatementRefused("identifier", "Two refunds have the same end-to-end id.")


def _payment(refund: Refund, batch: RefundBatch) -> dict:
    where = refund.payee.name
    cents = _in_cents(refund.amount, batch.currency, where)
    return {
        "name": _written(refund.payee.name, 70, where, "name"),
        "amount": cents,
        "execution_date": batch.execution_date,
        "description": _written(refund.text, 140, where, "remittance text"),
        "endtoend_id": refund.end_to_end_id,
        **_account(refund.payee, where, batch.currency),
    }


def _in_cents(amount: Decimal, currency: str, where: str) -> int:
    if not isinstance(amount, Decimal) or not amount.is_finite() or not 0 < amount < UPPER_BOUND:
        raise StatementRefused("amount", "The amount {value} can't be paid.", where, value=amount)
    if amount % smallest_unit(currency):
        template = "The amount {value} has more decimals than {currency} allows."
        raise StatementRefused("amount", template, where, value=amount, currency=currency)
    return int(amount * 100)


def _account(party: Party, where: str, currency: str) -> dict:
    """The account and address of a party, as the writer of the file takes them."""
    try:
        found = {"IBAN": IBAN(party.iban).compact}
    except SchwiftyException:
        raise StatementRefused("account", "The IBAN {value} isn't valid.", where, value=party.iban) from None
    if party.bic:
        try:
            found["BIC"] = BIC(party.bic).compact
        except SchwiftyException:
            raise StatementRefused("account", "The BIC {value} isn't valid.", where, value=party.bic) from None
    elif currency != "EUR":
        raise StatementRefused("account", "Payments in {currency} need a BIC.", where, currency=currency)
    return found | {"address": _address(party.address, where)}


def _address(address: Address, where: str) -> dict:
    if not address.town.strip() or not re.fullmatch(r"[A-Z]{2}", address.country, re.ASCII):
        raise StatementRefused("address", "The address needs a town and a country.", where)
    parts = {
        "street_name": (address.street, 70),
        "building_number": (address.building_number, 16),
        "postcode": (address.postcode, 16),
        "town": (address.town, 35),
    }
    written = {name: _written(text, most, where, "address") for name, (text, most) in parts.items() if text.strip()}
    return written | {"country": address.country}


def _written(text: str, most: int, where: str, what: str) -> str:
    """A text in the letters that banks take. Refused if nothing is left, or if it is too long."""
    found = " ".join(NOT_ALLOWED.sub(" ", unidecode(text.replace("&", "+"))).split())
    if not found.strip("/-?:().,'+ ") or len(found) > most:
        template = "The {what} “{value}” is empty or longer than {most} characters."
        raise StatementRefused("text", template, where, what=what, value=text, most=most)
    return found


def _finished(file: bytes, batch: RefundBatch) -> bytes:
    """The file with ids and time of its batch in place of random ones, checked by the schema."""
    root = etree.fromstring(file, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    root.find(f".//{NAMESPACE}MsgId").text = batch.message_id
    root.find(f".//{NAMESPACE}CreDtTm").text = batch.created_at.isoformat(timespec="seconds")
    root.find(f".//{NAMESPACE}PmtInfId").text = batch.message_id
    for bank in root.iterfind(f".//{NAMESPACE}FinInstnId"):
        if not len(bank):
            other = etree.SubElement(bank, f"{NAMESPACE}Othr")
            etree.SubElement(other, f"{NAMESPACE}Id").text = "NOTPROVIDED"
    if batch.currency != "EUR":
        root.find(f".//{NAMESPACE}ChrgBr").text = "SHAR"
    if not _schema().validate(root):
        raise StatementRefused("schema", "The file would not be valid: {error}", error=_schema().error_log.last_error)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(Path(sepaxml.__file__).parent / "schemas" / f"{SCHEMA}.xsd"))
