"""Mail: written with the change, in the reader's language, sent once, and never bent by what is put into it."""

import email
import email.policy
import smtplib
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import DictLoader

from archive import config, jobs, mail
from archive.db import db
from archive.errors import Invalid
from archive.jobs import Job
from archive.transactions import transaction

TEMPLATES = {
    "mail/greeting/subject.txt": "Welcome,\n {{ name }}",
    "mail/greeting/body.txt": (
        '{% extends "mail/layout.txt" %}'
        '{% block body %}Dear {{ name }}, see {{ url_for("catalogue.home") }}{% endblock %}'
    ),
    "mail/greeting/body.html": '{% extends "mail/layout.html" %}{% block body %}<p>Dear {{ name }}</p>{% endblock %}',
}


@pytest.fixture(autouse=True)
def _greeting(house: Flask) -> None:
    house.jinja_env.loader.loaders.insert(0, DictLoader(TEMPLATES))  # type: ignore[union-attr]


def send(to: str = "anna@example.org", lang: str = "en", **context: Any) -> None:
    with transaction():
        mail.send("greeting", to, lang, **({"name": "Anna"} | context))


def outbox() -> list[EmailMessage]:
    folder = Path(config.current().data_dir) / "mail"
    return [read(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_message_is_text_and_html_to_one_reader() -> None:
    send()
    jobs.run_next()

    (message,) = outbox()
    assert message["To"] == "anna@example.org"
    assert message["From"] == config.current().mail_from
    assert message["Subject"] == "Welcome, Anna"
    assert "Dear Anna" in body(message, "plain")
    assert "<p>Dear Anna</p>" in body(message, "html")


def test_addresses_in_it_are_in_full_and_in_the_readers_language() -> None:
    send(lang="nl")
    jobs.run_next()

    assert "http://localhost/nl/" in body(outbox()[0], "plain")
    assert outbox()[0]["Content-Language"] == "nl"


def test_names_are_escaped_in_html_and_left_alone_in_text() -> None:
    send(name="A & <b>")
    jobs.run_next()

    assert "A &amp; &lt;b&gt;" in body(outbox()[0], "html")
    assert "A & <b>" in body(outbox()[0], "plain")


def test_a_change_that_is_rolled_back_sends_nothing() -> None:
    def change() -> None:
        with transaction():
            mail.send("greeting", "anna@example.org", "en", name="Anna")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()

    assert not jobs.run_next()


def test_a_job_done_twice_leaves_one_message() -> None:
    send()
    payload = dict(db.session.query(Job).one().payload) | {"job_id": 7}

    mail.deliver(payload)
    mail.deliver(payload)

    assert len(outbox()) == 1


def test_the_same_job_makes_the_same_message_and_another_job_another() -> None:
    send()
    send()
    first, second = (dict(job.payload) | {"job_id": job.id} for job in db.session.query(Job).order_by(Job.id))
    settings = config.current()

    assert mail.compose(first, settings)["Message-ID"] == mail.compose(first, settings)["Message-ID"]
    assert mail.compose(first, settings)["Message-ID"] != mail.compose(second, settings)["Message-ID"]


@pytest.mark.parametrize(
    "address",
    [
        *("", "anna", "anna@", "@example.org", "anna@example", "a b@example.org", "zoë@example.org"),
        *(
            "anna@example.org\nBcc: x@example.org",
            "Anna <anna@example.org>",
            "anna@example.org, eve@example.org",
        ),
        *("a" * 250 + "@example.org", "anna@exa\0mple.org", ".anna@example.org", "anna..b@example.org"),
        *("anna@.example.org", "anna@example..org"),
    ],
)
def test_an_impossible_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(Invalid):
        send(address)


def test_a_domain_with_accents_is_written_as_mail_servers_know_it() -> None:
    assert mail.read_address(" anna@bücher.example ") == "anna@xn--bcher-kva.example"


@given(name=st.text(max_size=80), address=st.text(max_size=30))
@example(name="\r\nBcc: eve@example.org", address="zoë@example.org")
@example(name="\x85\u2028", address="anna@bücher.example")
def test_nothing_put_into_a_message_becomes_a_header(name: str, address: str) -> None:
    try:
        to = mail.read_address(address)
    except Invalid:
        to = "anna@example.org"
    payload = {
        "to": to,
        "lang": "en",
        "subject": " ".join(f"Welcome, {name}".split()),
        "text": name,
        "html": name,
        "written_at": "2026-11-22T12:00:00+00:00",
        "job_id": 1,
    }

    message = read(mail.compose(payload, config.current()).as_bytes())

    assert sorted(set(message.keys())) == sorted(
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Content-Language",
            "Auto-Submitted",
            "MIME-Version",
            "Content-Type",
        ]
    )
    assert len(message["To"].addresses) == 1


class Server:
    """A stand-in for smtplib's connections that keeps what it is told."""

    said: list[Any] = []  # noqa: RUF012 - emptied by the fixture
    offers = True

    def __init__(self, host: str, port: int, **_: Any) -> None:
        self.said.append((type(self).__name__, host, port))

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.said.append("quit")

    def ehlo(self) -> None: ...

    def has_extn(self, _name: str) -> bool:
        return self.offers

    def starttls(self, context: object) -> None:
        assert context is not None
        self.said.append("starttls")

    def login(self, user: str, password: str) -> None:
        self.said.append(("login", user, password))

    def send_message(self, message: EmailMessage) -> None:
        self.said.append(("message", message["To"]))


class SecureServer(Server):
    """One that speaks TLS from the start."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    Server.said.clear()
    monkeypatch.setattr(Server, "offers", True)
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(smtplib, "SMTP_SSL", SecureServer)
    return Server


def use(url: str) -> None:
    current_app.config["SETTINGS"] = replace(config.current(), mail_url=url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "smtp://mail.example.org",
            [("Server", "mail.example.org", 587), "starttls", ("message", "anna@example.org"), "quit"],
        ),
        ("smtp://mail:25", [("Server", "mail", 25), "starttls", ("message", "anna@example.org"), "quit"]),
        (
            "smtps://us%40er:p%3Ass@mail",
            [
                ("SecureServer", "mail", 465),
                ("login", "us@er", "p:ss"),
                ("message", "anna@example.org"),
                "quit",
            ],
        ),
    ],
)
def test_a_server_is_spoken_to_in_tls(server: type[Server], url: str, said: list[Any]) -> None:
    use(url)
    send()
    jobs.run_next()

    assert server.said == said


def test_a_password_is_never_sent_in_the_clear(server: type[Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "offers", False)
    use("smtp://user:secret@mail")
    send()
    jobs.run_next()

    assert not any("login" in part for part in server.said)
    assert "STARTTLS" in str(db.session.query(Job).one().error)
