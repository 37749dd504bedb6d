"""Bank files and receiving accounts for tests of what comes in."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from tests.factories import insert

IBAN = "LU280019400644750000"
DAY = date(2026, 3, 2)


def add_account(owner, cast, currency: str = "USD", iban: str = IBAN, *, is_default: bool = True):
    """A receiving account in force; its id."""
    return insert(
        owner, "receiving_accounts", currency=currency, holder_name="Example House", bank_name="Example Bank",
        iban=iban, bic="ABCDLULL", street="1 Example Street", postcode="1000", town="Luxembourg", country="LU",
        proposed_by=cast.ada.id, agreed_by=cast.abe.id, active_from="2026-01-01", is_default=is_default,
    )  # fmt: skip


def camt(
    lines, *, iban: str = IBAN, currency: str = "USD", opening="1000.00", closing=None, sequence: int = 1
) -> BytesIO:
    """A camt.053 file of one statement. A line is (amount, payer, payer's account, text)."""
    opening = Decimal(opening)
    closing = opening + sum(Decimal(line[0]) for line in lines) if closing is None else Decimal(closing)
    entries = "".join(_entry(n, currency, *line) for n, line in enumerate(lines))
    return BytesIO(
        f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-03-31T18:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S{sequence}</Id><ElctrncSeqNb>{sequence}</ElctrncSeqNb><CreDtTm>2026-03-31T18:00:00</CreDtTm>
<FrToDt><FrDtTm>2026-03-01T00:00:00</FrDtTm><ToDtTm>2026-03-31T23:59:59</ToDtTm></FrToDt>
<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>
{_balance("OPBD", opening, currency, "2026-03-01")}{_balance("CLBD", closing, currency, "2026-03-31")}
{entries}</Stmt></BkToCstmrStmt></Document>""".encode()
    )


def _balance(kind, amount, currency, day) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{abs(amount):.2f}</Amt>'
        f"<CdtDbtInd>{_side(amount)}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _side(amount) -> str:
    return "CRDT" if amount >= 0 else "DBIT"


def _entry(n, currency, amount, payer="Aldgate", account="DE02120300000000202051", text="") -> str:
    amount, day, party = Decimal(amount), DAY + timedelta(days=n % 20), "Dbtr" if Decimal(amount) > 0 else "Cdtr"
    return (
        f'<Ntry><Amt Ccy="{currency}">{abs(amount):.2f}</Amt><CdtDbtInd>{_side(amount)}</CdtDbtInd>'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        f"<NtryDtls><TxDtls><RltdPties><{party}><Pty><Nm>{payer}</Nm></Pty></{party}><{party}Acct><Id><IBAN>{account}"
        f"</IBAN></Id></{party}Acct></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
