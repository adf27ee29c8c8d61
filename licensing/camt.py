"""Statements of a bank account as the bank sends them: CAMT.053 (ISO 20022, BankToCustomerStatement), versions 2 to 13.

Of a booking that is a batch each transfer in it becomes a line of its own, where the bank says its amount.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element

from archive.errors import Invalid
from licensing import xml_trees
from licensing.money import Money, UnknownCurrency, exponent_of

OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
NO_REFERENCE = ("", "NOTPROVIDED", "NONREF")
_MAX_TEXT = 500
_AMOUNT = re.compile(r"\d{1,13}(\.\d{0,5})?", re.ASCII)  # ActiveOrHistoricCurrencyAndAmount


@dataclass(frozen=True)
class Line:
    """One amount that came or went; what the bank does not say is empty."""

    bank_reference: str
    amount: Money  # positive
    is_credit: bool
    booked_on: date
    name: str  # of the other side
    iban: str
    end_to_end: str
    reference: str  # structured, of the creditor
    text: str


@dataclass(frozen=True)
class Statement:
    """One statement of one account."""

    number: str
    iban: str
    opening: Money | None
    closing: Money | None
    lines: tuple[Line, ...]

    @property
    def adds_up(self) -> bool:
        """Whether the balances fit the lines, as far as the bank gives both."""
        if self.opening is None or self.closing is None:
            return True
        moved = sum(line.amount.minor if line.is_credit else -line.amount.minor for line in self.lines)
        return self.opening.minor + moved == self.closing.minor


def read(content: bytes) -> list[Statement]:
    """Read the statements in a file; raise Invalid for anything that is not CAMT.053."""
    root = xml_trees.parse(content)
    statements = root.findall("BkToCstmrStmt/Stmt")
    if root.tag != "Document" or not statements:
        raise Invalid(
            "This is no bank statement in CAMT.053. Choose that format where the bank offers downloads."
        )
    return [_statement(found) for found in statements]


def _statement(found: Element) -> Statement:
    return Statement(
        number=_text(found, "Id"),
        iban=_text(found, "Acct/Id/IBAN").replace(" ", "").upper(),
        opening=_balance(found, OPENING),
        closing=_balance(found, CLOSING),
        lines=tuple(line for entry in found.findall("Ntry") for line in _lines(entry)),
    )


def _balance(found: Element, kinds: tuple[str, ...]) -> Money | None:
    for balance in found.findall("Bal"):
        if _text(balance, "Tp/CdOrPrtry/Cd") in kinds:
            amount = _amount(balance.find("Amt"))
            return amount if _is_credit(balance) else -amount
    return None


def _lines(entry: Element) -> Iterator[Line]:
    # What is only announced (PDNG) or told (INFO) has not happened; later versions wrap the code.
    if (_text(entry, "Sts/Cd") or _text(entry, "Sts")) != "BOOK":
        return
    whole = _amount(entry.find("Amt"))
    details = entry.findall("NtryDtls/TxDtls")
    parts = _parts(details, whole)
    for detail, part in parts:
        yield _line(entry, detail, part)
    if not parts and whole:
        yield _line(entry, details[0] if len(details) == 1 else Element("TxDtls"), whole)


def _parts(details: list[Element], whole: Money) -> list[tuple[Element, Money]]:
    """Give the transfers of a batch; none where the bank does not say each amount, or they do not add up."""
    named = [amount for amount in map(_amount_of, details) if amount is not None]
    is_whole = len(named) == len(details) and {amount.currency for amount in named} == {whole.currency}
    if len(details) < 2 or not is_whole or sum(amount.minor for amount in named) != whole.minor:
        return []
    return [(detail, part) for detail, part in zip(details, named, strict=True) if part]


def _amount_of(detail: Element) -> Money | None:
    for place in ("Amt", "AmtDtls/TxAmt/Amt"):
        found = detail.find(place)
        if found is not None:
            return _amount(found)
    return None


def _line(entry: Element, detail: Element, amount: Money) -> Line:
    is_credit = _is_credit(entry)
    side = "Dbtr" if is_credit else "Cdtr"
    parties = detail.find("RltdPties")
    return Line(
        bank_reference=_bank_reference(entry, detail),
        amount=amount,
        is_credit=is_credit,
        booked_on=_day(entry),
        name=_first(parties, f"{side}/Nm", f"{side}/Pty/Nm", f"Ultmt{side}/Nm"),
        iban=_first(parties, f"{side}Acct/Id/IBAN").replace(" ", "").upper(),
        end_to_end=_first(detail, "Refs/EndToEndId"),
        reference=_first(detail, "RmtInf/Strd/CdtrRefInf/Ref"),
        text=" ".join(_said(entry, detail))[:_MAX_TEXT],
    )


def _bank_reference(entry: Element, detail: Element) -> str:
    for said in (_text(detail, "Refs/AcctSvcrRef"), _text(entry, "AcctSvcrRef")):
        if said.upper() not in NO_REFERENCE:
            return said
    return ""


def _said(entry: Element, detail: Element) -> list[str]:
    said = [part.text or "" for part in detail.findall("RmtInf/Ustrd")]
    said = said or [_text(detail, "AddtlTxInf"), _text(entry, "AddtlNtryInf")]
    return [" ".join(part.split()) for part in said if part.strip()]


def _is_credit(found: Element) -> bool:
    kind = _text(found, "CdtDbtInd")
    if kind not in ("CRDT", "DBIT"):
        raise _unreadable("CdtDbtInd", kind)
    return kind == "CRDT"


def _amount(found: Element | None) -> Money:
    text = "" if found is None or found.text is None else found.text.strip()
    currency = "" if found is None else found.get("Ccy", "")
    if not _AMOUNT.fullmatch(text):
        raise _unreadable("Amt", f"{currency} {text}")
    try:
        minor = Decimal(text).scaleb(exponent_of(currency))
    except UnknownCurrency as error:
        raise _unreadable("Amt", f"{currency} {text}") from error
    if minor != int(minor):
        raise _unreadable("Amt", f"{currency} {text}")
    return Money(int(minor), currency)


def _day(entry: Element) -> date:
    text = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")[:10] or _text(entry, "ValDt/Dt")
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise _unreadable("BookgDt", text) from error


def _first(found: Element | None, *places: str) -> str:
    said = [] if found is None else [_text(found, place) for place in places]
    return next((text for text in said if text), "")


def _text(found: Element, place: str) -> str:
    return " ".join((found.findtext(place) or "").split())


def _unreadable(field: str, text: str) -> Invalid:
    return Invalid(
        "The statement says “%(text)s” under %(field)s, which cannot be read. Download it from the bank again.",
        text=text[:60],
        field=field,
    )
