"""Bank statements as banks write them, in each format: what the sample house gets, and what is measured.

They are written in pieces, so that a long one needs no memory; they foot, whatever is put in.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

FORMATS = ("camt.053.001.02", "camt.053.001.08", "mt940", "ofx1", "ofx2", "csv")
SUFFIX = dict(zip(FORMATS, ("xml", "xml", "sta", "ofx", "ofx", "csv"), strict=True))


@dataclass(frozen=True)
class Entry:
    """What the bank booked. Money in is positive; ``is_reversal`` takes an earlier entry back.

    A batch has ``parts``, which add up to it.
    """

    amount: Decimal
    day: date
    name: str
    iban: str = ""
    memo: str = ""
    end_to_end_id: str = ""
    is_reversal: bool = False
    parts: tuple["Entry", ...] = ()


@dataclass(frozen=True)
class Account:
    """The account whose statement it is, and where it begins."""

    iban: str
    currency: str
    opening: Decimal
    number: int
    first: date
    last: date


def statement(format_: str, account: Account, entries: Iterable[Entry], total: Decimal) -> Iterator[bytes]:
    """A file in this format; ``total`` is the sum of the entries, which some formats say first."""
    writer: Callable = {
        "camt.053.001.02": _camt_02, "camt.053.001.08": _camt_08, "mt940": _mt940, "ofx1": _ofx1, "ofx2": _ofx2,
        "csv": _csv,
    }[format_]  # fmt: skip
    for text in writer(account, entries, total):
        yield text.encode()


# --- camt.053


def _camt_02(account, entries, total):
    return _camt(account, entries, total, "02")


def _camt_08(account, entries, total):
    return _camt(account, entries, total, "08")


def _camt(account: Account, entries: Iterable[Entry], total: Decimal, version: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">\n<BkToCstmrStmt>\n'
    yield f"<GrpHdr><MsgId>{account.iban[-6:]}-{account.number}</MsgId>"
    yield f"<CreDtTm>{account.last}T19:00:00Z</CreDtTm></GrpHdr>\n<Stmt>\n"
    yield f"<Id>{account.last}-{account.number}</Id><ElctrncSeqNb>{account.number}</ElctrncSeqNb>"
    yield f"<CreDtTm>{account.last}T19:00:00Z</CreDtTm>\n"
    yield f"<FrToDt><FrDtTm>{account.first}T00:00:00Z</FrDtTm><ToDtTm>{account.last}T23:59:59Z</ToDtTm></FrToDt>\n"
    yield f"<Acct><Id><IBAN>{account.iban}</IBAN></Id><Ccy>{account.currency}</Ccy></Acct>\n"
    for code, balance, day in (
        ("OPBD", account.opening, account.first),
        ("CLBD", account.opening + total, account.last),
    ):
        yield f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_money(balance, account)}"
        yield f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    for number, entry in enumerate(entries, 1):
        yield _camt_entry(entry, account, number, version)
    yield "</Stmt>\n</BkToCstmrStmt>\n</Document>\n"


def _camt_entry(entry: Entry, account: Account, number: int, version: str) -> str:
    status = "BOOK" if version == "02" else "<Cd>BOOK</Cd>"
    reversal = "<RvslInd>true</RvslInd>" if entry.is_reversal else ""
    family = "RCDT" if (entry.amount > 0) != entry.is_reversal else "ICDT"
    code = f"<Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
    batch = f"<Btch><NbOfTxs>{len(entry.parts)}</NbOfTxs></Btch>" if entry.parts else ""
    details = "\n".join(_camt_detail(part, account, version) for part in entry.parts or (entry,))
    return (
        f"<Ntry>{_money(entry.amount, account, reversal)}<Sts>{status}</Sts><BookgDt><Dt>{entry.day}</Dt></BookgDt>"
        f"<ValDt><Dt>{entry.day}</Dt></ValDt><AcctSvcrRef>B{number:07d}</AcctSvcrRef><BkTxCd>{code}</BkTxCd>\n"
        f"<NtryDtls>{batch}{details}</NtryDtls></Ntry>\n"
    )


def _camt_detail(entry: Entry, account: Account, version: str) -> str:
    role = "Dbtr" if (entry.amount > 0) != entry.is_reversal else "Cdtr"
    name = f"<Nm>{escape(entry.name)}</Nm>"
    party = f"<{role}>{name if version == '02' else f'<Pty>{name}</Pty>'}</{role}>"
    number = f"<{role}Acct><Id><IBAN>{entry.iban}</IBAN></Id></{role}Acct>" if entry.iban else ""
    amount = f'<Amt Ccy="{account.currency}">{abs(entry.amount):.2f}</Amt>'
    told = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
    if version != "02":
        told = f"{amount}<CdtDbtInd>{'CRDT' if entry.amount > 0 else 'DBIT'}</CdtDbtInd>"
    return (
        f"<TxDtls><Refs><EndToEndId>{entry.end_to_end_id or 'NOTPROVIDED'}</EndToEndId></Refs>{told}"
        f"<RltdPties>{party}{number}</RltdPties><RmtInf><Ustrd>{escape(entry.memo)}</Ustrd></RmtInf></TxDtls>"
    )


def _money(amount: Decimal, account: Account, after: str = "") -> str:
    sign = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="{account.currency}">{abs(amount):.2f}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{after}'


# --- MT940


def _mt940(account: Account, entries: Iterable[Entry], total: Decimal) -> Iterator[str]:
    yield f":20:STMT{account.number}\n:25:{account.iban}\n:28C:{account.number}/1\n"
    yield f":60F:{_swift_balance(account.opening, account.first, account)}\n"
    for number, entry in enumerate(entries, 1):
        mark = {(True, False): "C", (False, False): "D", (False, True): "RC", (True, True): "RD"}
        sign = mark[entry.amount > 0, entry.is_reversal] + account.currency[2]
        yield f":61:{entry.day:%y%m%d}{entry.day:%m%d}{sign}{_swift(entry.amount)}NTRFNONREF//B{number:07d}\n"
        told = f"EREF+{entry.end_to_end_id or 'NOTPROVIDED'}SVWZ+{_words(entry)}"
        pieces = [told[at : at + 27] for at in range(0, len(told), 27)][:10]
        purpose = "".join(f"?{20 + n}{piece}" for n, piece in enumerate(pieces))
        text = f"166?00TRANSFER{purpose}?31{entry.iban}?32{entry.name[:27]}?33{entry.name[27:54]}"
        yield ":86:" + "\n".join(text[at : at + 65] for at in range(0, len(text), 65)) + "\n"
    yield f":62F:{_swift_balance(account.opening + total, account.last, account)}\n-\n"


def _swift_balance(balance: Decimal, day: date, account: Account) -> str:
    return f"{'C' if balance >= 0 else 'D'}{day:%y%m%d}{account.currency}{_swift(balance)}"


def _swift(amount: Decimal) -> str:
    return f"{abs(amount):.2f}".replace(".", ",")


def _words(entry: Entry) -> str:
    """What it is for; the parts of a batch too, in a format that has no batches."""
    return " ".join([entry.memo, *(f"{part.name} {part.memo}" for part in entry.parts)]).strip()


# --- OFX


def _ofx1(account: Account, entries: Iterable[Entry], total: Decimal) -> Iterator[str]:
    yield "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\n"
    yield "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
    yield from _ofx(account, entries, total, lambda name, value: f"<{name}>{value}\n")


def _ofx2(account: Account, entries: Iterable[Entry], total: Decimal) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
    yield from _ofx(account, entries, total, lambda name, value: f"<{name}>{value}</{name}>\n")


def _ofx(account: Account, entries: Iterable[Entry], total: Decimal, leaf: Callable[[str, str], str]) -> Iterator[str]:
    yield "<OFX>\n<BANKMSGSRSV1><STMTTRNRS>" + leaf("TRNUID", "0") + "<STMTRS>\n" + leaf("CURDEF", account.currency)
    yield "<BANKACCTFROM>" + leaf("BANKID", "0") + leaf("ACCTID", account.iban) + leaf("ACCTTYPE", "CHECKING")
    yield "</BANKACCTFROM>\n<BANKTRANLIST>\n"
    yield leaf("DTSTART", f"{account.first:%Y%m%d}") + leaf("DTEND", f"{account.last:%Y%m%d}")
    for number, entry in enumerate(entries, 1):
        yield "<STMTTRN>" + leaf("TRNTYPE", "CREDIT" if entry.amount > 0 else "DEBIT")
        yield leaf("DTPOSTED", f"{entry.day:%Y%m%d}120000") + leaf("TRNAMT", f"{entry.amount:.2f}")
        yield (
            leaf("FITID", f"B{number:07d}")
            + leaf("NAME", escape(entry.name[:32]))
            + leaf("MEMO", escape(_words(entry)))
        )
        yield "</STMTTRN>\n"
    yield "</BANKTRANLIST>\n<LEDGERBAL>" + leaf("BALAMT", f"{account.opening + total:.2f}")
    yield leaf("DTASOF", f"{account.last:%Y%m%d}") + "</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"


# --- CSV


def _csv(account: Account, entries: Iterable[Entry], total: Decimal) -> Iterator[str]:
    yield "Booking date;Value date;Payer or payee;Counterparty IBAN;Purpose;Amount;Currency;Balance\r\n"
    balance = account.opening
    for entry in entries:
        balance += entry.amount
        cells = [entry.day.strftime("%d.%m.%Y")] * 2 + [_quoted(entry.name), entry.iban, _quoted(_words(entry))]
        yield ";".join([*cells, _continental(entry.amount), account.currency, _continental(balance)]) + "\r\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _continental(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
