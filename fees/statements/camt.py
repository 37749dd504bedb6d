"""camt.053, every version, read while it comes in: an entry is forgotten as soon as it was given on.

No document type, no entity, nothing from outside the file; libxml2's own limits stay on.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from fees.statements import values
from fees.statements.refusal import StatementRefused
from fees.statements.source import Source
from fees.statements.statement import CAMT_053, ZERO, End, Line, Statement

NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d")
OTHERS = {"BkToCstmrAcctRpt": "camt.052, a report during the day", "BkToCstmrDbtCdtNtfctn": "camt.054, a notification"}
# What is looked at as it is read; everything else is read within these.
WATCHED = ["{*}Document", "{*}Stmt", "{*}Ntry", "{*}TxDtls", *("{*}" + name for name in OTHERS)]
MOST_OF_AN_ENTRY = 4 * 1024 * 1024  # bytes of the file between two of these
MOST_DETAILS = 100_000
OPENING, CLOSING, BETWEEN = ("OPBD", "PRCD"), ("CLBD",), "ITBD"
ENCODING_ERRORS = (etree.ErrorTypes.ERR_INVALID_CHAR, etree.ErrorTypes.ERR_INVALID_ENCODING)
SIGNS = {"CRDT": 1, "DBIT": -1}
NOT_PROVIDED = {"NOTPROVIDED", "NOT PROVIDED", "NONREF"}

Fields = dict[str, list[str]]


def read(source: Source) -> Iterator[Statement | Line | type[End]]:
    """The statements of a file, each followed by its lines and the mark of its end."""
    reading, is_over = None, False
    for event, element in _events(source):
        name = _local(element)
        if event == "start":
            if name == "Document":
                _check_document(element)
            elif name in OTHERS:
                raise StatementRefused("format", "The file is {what}, not a statement (camt.053).", what=OTHERS[name])
            elif name == "Stmt":
                reading = _Reading((reading.number if reading else 0) + 1)
        elif name == "Document":
            is_over = True
        elif reading:
            yield from reading.ended(name, element)
    if not is_over:
        raise StatementRefused("truncated", "The file ends in the middle of a statement.")


def _events(source: Source) -> Iterator[tuple[str, etree._Element]]:
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=WATCHED,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    since = 0
    try:
        for piece in source.pieces():
            parser.feed(piece)
            since += len(piece)
            for found in parser.read_events():
                since = 0
                yield found
            if since > MOST_OF_AN_ENTRY:
                raise StatementRefused("too_long", "A single entry is larger than 4 MB.")
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from None
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _cut_off(error) from None
    yield from parser.read_events()


def _damaged(error: etree.XMLSyntaxError) -> StatementRefused:
    where = f"Line {error.lineno or 1:,}"
    if error.code in ENCODING_ERRORS:
        return StatementRefused("encoding", "The file has characters that aren't in its encoding.", where)
    return StatementRefused("damaged", "The file isn't well-formed XML; it may be damaged.", where)


def _cut_off(error: etree.XMLSyntaxError) -> StatementRefused:
    # The parser has no other name for a document that is whole, but in which it met an entity without a meaning.
    if error.code in (*ENCODING_ERRORS, etree.ErrorTypes.ERR_INTERNAL_ERROR):
        return _damaged(error)
    return StatementRefused("truncated", "The file is cut off before its end.", f"Line {error.lineno or 1:,}")


def _check_document(root) -> None:
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise StatementRefused("doctype", "The file has a document type, which no bank statement needs.")
    namespace = root.tag.rpartition("}")[0].removeprefix("{")
    if not namespace:
        raise StatementRefused("format", "The file is XML, but not a bank statement (camt.053).")
    if not NAMESPACE.fullmatch(namespace):
        raise StatementRefused("format", "“{name}” isn't a bank statement (camt.053).", name=namespace)


class _Reading:
    """One ``Stmt`` on its way: what its header says, the details of the entry that is being read."""

    def __init__(self, number: int):
        self.number = number
        self.statement: Statement | None = None
        self.details: list[Fields] = []
        self.entries = self.booked = 0
        self.stated: int | None = None

    def ended(self, name: str, element) -> Iterator[Statement | Line | type[End]]:
        """What the end of an element gives; the element is emptied."""
        parent = _local(element.getparent())
        if name == "TxDtls" and parent == "NtryDtls":
            self._add_detail(element)
        elif name == "Ntry" and parent == "Stmt":
            yield from self._begun(element.getparent())
            yield from self._line(element)
        elif name == "Stmt":
            yield from self._begun(element)
            self._finish(element)
            yield End
        element.clear(keep_tail=True)
        while element.getprevious() is not None:
            del element.getparent()[0]

    @property
    def where(self) -> str:
        return f"Statement {self.number}" if self.number > 1 else ""

    def at_entry(self) -> str:
        return f"{self.where}, entry {self.entries:,}" if self.where else f"Entry {self.entries:,}"

    # --- the header

    def _begun(self, element) -> Iterator[Statement]:
        if self.statement is not None:
            return
        fields = _fields(element, but="Ntry")
        currency = _first(fields, "Acct/Ccy", "Bal/Amt@Ccy")
        self.statement = Statement(
            CAMT_053,
            account_ref=values.account(_first(fields, "Acct/Id/IBAN", "Acct/Id/Othr/Id"), self.where),
            currency=values.currency(currency, self.where),
            statement_id=values.line(_first(fields, "Id"), self.where, "statement id"),
            sequence=values.sequence(_first(fields, "LglSeqNb", "ElctrncSeqNb"), self.where),
            from_date=self._day_of(fields, "FrToDt/FrDtTm", "FrToDt/FrDt"),
            to_date=self._day_of(fields, "FrToDt/ToDtTm", "FrToDt/ToDt"),
        )
        if not self.statement.account_ref:
            raise StatementRefused("account", "The statement doesn't name its account.", self.where)
        if copy := _first(fields, "CpyDplctInd"):
            self.statement.notes.append(f"The bank marks this statement as a copy ({copy}).")
        stated = _first(fields, "TxsSummry/TtlNtries/NbOfNtries")
        self.stated = int(stated) if re.fullmatch(r"\d{1,15}", stated, re.ASCII) else None
        self._balances(element)
        yield self.statement

    def _day_of(self, fields: Fields, *paths: str):
        found = _first(fields, *paths)
        return values.iso_date(found, self.where, "statement period") if found else None

    def _balances(self, element) -> None:
        found: dict[str, list[Decimal]] = {}
        for balance in element.iterchildren("{*}Bal"):
            fields = _fields(balance)
            type_ = _first(fields, "Tp/CdOrPrtry/Cd")
            if type_ in (*OPENING, *CLOSING, BETWEEN):
                found.setdefault(type_, []).append(self._signed(fields, self.where, "balance"))
        between = found.get(BETWEEN, [])
        said = {name: next((found[t][0] for t in types if t in found), None)
                for name, types in (("opening", OPENING), ("closing", CLOSING))}  # fmt: skip
        # A statement of several pages: what is carried over stands in for the balance that the page lacks.
        if said["opening"] is None and (len(between) > 1 or said["closing"] is not None):
            said["opening"] = between.pop(0) if between else None
        if said["closing"] is None and between:
            said["closing"] = between[-1]
        for name, balance in said.items():
            if balance is not None:
                setattr(self.statement, name, balance)

    def _finish(self, element) -> None:
        if self.statement.closing is None or self.statement.opening is None:
            self._balances(element)  # after the entries, where some banks write them
        if self.stated is not None and self.stated not in (self.entries, self.booked):
            template = "The statement says that it has {stated} entries, but it has {found}."
            raise StatementRefused("count", template, self.where, stated=self.stated, found=self.entries)
        if left := self.entries - self.booked:
            self.statement.notes.append(f"Entries that aren't booked, or move no money, are left out: {left:,}.")

    # --- an entry

    def _add_detail(self, element) -> None:
        self.details.append(_fields(element))
        if len(self.details) > MOST_DETAILS:
            raise StatementRefused(
                "too_long", "The entry has more than {most} payments.", self.where, most=MOST_DETAILS
            )

    def _line(self, element) -> Iterator[Line]:
        self.entries += 1
        where, fields, details = self.at_entry(), _fields(element), self.details
        self.details = []
        amount = self._signed(fields, where, "amount")
        status = _first(fields, "Sts/Cd", "Sts/Prtry", "Sts") or "BOOK"
        if status != "BOOK" or amount == 0:
            return
        self.booked += 1
        value_date = _first(fields, "ValDt/Dt", "ValDt/DtTm")
        booked = values.iso_date(_first(fields, "BookgDt/Dt", "BookgDt/DtTm") or value_date, where, "booking date")
        is_reversal = _first(fields, "RvslInd").lower() in ("true", "1")
        whole = {
            "amount": amount,
            "currency": self.statement.currency,
            "booking_date": booked,
            "value_date": values.iso_date(value_date, where, "value date") if value_date else booked,
            "position": self.entries,
            "bank_ref": values.line(_first(fields, "AcctSvcrRef", "NtryRef"), where, "bank reference"),
            "transaction_code": values.line(_code(fields), where, "transaction code", values.MOST_CODE),
            "is_reversal": is_reversal,
        }
        about = _first(fields, "AddtlNtryInf")
        if len(details) == 1:
            yield Line(**whole | self._of_detail(details[0], where, amount, is_reversal, about, whole["bank_ref"]))
        else:
            yield Line(**whole, memo=values.memo(about, where), details=self._split(details, whole, where))

    def _split(self, details: list[Fields], whole: dict, where: str) -> tuple[Line, ...]:
        """The payments of a batch; none if the file doesn't say what each of them was."""
        amounts = [self._amount_of(detail, whole["amount"], where) for detail in details]
        if not details:
            return ()
        if None in amounts or 0 in amounts or sum(amounts) != whole["amount"]:
            said = "not stated" if None in amounts else f"{sum(amounts)} in all"
            self.statement.notes.append(
                f"{where}: the {len(details):,} payments of {whole['amount']} are {said}; kept as one line."
            )
            return ()
        return tuple(
            Line(**whole | {"amount": amount}
                 | self._of_detail(detail, where, amount, whole["is_reversal"], "", whole["bank_ref"]))
            for detail, amount in zip(details, amounts, strict=True)
        )  # fmt: skip

    def _of_detail(self, fields: Fields, where: str, amount: Decimal, is_reversal: bool, about: str, ref: str) -> dict:
        """Who paid or was paid and for what, of one payment."""
        name, account = self._other_party(fields, (amount > 0) != is_reversal, where)
        first, *more = fields.get("RmtInf/Strd/CdtrRefInf/Ref", [""])
        texts = [*fields.get("RmtInf/Ustrd", []), *more, *fields.get("RmtInf/Strd/AddtlRmtInf", [])]
        texts += [*fields.get("AddtlTxInf", []), *fields.get("RtrInf/AddtlInf", []), about]
        end_to_end = values.line(_first(fields, "Refs/EndToEndId"), where, "end-to-end id")
        return {
            "counterparty": name,
            "counterparty_account": account,
            "reference": values.line(first, where, "reference"),
            "memo": values.memo(" ".join(filter(None, texts)), where),
            "end_to_end_id": "" if end_to_end.upper() in NOT_PROVIDED else end_to_end,
            "bank_ref": values.line(_first(fields, "Refs/AcctSvcrRef") or ref, where, "bank reference"),
        }

    def _other_party(self, fields: Fields, is_paid_to_us: bool, where: str) -> tuple[str, str]:
        """Name and account of the other side: who paid us, or whom we paid."""
        role = "Dbtr" if is_paid_to_us else "Cdtr"
        paths = [f"RltdPties/{role}{rest}" for rest in ("/Nm", "/Pty/Nm", "/Agt/FinInstnId/Nm")]
        number = _first(fields, f"RltdPties/{role}Acct/Id/IBAN", f"RltdPties/{role}Acct/Id/Othr/Id")
        return (
            values.line(_first(fields, *paths), where, "counterparty"),
            values.account(number, where, "account of the counterparty"),
        )

    def _amount_of(self, fields: Fields, whole: Decimal, where: str) -> Decimal | None:
        """The signed amount of one payment of a batch, if it is stated in the currency of the account."""
        for path in ("Amt", "AmtDtls/TxAmt/Amt"):
            if _first(fields, f"{path}@Ccy") == self.statement.currency:
                found = self._magnitude(_first(fields, path), where, "amount")
                sign = SIGNS.get(_first(fields, "CdtDbtInd"), 1 if whole > 0 else -1)
                return found * sign
        return None

    def _signed(self, fields: Fields, where: str, what: str) -> Decimal:
        currency = _first(fields, "Amt@Ccy")
        values.same_currency(currency, self.statement.currency, where)
        sign = SIGNS.get(_first(fields, "CdtDbtInd"))
        found = self._magnitude(_first(fields, "Amt"), where, what)
        if sign is None:
            raise StatementRefused("amount", "The {field} is neither credit nor debit.", where, field=what)
        return found * sign + ZERO

    def _magnitude(self, typed: str, where: str, what: str) -> Decimal:
        found = values.amount(typed, self.statement.currency, where, what)
        if found < 0:
            template = "The {field} {value} is negative; its sign is stated apart."
            raise StatementRefused("amount", template, where, field=what, value=typed)
        return found


