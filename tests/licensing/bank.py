"""Statements of the archive's bank account, written as a bank writes them (CAMT.053)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from archive.config import IBAN_OF_THE_TRIAL

OURS = IBAN_OF_THE_TRIAL
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"


@dataclass(frozen=True)
class Booked:
    """One line: what a test says differs, the rest is ordinary."""

    amount: str = "218.41"
    reference: str = ""  # structured
    text: str = ""
    bank_reference: str = ""
    name: str = "Studio Lek"
    iban: str = "NL02ABNA0123456789"
    end_to_end: str = "NOTPROVIDED"
    is_credit: bool = True
    on: date = date(2026, 11, 24)
    currency: str = "EUR"
    status: str = "BOOK"

    @property
    def cents(self) -> int:
        return round(float(self.amount) * 100) * (1 if self.is_credit else -1)


def statement(
    lines: Sequence[Booked], *, iban: str = OURS, number: str = "2026-230", opening: int = 100_000
) -> bytes:
    """Write a statement whose balances fit its lines."""
    closing = opening + sum(line.cents for line in lines if line.status == "BOOK")
    entries = "".join(entry(line) for line in lines)
    return wrapped(
        f"<Id>{number}</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>"
        f"{balance('OPBD', opening)}{balance('CLBD', closing)}{entries}"
    )


def wrapped(content: str, namespace: str = NAMESPACE) -> bytes:
    """Put the content of a statement into a whole file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{namespace}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt>{content}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def balance(kind: str, cents: int) -> str:
    side = "CRDT" if cents >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{abs(cents) / 100:.2f}</Amt><CdtDbtInd>{side}</CdtDbtInd></Bal>'
    )


def entry(line: Booked) -> str:
    """Write one line."""
    side, party = ("CRDT", "Dbtr") if line.is_credit else ("DBIT", "Cdtr")
    known = f"<AcctSvcrRef>{line.bank_reference}</AcctSvcrRef>" if line.bank_reference else ""
    return (
        f'<Ntry><Amt Ccy="{line.currency}">{line.amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{line.status}</Sts>'
        f"<BookgDt><Dt>{line.on}</Dt></BookgDt>{known}<NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{line.end_to_end}</EndToEndId></Refs>"
        f"<RltdPties><{party}><Nm>{escape(line.name)}</Nm></{party}>"
        f"<{party}Acct><Id><IBAN>{line.iban}</IBAN></Id></{party}Acct></RltdPties>"
        f"<RmtInf>{remittance(line)}</RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def remittance(line: Booked) -> str:
    text = f"<Ustrd>{escape(line.text)}</Ustrd>" if line.text else ""
    structured = (
        f"<Strd><CdtrRefInf><Ref>{line.reference}</Ref></CdtrRefInf></Strd>" if line.reference else ""
    )
    return text + structured
