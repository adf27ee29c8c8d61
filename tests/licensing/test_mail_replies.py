"""An answer by mail lands in the conversation of its request: once, in plain text, from whoever has the address."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

import wsgi
from archive import clock, config, job_runner
from archive.db import db
from archive.transactions import transaction
from licensing import conversation, correspondence, mail_replies, reuse_requests
from licensing.conversation import Voice
from licensing.mail_replies import Outcome
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests import databases
from tests.licensing import asking
from tests.licensing.asking import NOON


@pytest.fixture
def site(site_settings: config.Settings) -> Iterator[Flask]:
    """A site that takes in answers at an address of its own."""
    made = wsgi.create_app(replace(site_settings, mail_reply_to="antwoord@archief.example"))
    made.testing = True
    with made.app_context():
        databases.make_tables(made)
        yield made
        databases.close(made)


def reply(request: ReuseRequest, text: str = "Five years.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    said = {
        "From": "Noor Adriaanse <noor@studio.example>",
        "To": f"antwoord+{correspondence.tag(request)}@archief.example",
        "Message-ID": "<1@studio.example>",
    }
    for name, value in (said | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        message[name] = value
    message.set_content(text)
    return message


def conversed(request: ReuseRequest) -> list[tuple[str, str, str]]:
    return [(said.voice.value, said.author_name, said.body) for said in conversation.of(request)]


def posted(site: Flask) -> list[EmailMessage]:
    job_runner.run_due()
    db.session.rollback()
    files = sorted((Path(site.config["SETTINGS"].data_dir) / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def test_the_mail_of_staff_can_be_answered_and_the_answer_lands(site: Flask) -> None:
    request = asking.request(RequestStatus.NEEDS_INFO)
    conversation.say(request, Voice.STAFF, "For how long?", NOON, author_name="Eva")
    db.session.commit()
    (sent,) = posted(site)
    body = sent.get_body(("plain",))
    assert body is not None

    answer = EmailMessage()
    answer["From"], answer["To"], answer["Message-ID"] = sent["To"], sent["Reply-To"], "<7@studio.example>"
    old = "".join(f"> {line}\n" for line in body.get_content().splitlines())
    answer.set_content(f"Five years.\n\nOp zo 22 nov 2026 om 13:00 schreef Archief <a@b.nl>:\n{old}")
    outcome = mail_replies.receive(answer.as_bytes(), NOON)

    assert outcome is Outcome.TAKEN
    assert conversed(request)[-1] == ("buyer", "Noor Adriaanse", "Five years.")
    assert request.status is RequestStatus.SUBMITTED


def test_a_server_that_knows_no_tagged_addresses_finds_it_by_the_thread(site: Flask) -> None:
    request = asking.request()
    thread = correspondence.headers(request)["References"]

    found = mail_replies.receive(
        reply(request, To="antwoord@archief.example", References=f"{thread} <9@archief>").as_bytes(), NOON
    )

    assert found is Outcome.TAKEN


def test_the_same_mail_twice_is_one_message(site: Flask) -> None:
    request = asking.request()
    raw = reply(request).as_bytes()

    assert [mail_replies.receive(raw, NOON) for _ in range(3)] == [
        Outcome.TAKEN,
        Outcome.KNOWN,
        Outcome.KNOWN,
    ]
    assert len(conversation.of(request)) == 1


def test_mail_without_a_number_of_its_own_is_known_again_by_what_it_says(site: Flask) -> None:
    request = asking.request()
    message = reply(request)
    del message["Message-ID"]

    assert [mail_replies.receive(message.as_bytes(), NOON) for _ in range(2)] == [
        Outcome.TAKEN,
        Outcome.KNOWN,
    ]


def test_the_same_mail_by_two_ways_at_once_is_one_message(site: Flask) -> None:
    request = asking.request()
    raw, request_id = reply(request).as_bytes(), request.id
    db.session.rollback()

    def deliver(_number: int) -> Outcome:
        with site.app_context(), transaction():
            return mail_replies.receive(raw, NOON)

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(lambda number: Context().run(deliver, number), range(4)))

    assert outcomes == sorted([Outcome.TAKEN] + [Outcome.KNOWN] * 3)
    assert len(conversation.of(db.session.get_one(ReuseRequest, request_id))) == 1


@pytest.mark.parametrize(
    "to",
    [
        "antwoord@archief.example",
        "antwoord+v1-aaaaaaaaaaaaaaaaaaaaaaaaaa@archief.example",
        "antwoord+v99999999999999999999-aaaaaaaaaaaaaaaaaaaaaaaaaa@archief.example",
        "V2026-00001@archief.example",
    ],
)
def test_mail_without_a_tag_of_ours_is_let_go(site: Flask, to: str) -> None:
    request = asking.request()

    assert mail_replies.receive(reply(request, To=to).as_bytes(), NOON) is Outcome.UNADDRESSED
    assert conversation.of(request) == []


def test_the_tag_of_one_request_is_not_that_of_another(site: Flask) -> None:
    one, other = asking.request(), asking.request()
    forged = correspondence.tag(one).replace(f"v{one.id}-", f"v{other.id}-")

    assert correspondence.find_request(forged) is None
    assert correspondence.find_request(correspondence.tag(other).upper()) is other


def test_an_absence_notice_is_let_go(site: Flask) -> None:
    request = asking.request(RequestStatus.NEEDS_INFO)

    found = mail_replies.receive(reply(request, Auto_Submitted="auto-replied").as_bytes(), NOON)

    assert found is Outcome.AUTOMATIC
    assert conversation.of(request) == []
    assert request.status is RequestStatus.NEEDS_INFO


def test_our_own_mail_that_comes_back_is_let_go(site: Flask) -> None:
    request = asking.request()

    found = mail_replies.receive(reply(request, From="Antwoord@archief.example").as_bytes(), NOON)

    assert found is Outcome.AUTOMATIC


def test_files_are_not_taken_in_and_the_conversation_says_so_to_both(site: Flask) -> None:
    request = asking.request()
    message = reply(request)
    message.add_attachment(b"MZ", maintype="application", subtype="exe", filename="prijslijst.exe")

    mail_replies.receive(message.as_bytes(), NOON)

    said, note = conversation.for_buyer(request)
    assert said.body == "Five years."
    assert note.voice is Voice.SYSTEM
    assert "prijslijst.exe" in note.body
    assert posted(site) == []


def test_files_alone_are_said_once(site: Flask) -> None:
    request = asking.request()
    message = reply(request, "\n")
    message.add_attachment(b"MZ", maintype="application", subtype="exe", filename="a.exe")

    outcomes = [mail_replies.receive(message.as_bytes(), NOON) for _ in range(2)]

    assert outcomes == [Outcome.TAKEN, Outcome.KNOWN]
    assert [said.voice for said in conversation.of(request)] == [Voice.SYSTEM]


def test_who_writes_from_another_address_is_named_by_it(site: Flask) -> None:
    request = asking.request()

    mail_replies.receive(reply(request, From="Jo <jo@elders.example>").as_bytes(), NOON)

    assert conversed(request) == [("buyer", "Jo <jo@elders.example>", "Five years.")]


def test_a_flood_is_stopped(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_replies, "PER_REQUEST", 2)
    request = asking.request()

    outcomes = [
        mail_replies.receive(reply(request, Message_ID=f"<{number}@x.example>").as_bytes(), NOON)
        for number in range(4)
    ]

    assert outcomes == [Outcome.TAKEN] * 2 + [Outcome.TOO_MANY] * 2


def test_a_very_long_mail_is_cut_and_an_empty_one_says_nothing(site: Flask) -> None:
    request = asking.request()

    assert mail_replies.receive(reply(request, "x" * 50_000).as_bytes(), NOON) is Outcome.TAKEN
    assert len(conversation.of(request)[0].body) <= conversation.MAX_BODY
    empty = reply(request, "\n\n", Message_ID="<2@x.example>")
    assert mail_replies.receive(empty.as_bytes(), NOON) is Outcome.EMPTY


def test_a_note_is_never_mailed(site: Flask) -> None:
    request = asking.request()
    for voice in (Voice.NOTE, Voice.RIGHTSHOLDER, Voice.BUYER, Voice.SYSTEM):
        conversation.say(request, voice, "For our eyes only", clock.now())
    db.session.commit()

    assert posted(site) == []


def test_a_mail_of_staff_holds_no_note(site: Flask) -> None:
    request = asking.request()
    conversation.say(request, Voice.NOTE, "For our eyes only", clock.now())
    conversation.say(request, Voice.STAFF, "<b>For how long?</b>", clock.now(), author_name="Eva")
    db.session.commit()

    (sent,) = posted(site)

    assert sent["To"] == "noor@studio.example"
    assert "For our eyes only" not in sent.as_string()
    html = sent.get_body(("html",))
    assert html is not None
    assert "&lt;b&gt;For how long?&lt;/b&gt;" in html.get_content()


def test_without_an_address_for_answers_the_mail_leads_to_the_page(app: Flask) -> None:
    request = asking.request()
    conversation.say(request, Voice.STAFF, "For how long?", clock.now())
    token = reuse_requests.link_token(request)
    db.session.commit()

    (sent,) = posted(app)

    assert sent["Reply-To"] is None
    assert token in sent.as_string().replace("=\n", "")
    assert correspondence.MARK not in sent.as_string().replace("=3D", "=")


def test_the_command_takes_a_mail_from_the_mail_server(site: Flask) -> None:
    request = asking.request()
    raw, request_id = reply(request).as_bytes(), request.id
    db.session.rollback()
    runner = site.test_cli_runner()

    results = [runner.invoke(args=["mail", "receive"], input=data) for data in (raw, b"\xff nonsense", b"")]

    assert [(result.exit_code, result.output.strip()) for result in results] == [
        (0, "taken"),
        (0, "unaddressed"),
        (0, "unaddressed"),
    ]
    assert len(conversation.of(db.session.get_one(ReuseRequest, request_id))) == 1


def test_while_the_database_is_away_the_mail_server_keeps_the_mail(
    site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Outcome:
        raise OperationalError("SELECT 1", {}, Exception("locked"))

    monkeypatch.setattr(mail_replies, "receive", away)

    assert site.test_cli_runner().invoke(args=["mail", "receive"], input=b"x").exit_code == 75