# --- elements as paths and texts


def _local(element) -> str:
    if element is None:
        return ""
    if not isinstance(element.tag, str):
        raise StatementRefused("entity", "The file uses an entity, which no bank statement needs.")
    return _without_namespace(element.tag)


@lru_cache(maxsize=2_000)
def _without_namespace(tag: str) -> str:
    return tag.rpartition("}")[2]


def _fields(element, but: str = "") -> Fields:
    """The texts within an element by their path, in order; the currency of an amount at ``path@Ccy``."""
    found: Fields = {}
    todo = [(child, "") for child in reversed(element)]
    while todo:
        node, above = todo.pop()
        name = _local(node)
        if name == but:
            continue
        path = f"{above}/{name}" if above else name
        if len(node):
            todo += [(child, path) for child in reversed(node)]
            continue
        if node.text:
            found.setdefault(path, []).append(node.text.strip())
        if currency := node.get("Ccy"):
            found.setdefault(f"{path}@Ccy", []).append(currency)
    return found


def _first(fields: Fields, *paths: str) -> str:
    """The first text that is there, by the first of the paths that has one."""
    return next((fields[path][0] for path in paths if path in fields), "")


def _code(fields: Fields) -> str:
    domain = "-".join(
        part
        for path in ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")
        if (part := _first(fields, f"BkTxCd/{path}"))
    )
    return domain or _first(fields, "BkTxCd/Prtry/Cd")
