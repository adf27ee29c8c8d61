"""People in front of the site in tests: how they fill in forms, sign in by mail, and what mail they get."""

import email
import email.policy
import html
import re
from email.message import EmailMessage
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive import accounts, clock, config, job_runner
from archive.accounts import Role
from archive.db import db
from archive.transactions import transaction

PASSWORD = "paard batterij nietje"


def post(browser: FlaskClient, path: str, form_on: str = "/en/sign-in", **fields: str) -> TestResponse:
    """Post a form with the token of a page."""
    page = browser.get(form_on).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page
    return browser.post(path, data={"csrf_token": found[1], **fields})


def words(answer: TestResponse) -> str:
    """The words of a page, without its marks."""
    body = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>", " ", answer.get_data(as_text=True))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def outbox() -> list[EmailMessage]:
    """All mail that went out, the oldest first; jobs that are due are done before."""
    db.session.rollback()  # what the test has read would hide the newest jobs
    job_runner.run_due()
    folder = Path(config.current().data_dir) / "mail"
    found = []
    for path in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    body = message.get_body(("plain",))
    assert body
    content: str = body.get_content()
    return content


def sign_in_by_mail(browser: FlaskClient, address: str = "coba@example.org", **fields: str) -> TestResponse:
    """Sign a researcher in by the link in their mail."""
    post(browser, "/en/sign-in/mail", email=address, **fields)
    found = re.search(r"http://localhost(/\S+)", text_of(outbox()[-1]))
    assert found
    return post(browser, found[1], form_on=found[1])


def staff(browser: FlaskClient, address: str = "marit@example.org") -> FlaskClient:
    """Sign a cataloguer in."""
    with transaction():
        accounts.add(address, "Marit", Role.CATALOGUER, PASSWORD, clock.now())
    answer = post(browser, "/en/sign-in", email=address, password=PASSWORD)
    assert answer.status_code == 303
    return browser
