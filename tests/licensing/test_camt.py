"""A bank's statement is read whole and exactly, or refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Invalid
from licensing import bank_entries, camt, creditor_references, xml_trees
from licensing.camt import Line
from licensing.money import Money
from tests.licensing import bank
from tests.licensing.bank import Booked


def line_of(content: bytes) -> Line:
    (found,) = camt.read(content)
    (line,) = found.lines
    return line


def test_a_line_says_how_much_came_from_whom_and_why() -> None:
    line = line_of(
        bank.statement(
            [Booked(reference="RF18539007547034", text="Slotscène", bank_reference="2026112400012")]
        )
    )

    assert line == Line(
        bank_reference="2026112400012",
        amount=Money(21841, "EUR"),
        is_credit=True,
        booked_on=date(2026, 11, 24),
        name="Studio Lek",
        iban="NL02ABNA0123456789",
        end_to_end="NOTPROVIDED",
        reference="RF18539007547034",
        text="Slotscène",
    )


def test_the_newer_versions_that_wrap_parties_and_states_are_read_too() -> None:
    old = bank.entry(Booked())
    new = old.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>").replace(
        "<Dbtr><Nm>Studio Lek</Nm></Dbtr>", "<Dbtr><Pty><Nm>Studio Lek</Nm></Pty></Dbtr>"
    )
    head = f"<Id>1</Id><Acct><Id><IBAN>{bank.OURS}</IBAN></Id></Acct>"

    line = line_of(bank.wrapped(head + new, bank.NAMESPACE.replace(".02", ".08")))

    assert (line.name, line.amount) == ("Studio Lek", Money(21841, "EUR"))


def test_what_is_only_announced_has_not_come() -> None:
    (found,) = camt.read(bank.statement([Booked(status="PDNG"), Booked(amount="1.00")]))

    assert [line.amount.minor for line in found.lines] == [100]
    assert found.adds_up


def test_a_batch_is_read_transfer_by_transfer_where_the_parts_add_up() -> None:
    part = '<TxDtls><Amt Ccy="EUR">{}</Amt><RmtInf><Ustrd>{}</Ustrd></RmtInf></TxDtls>'
    batch = (
        '<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        "<BookgDt><Dt>2026-11-24</Dt></BookgDt>"
        "<NtryDtls>{}</NtryDtls></Ntry>"
    )
    whole = part.format("10.00", "one") + part.format("20.00", "two")
    broken = part.format("10.00", "one") + part.format("19.00", "two")

    (good,) = camt.read(bank.wrapped(batch.format(whole)))
    (bad,) = camt.read(bank.wrapped(batch.format(broken)))

    assert [(line.amount.minor, line.text) for line in good.lines] == [(1000, "one"), (2000, "two")]
    assert [line.amount.minor for line in bad.lines] == [3000]


def test_balances_that_do_not_fit_the_lines_are_seen() -> None:
    content = bank.statement([Booked()]).replace(b"1218.41", b"1218.40")

    assert not camt.read(content)[0].adds_up


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "well formed"),
        (b"not xml at all", "well formed"),
        (b'<?xml version="1.0" encoding="klingon"?><Document/>', "encoding"),
        (b"<Document><BkToCstmrAcctRpt><Rpt/></BkToCstmrAcctRpt></Document>", "CAMT.053"),
        (b'<!DOCTYPE d [<!ENTITY a "aaaa">]><Document>&a;</Document>', "document type"),
        (b"<a>" * 100, "within each other"),
        (bank.statement([Booked()]).replace(b">218.41<", b">-218.41<"), "Amt"),
        (bank.statement([Booked()]).replace(b">218.41<", b">1E999999<"), "Amt"),
        (bank.statement([Booked()]).replace(b">218.41<", b">218.415<"), "Amt"),
        (bank.statement([Booked()]).replace(b">218.41<", ">２１８<".encode()), "Amt"),
        (bank.statement([Booked(currency="XAU")]), "Amt"),
        (bank.statement([Booked()]).replace(b"<Dt>2026-11-24", b"<Dt>2026-13-24"), "BookgDt"),
        (bank.statement([Booked()]).replace(b"CRDT</CdtDbtInd><Sts>", b"LEFT</CdtDbtInd><Sts>"), "CdtDbtInd"),
    ],
)
def test_what_is_no_statement_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        camt.read(content)


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(Invalid, match="larger than"):
        xml_trees.parse(b" " * (xml_trees.MAX_BYTES + 1))


def test_a_line_has_the_same_key_in_every_file_that_tells_of_it() -> None:
    again = [Booked(amount="2.50"), Booked(amount="2.50"), Booked(bank_reference="A1")]
    (first,) = camt.read(bank.statement(again, number="1"))
    (second,) = camt.read(bank.statement([Booked(amount="9.00", on=date(2026, 11, 23)), *again], number="2"))

    keys, later = bank_entries.keys_of(bank.OURS, first.lines), bank_entries.keys_of(bank.OURS, second.lines)

    assert len(set(keys)) == 3
    assert later[1:] == keys


@given(st.text(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=1, max_size=21))
def test_a_reference_is_found_again_however_the_bank_writes_it(body: str) -> None:
    reference = creditor_references.make(body)
    shown = creditor_references.show(reference)

    for text in (reference, shown, f"betaling {shown.lower()} dank", f"/RF/{reference}/x"):
        assert reference in creditor_references.find_in(text)


@given(st.integers(0, 9), st.integers(4, 12))
def test_a_reference_with_one_wrong_sign_is_no_reference(digit: int, place: int) -> None:
    reference = creditor_references.make("B202600012")
    wrong = reference[:place] + str(digit) + reference[place + 1 :]

    assert (wrong in creditor_references.find_in(wrong)) == (wrong == reference)
