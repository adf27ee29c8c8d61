"""Whatever mail comes in, what is new in it is found, and nothing that it says breaks the reading."""

import random
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing import mail_text

MARK = "=-=-=-=-=-="
OURS = f"{MARK} Write your answer above this line {MARK}\n\nEva of the archive writes:\n\nFor how long?"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Five years, please.", "Five years, please."),
        (
            f"Five years.\n\nOp za 22 nov 2026 om 12:00 schreef Archief <a@b.nl>:\n\n{quoted(OURS)}\n",
            "Five years.",
        ),
        (
            f"Five years.\n\nOn Sat, Nov 22, 2026 at 12:00 PM Nachtregister\n<a@b.nl> wrote:\n{quoted(OURS)}",
            "Five years.",
        ),
        (f"Five years.\r\n\r\nAm 22.11.2026 um 12:00 schrieb Archiv:\r\n{quoted(OURS)}", "Five years."),
        (f"Five years.\n\n{OURS}", "Five years."),
        ("Five years.\n\n-----Oorspronkelijk bericht-----\nVan: Archief\nFor how long?", "Five years."),
        ("Five years.\n\n________________________________\nVan: Archief <a@b.nl>\nOurs", "Five years."),
        ("Five years.\n\nVan: Archief <a@b.nl>\nVerzonden: zondag\nOurs", "Five years."),
        ("Five years.\n\n> an old line\n> another", "Five years."),
        # Written below what is quoted, or between: kept whole, rather than an answer lost.
        (f"{quoted(OURS)}\n\nFive years.", f"{quoted(OURS)}\n\nFive years."),
        (
            f"On Sat Archief wrote:\n{quoted(OURS)}\nFive years.\n{quoted('And where?')}\nEurope.",
            f"On Sat Archief wrote:\n{quoted(OURS)}\nFive years.\n{quoted('And where?')}\nEurope.",
        ),
        ("On the record they play slowly:\nwe like it.", "On the record they play slowly:\nwe like it."),
        ("", ""),
        (quoted("only old"), ""),
    ],
)
def test_what_is_quoted_below_an_answer_is_cut_off(written: str, expected: str) -> None:
    assert mail_text.answer(written, MARK) == expected


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    for name, value in (
        {"From": "Noor <noor@studio.example>", "Message-ID": "<1@studio.example>"} | headers
    ).items():
        message[name.replace("_", "-")] = value
    message.set_content("Five years.")
    return message


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; x=y"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"List_Id": "<jazz.lists.example>"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"From": "Mail Delivery <MAILER-DAEMON@mx.example>"},
    ],
)
def test_what_a_machine_sends_by_itself_is_seen(headers: dict[str, str]) -> None:
    assert mail_text.read(mail(**headers).as_bytes(), MARK).is_automatic


@pytest.mark.parametrize("headers", [{}, {"Auto_Submitted": "no"}, {"Precedence": "first-class"}])
def test_what_a_person_sends_is_no_machines(headers: dict[str, str]) -> None:
    assert not mail_text.read(mail(**headers).as_bytes(), MARK).is_automatic


def test_plain_text_goes_before_html_and_html_is_read_when_it_is_all_there_is() -> None:
    both, only = mail(), mail()
    both.add_alternative("<p>Other words</p>", subtype="html")
    only.set_content(
        "<style>p{}</style><p>Five years &amp; <b>Europe</b>.</p><script>x()</script><p>Thanks</p>",
        subtype="html",
    )

    assert mail_text.read(both.as_bytes(), MARK).text == "Five years."
    assert mail_text.read(only.as_bytes(), MARK).text == "Five years & Europe.\n\nThanks"


def test_files_are_named_and_a_letterhead_is_none() -> None:
    message = mail()
    message.add_related(b"gif", maintype="image", subtype="gif", cid="<logo>", disposition="inline")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="con\u202etract.pdf")
    message.add_attachment(b"x", maintype="application", subtype="octet-stream")
    message.add_attachment(mail())

    read = mail_text.read(message.as_bytes(), MARK)

    assert read.text == "Five years."
    assert read.attachments == ("contract.pdf", "application/octet-stream", "message/rfc822")


def test_names_and_texts_in_any_encoding_are_read() -> None:
    raw = (
        b"From: =?iso-8859-1?Q?Ren=E9_van_Dam?= <Rene@Studio.Example>\r\nMessage-ID: <2@x>\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nCaf\xe9\r\n"
    )

    read = mail_text.read(raw, MARK)

    assert (read.sender_name, read.sender_address, read.text) == (
        "René van Dam",
        "rene@studio.example",
        "Café",
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"no header at all",
        b"From: <<<>>>@@@\nTo: =?utf-8?B?//////?=\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x--",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Transfer-Encoding: base64\nContent-Type: text/plain\n\n!!!not base64!!!",
        b"Content-Disposition: attachment; filename*=bad''%ff%fe%zz\n\nx",
        b"Content-Type: text/html\n\n<![CDATA[ <p <b ></ & &#x110000; &#0;",
        b"Subject: " + b"a" * 200_000 + b"\n\nx",
        b"References: " + b"<a@b> " * 20_000 + b"\n\nx",
    ],
)
def test_malformed_mail_is_read_as_far_as_it_goes(raw: bytes) -> None:
    read = mail_text.read(raw, MARK)

    assert read.message_id.startswith("sha256:")
    read.text.encode("utf-8", "surrogatepass")


def test_mail_nested_too_deeply_still_says_who_sent_it() -> None:
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000))
    raw = f"From: Noor <noor@studio.example>\nMessage-ID: <3@x.example>\n{nested}\nx".encode()

    read = mail_text.read(raw, MARK)

    assert read.sender_address == "noor@studio.example"
    assert read.message_id == "<3@x.example>"


@settings(max_examples=150)
@given(raw=st.binary(max_size=600))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    mail_text.read(raw, MARK)


@settings(max_examples=150)
@given(seed=st.integers(0, 10**9))
def test_no_damage_to_a_mail_breaks_the_reading(seed: int) -> None:
    message = mail()
    message.add_alternative("<p>Five <b>years</b></p>", subtype="html")
    message.add_attachment(b"\x00" * 50, maintype="application", subtype="pdf", filename="naïef.pdf")
    raw, chance = bytearray(message.as_bytes()), random.Random(seed)
    for _ in range(chance.randint(1, 40)):
        at = chance.randrange(len(raw))
        raw[at : at + chance.randint(0, 4)] = bytes(
            chance.randrange(256) for _ in range(chance.randint(0, 4))
        )

    mail_text.read(bytes(raw), MARK)


@given(text=st.text(max_size=300))
def test_an_answer_is_always_a_part_of_what_was_written(text: str) -> None:
    assert mail_text.answer(text, MARK) in text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    "line", ["On " + "x " * 400, "> " * 5_000, "On " * 3_000 + "wrote:", "wrote " * 2_000]
)
def test_no_text_takes_long_to_read(line: str) -> None:
    text = "\n".join([line] * 40)

    assert len(mail_text.answer(text, MARK)) <= len(text)
