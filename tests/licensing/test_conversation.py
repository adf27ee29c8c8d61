"""What is said about a request, and what of it the buyer may read."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from archive.db import db
from archive.errors import Invalid
from licensing import conversation, reuse_requests
from licensing.conversation import Voice
from tests.licensing import asking
from tests.licensing.asking import NOON

pytestmark = pytest.mark.usefixtures("app")


def test_the_buyer_reads_neither_notes_nor_what_rights_holders_write() -> None:
    request = asking.request()
    for voice in Voice:
        conversation.say(request, voice, f"said by {voice.value}", NOON)

    read = [message.voice for message in conversation.for_buyer(request)]

    assert read == [Voice.BUYER, Voice.STAFF, Voice.SYSTEM]
    assert len(conversation.of(request)) == len(Voice)


def test_the_first_words_of_staff_are_the_answer() -> None:
    request = asking.request()
    for hours, voice in enumerate((Voice.NOTE, Voice.SYSTEM, Voice.BUYER, Voice.STAFF, Voice.STAFF)):
        conversation.say(request, voice, "words", NOON + timedelta(hours=hours))

    assert request.answered_at == NOON + timedelta(hours=3)


@pytest.mark.parametrize("body", ["", " \n\t ", "\x00\x07", "x" * (conversation.MAX_BODY + 1)])
def test_nothing_and_too_much_are_no_message(body: str) -> None:
    with pytest.raises(Invalid):
        conversation.say(asking.request(), Voice.BUYER, body, NOON)


@given(body=st.text(st.characters(codec=None), max_size=60))
def test_whatever_is_written_can_be_kept_and_read_again(body: str) -> None:
    try:
        tidy = conversation.read_body(body)
    except Invalid:
        return

    tidy.encode()
    assert "\x00" not in tidy
    assert "\u202e" not in tidy
    assert conversation.read_body(tidy) == tidy


def test_a_mail_is_taken_in_once() -> None:
    request = asking.request()
    conversation.say(request, Voice.BUYER, "once", NOON, mail_message_id="<1@studio.example>")

    with pytest.raises(IntegrityError):
        conversation.say(request, Voice.BUYER, "twice", NOON, mail_message_id="<1@studio.example>")
    db.session.rollback()


def test_the_page_of_a_request_shows_no_note(client: FlaskClient) -> None:
    request = asking.request()
    conversation.say(request, Voice.NOTE, "They paid late before.", NOON, author_name="Eva")
    conversation.say(request, Voice.STAFF, "<b>Welcome</b>", NOON, author_name="Eva")
    token = reuse_requests.link_token(request)
    db.session.commit()

    page = client.get(f"/nl/requests/{token}").get_data(as_text=True)

    assert "They paid late before." not in page
    assert "&lt;b&gt;Welcome&lt;/b&gt;" in page
    assert client.get(f"/nl/requests/{token}x").status_code == 404
