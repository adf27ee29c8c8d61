"""Saved searches: one mail a week of only what is new, none when nothing is, never two, whatever dies or runs twice."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from archive import accounts, clock, jobs
from archive.db import db
from archive.transactions import transaction
from catalogue import entries, saved_searches, search_mails
from catalogue.entries import Entry
from catalogue.outbox import IndexChange
from catalogue.saved_searches import SavedSearch, SearchMailing
from catalogue.search.index import DamagedIndexError
from catalogue.search.query import SearchQuery
from tests.catalogue import specimens, visitors
from tests.catalogue.visitors import outbox, post, text_of, words

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # nine in Amsterdam
WEEK = timedelta(days=7)
NEW = "/en/searches/new"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    """A clock that the test moves."""
    made = Clock(datetime(2026, 11, 18, 12, 0, tzinfo=UTC))
    monkeypatch.setattr(clock, "now", lambda: made.moment)
    return made


class Clock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def at(self, moment: datetime) -> None:
        self.moment = moment


def publish(title: str, **facts: object) -> str:
    """Publish a recording now, and let the index know."""
    entry = specimens.recording(title, **facts)
    entry.first_public_at = clock.now()
    specimens.in_index()
    return entry.pid


def save(q: str = "trumpet", address: str = "coba@example.org", **parts: object) -> int:
    with transaction():
        account = accounts.ensure_researcher(address, clock.now())
        search = saved_searches.save(account, SearchQuery(q=q, **parts), q, "en", clock.now())  # type: ignore[arg-type]
        return search.id


def send() -> list[str]:
    """Run the job once; return the texts of the mails it brought."""
    before = len(outbox())
    search_mails.run({"job_id": 0})
    db.session.rollback()
    return [text_of(mail) for mail in outbox()[before:]]


def test_a_mail_tells_of_what_is_new_and_of_nothing_else(app: Flask, now: Clock) -> None:
    publish("Old trumpet")
    now.at(now.moment + timedelta(hours=1))
    save()
    now.at(now.moment + timedelta(hours=1))
    new = publish("New trumpet")
    publish("New saxophone")
    now.at(MONDAY)

    (mail,) = send()

    assert "New trumpet" in mail
    assert f"http://localhost/en/entries/{new}" in mail
    assert "Old trumpet" not in mail
    assert "saxophone" not in mail


def test_without_news_there_is_no_mail(app: Flask, now: Clock) -> None:
    publish("Old trumpet")
    now.at(now.moment + timedelta(hours=1))
    save()
    now.at(MONDAY)

    assert send() == []
    assert [(mailing.week, mailing.found) for mailing in db.session.scalars(select(SearchMailing))] == [
        ("2026-W48", 0)
    ]


def test_there_is_one_mail_a_week_however_often_the_job_runs(app: Flask, now: Clock) -> None:
    save()
    now.at(now.moment + timedelta(hours=1))
    publish("New trumpet")
    now.at(MONDAY)

    assert [len(send()) for _ in range(3)] == [1, 0, 0]

    now.at(MONDAY + timedelta(hours=3))
    publish("Later trumpet")
    assert send() == []
    now.at(MONDAY + WEEK)
    (mail,) = send()
    assert "Later trumpet" in mail
    assert "New trumpet" not in mail


def test_before_monday_morning_nothing_goes_out(app: Flask, now: Clock) -> None:
    save()
    now.at(now.moment + timedelta(hours=1))
    publish("New trumpet")

    now.at(datetime(2026, 11, 23, 5, 59, tzinfo=UTC))  # 6:59 in Amsterdam
    assert send() == []
    now.at(datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert len(send()) == 1


def test_a_week_that_was_missed_is_told_the_next_time(app: Flask, now: Clock) -> None:
    save()
    now.at(now.moment + timedelta(hours=1))
    publish("New trumpet")
    now.at(MONDAY + 2 * WEEK)

    (mail,) = send()

    assert "New trumpet" in mail


def test_a_job_that_dies_half_way_goes_on_where_it_was(
    app: Flask, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abcd":
        save(address=f"{name}@example.org")
    now.at(now.moment + timedelta(hours=1))
    publish("New trumpet")
    now.at(MONDAY)
    told: list[int] = []
    whole = search_mails._send

    def dying(search: SavedSearch, found: list[str]) -> None:
        if len(told) == 2:
            raise KeyboardInterrupt
        told.append(search.id)
        whole(search, found)

    monkeypatch.setattr(search_mails, "_send", dying)
    with pytest.raises(KeyboardInterrupt):
        search_mails.run({"job_id": 0})
    monkeypatch.setattr(search_mails, "_send", whole)
    db.session.rollback()
    search_mails.run({"job_id": 0})

    receivers = [mail["To"] for mail in outbox()]

    assert sorted(receivers) == [f"{name}@example.org" for name in "abcd"]


def test_two_runners_at_once_send_one_mail(app: Flask, now: Clock) -> None:
    number = save()
    now.at(now.moment + timedelta(hours=1))
    publish("New trumpet")
    now.at(MONDAY)

    for _ in range(2):  # each has read the list before the other wrote
        search_mails.tell(number, "2026-W48", now.moment)

    assert len(outbox()) == 1


def test_what_the_index_does_not_know_yet_is_told_next_week(app: Flask, now: Clock) -> None:
    save()
    now.at(now.moment + timedelta(hours=1))
    publish("Early trumpet")
    now.at(now.moment + timedelta(hours=1))
    late = specimens.recording("Late trumpet")
    late.first_public_at = now.moment
    db.session.commit()
    now.at(MONDAY)
    search_mails.run({"job_id": 0})  # before the runner has emptied the outbox of the index
    assert db.session.scalar(select(func.count()).select_from(IndexChange))

    (first,) = [text_of(mail) for mail in outbox()]
    assert "Early trumpet" in first
    assert "Late trumpet" not in first
    now.at(MONDAY + WEEK)
    (second,) = send()
    assert "Late trumpet" in second
    assert "Early trumpet" not in second


def test_an_embargo_that_ended_is_news_and_one_that_lasts_is_not(app: Flask, now: Clock) -> None:
    publish("Opened trumpet", embargo_until=date(2026, 11, 21))
    publish("Closed trumpet", embargo_until=date(2026, 12, 24))
    now.at(now.moment + timedelta(hours=1))
    save()
    now.at(MONDAY)

    (mail,) = send()

    assert "Opened trumpet" in mail
    assert "Closed trumpet" not in mail


def test_what_was_withdrawn_since_is_not_told(app: Flask, now: Clock) -> None:
    save()
    now.at(now.moment + timedelta(hours=1))
    pid = publish("New trumpet")
    entry = entries.get(pid)
    entries.move(entry, entries.Status.WITHDRAWN, None, "a mistake")
    specimens.in_index()
    now.at(MONDAY)

    assert send() == []


def test_what_is_merely_alike_is_not_mailed(app: Flask, now: Clock) -> None:
    save("trumpetta xylophone")
    now.at(now.moment + timedelta(hours=1))
    publish("New trumpet")
    now.at(MONDAY)

    assert send() == []


def test_a_filter_alone_is_a_search(app: Flask, now: Clock) -> None:
    save("", filters=(("kind", ("image",)),))
    now.at(now.moment + timedelta(hours=1))
    publish("A recording")
    picture = specimens.picture("A picture")
    picture.first_public_at = now.moment
    specimens.in_index()
    now.at(MONDAY)

    (mail,) = send()

    assert "A picture" in mail
    assert "A recording" not in mail


def test_after_a_large_import_a_mail_names_twenty_and_gives_the_number(app: Flask, now: Clock) -> None:
    save()
    now.at(now.moment + timedelta(hours=1))
    for number in range(53):
        specimens.recording(f"Trumpet {number}").first_public_at = now.moment
    specimens.in_index()
    now.at(MONDAY)

    (mail,) = send()

    assert mail.count("/en/entries/") == search_mails.MAX_SHOWN
    assert "and 33 more" in mail
    assert outbox()[-1]["Subject"] == "53 new in trumpet"


def test_a_mail_can_be_ended_by_the_mail_program_in_one_post(
    app: Flask, client: FlaskClient, now: Clock
) -> None:
    save()
    now.at(now.moment + timedelta(hours=1))
    publish("New trumpet")
    now.at(MONDAY)
    send()
    mail = outbox()[-1]
    path = urlsplit(mail["List-Unsubscribe"].strip("<>")).path
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    client.get(path)
    assert db.session.scalars(select(SavedSearch)).one().is_mailed, "looking ends nothing"
    db.session.rollback()
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})  # no cookie and no token

    assert answer.status_code == 200
    assert "The mails have stopped" in words(answer)
    assert client.post(path).status_code == 200, "twice is the same"
    publish("Another trumpet")
    now.at(MONDAY + WEEK)
    assert send() == []


def test_a_made_up_address_ends_nothing(client: FlaskClient, now: Clock) -> None:
    save()

    assert client.post("/mails/stop/ImFiYyI.xyz").status_code == 404
    assert db.session.scalars(select(SavedSearch)).one().is_mailed


def test_a_search_is_saved_from_the_page_of_results(client: FlaskClient, app: Flask) -> None:
    wanted = client.get(f"{NEW}?q=trumpet&kind=recording&page=3&sort=oldest").location
    answer = visitors.sign_in_by_mail(
        client, after=wanted.split("after=")[1].replace("%26", "&").replace("%3D", "=")
    )

    assert answer.location.startswith(NEW), "who had to sign in first comes back to what they wanted"
    form = client.get(answer.location)
    saved = post(
        client, f"{NEW}?q=trumpet&kind=recording&page=3&sort=oldest", form_on=answer.location, name="Brass"
    )

    assert "trumpet" in words(form)
    assert saved.location == "/en/account?saved=1#searches"
    search = db.session.scalars(select(SavedSearch)).one()
    assert (search.name, search.question, search.lang) == ("Brass", "q=trumpet&kind=recording", "en")


def test_the_same_question_is_saved_once(app: Flask, now: Clock) -> None:
    assert save() == save()


def test_a_story_is_too_long_to_be_saved_and_says_so(app: Flask, client: FlaskClient) -> None:
    visitors.sign_in_by_mail(client)

    answer = post(client, f"{NEW}?q={'%C3%A9' * 900}", form_on="/en/account")

    assert answer.status_code == 409
    assert "too long to be saved" in words(answer)


def test_another_person_s_search_is_not_found(app: Flask, client: FlaskClient) -> None:
    number = save(address="other@example.org")
    visitors.sign_in_by_mail(client)

    assert post(client, f"/en/searches/{number}", form_on="/en/account", to="remove").status_code == 404
    assert db.session.scalars(select(SavedSearch)).one()


def test_mails_that_come_again_tell_of_what_comes_from_then_on(app: Flask, client: FlaskClient) -> None:
    visitors.sign_in_by_mail(client)
    number = save()
    post(client, f"/en/searches/{number}", form_on="/en/account", to="stop")
    before = clock.now()

    post(client, f"/en/searches/{number}", form_on="/en/account", to="resume")

    db.session.rollback()
    search = db.session.get_one(SavedSearch, number)
    assert search.is_mailed
    assert search.told_until > before


def test_while_the_index_is_away_nothing_is_mailed_and_nothing_is_lost(
    app: Flask, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    save()
    now.at(now.moment + timedelta(hours=1))
    publish("New trumpet")
    now.at(MONDAY)

    def broken(*_: object) -> None:
        raise DamagedIndexError("no index")

    with monkeypatch.context() as patch:
        patch.setattr(app.extensions["search_index"], "search", broken)
        with pytest.raises(DamagedIndexError):
            search_mails.run({"job_id": 0})
    db.session.rollback()

    assert len(send()) == 1


def test_the_job_comes_back_by_itself(app: Flask) -> None:
    jobs.enqueue_recurring()

    assert db.session.scalar(select(jobs.Job.id).where(jobs.Job.name == search_mails.JOB)) is not None
    assert db.session.scalar(select(func.count()).select_from(Entry)) == 0
