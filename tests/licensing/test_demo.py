"""The demo with what the sale adds: each rights situation leads to what it promises, and somebody can sign in."""

import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from archive import accounts, clock, config
from archive.accounts import Role
from archive.db import db
from catalogue import entries, performances
from catalogue.demo.content import Content
from catalogue.entries import Entry, Reuse
from catalogue.performances import Standing
from catalogue.search import index, upkeep
from catalogue.search.query import SearchQuery
from licensing import box_offices, demo, demo_performances, demo_requests, rates, rights
from licensing.box_offices import FreeReason
from licensing.reuse_requests import RequestStatus, ReuseRequest
from tests.catalogue.demo.cut import SMALL, AtOnce, cut, tiny, whole


def one_of_each_situation() -> Content:
    """The first recording or picture of each situation."""
    first: dict[str, str] = {}
    for piece in (*(take for _session, take in whole().takes), *whole().images):
        first.setdefault(piece.rights, piece.shelf)
    return cut(frozenset(first.values()))


def load(content: Content = SMALL) -> list[str]:
    """Load a content with files of a few bytes; return what was said."""
    said: list[str] = []
    demo.load(said.append, content, AtOnce(tiny))
    return said


def accounts_file() -> Path:
    return config.current().data_dir / demo.ACCOUNTS_FILE


def holders(shelf: str) -> set[str | None]:
    entry = db.session.scalars(select(Entry).where(Entry.shelfmark == shelf)).one()
    return {claim.holder for claim in rights.claims_of(entry.id)}


def test_every_situation_leads_to_the_reuse_it_promises(app: Flask) -> None:
    content = one_of_each_situation()
    said = load(content)

    reuse = dict(db.session.execute(select(Entry.pid, Entry.reuse)).tuples().all())
    pieces = list(demo.pieces(content))
    assert {piece.situation.code for piece in pieces} == set(content.situations)
    assert {piece.situation.code: reuse[piece.pid] for piece in pieces} == {
        code: situation.reuse for code, situation in content.situations.items()
    }
    assert not [line for line in said if "promises" in line]


def test_a_promise_that_the_rules_do_not_keep_is_said(app: Flask) -> None:
    promised = {
        code: replace(situation, reuse=Reuse.NONE) if code == "cleared" else situation
        for code, situation in SMALL.situations.items()
    }

    said = load(replace(SMALL, situations=promised))

    assert "NR-0412: cleared promises none, the rules say direct" in said


def test_what_can_be_licensed_at_once_has_a_price(app: Flask) -> None:
    load()

    direct = db.session.scalars(select(Entry).where(Entry.reuse == Reuse.DIRECT)).all()
    assert direct
    assert all(entry.price_from_minor for entry in direct)
    assert rates.active_on(clock.now().date()) is not None


def test_the_rights_of_the_dead_are_with_their_heirs_and_those_of_the_living_with_themselves(
    app: Flask,
) -> None:
    load(cut(("NR-0412", "NR-0816", "NR-0650")))

    assert "Erven Joop Terwindt" in holders("NR-0412")
    assert "Marleen Duyvesteijn" in holders("NR-0816")
    assert "Erven Ruurd Eskes" in holders("NR-0650")


def test_the_file_says_who_can_sign_in_and_only_its_owner_may_read_it(app: Flask) -> None:
    load()

    text = accounts_file().read_text(encoding="utf-8")
    for role in (Role.CATALOGUER, Role.LICENSING, Role.ADMIN, Role.RESEARCHER):
        found = re.search(rf"^{role.value}\s+(\S+)\s+(.+)$", text, re.MULTILINE)
        assert found
        account = accounts.authenticate(found[1], found[2])
        assert account is not None
        assert account.role is role
    assert stat.S_IMODE(accounts_file().stat().st_mode) == 0o600


def test_all_of_it_can_be_found(app: Flask) -> None:
    load()

    found = index.current().search(SearchQuery(q="blauw uur"), clock.now().date())

    assert found.total >= 2  # the recording and the work


def test_a_second_load_adds_nothing(app: Flask) -> None:
    load()
    text = accounts_file().read_text(encoding="utf-8")
    claims = db.session.scalars(select(rights.RightsClaim.id)).all()
    db.session.rollback()

    assert load() == ["The demo collection is there already."]
    assert accounts_file().read_text(encoding="utf-8") == text
    assert db.session.scalars(select(rights.RightsClaim.id)).all() == claims


def test_a_load_that_fails_at_the_end_leaves_no_mark_and_keeps_its_passwords(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_progress: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(upkeep, "make_anew", fail)
        with pytest.raises(OSError, match="the disk is full"):
            load()
    marked = accounts_file().exists()
    load()

    assert not marked
    _role, address, password = accounts_file().read_text(encoding="utf-8").splitlines()[0].split()
    assert accounts.authenticate(address, password) is not None


def test_the_command_loads_the_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo.reading, "read", lambda: replace(SMALL, sessions=(), images=()))

    answer = app.test_cli_runner().invoke(args=["demo", "load"])

    assert answer.exit_code == 0, answer.output
    assert "demo-accounts.txt says who can sign in" in answer.output


def test_the_desk_finds_requests_in_several_states(app: Flask) -> None:
    load()
    sent = {request.number: request.status for request in db.session.scalars(select(ReuseRequest))}
    moment = clock.now()
    by = accounts.find("licenties@nachtregister.example")
    assert by is not None
    db.session.rollback()

    assert demo_requests.load(by, moment) == 0  # a second time they are there
    assert set(sent.values()) >= {
        RequestStatus.SUBMITTED,
        RequestStatus.TRIAGE,
        RequestStatus.CLEARING,
        RequestStatus.REJECTED,
    }


def test_performances_are_coming_to_be_seen_later_and_free_for_a_reason(app: Flask) -> None:
    load()
    moment = clock.now()
    known = {
        code: box_offices.get(entries.get(demo_performances.pid_of(code)).id)
        for code in ("coming", "seen_later", "free")
    }
    standings = {
        code: performances.of([each.entry_id])[each.entry_id].standing(moment) for code, each in known.items()
    }
    db.session.rollback()

    assert demo_performances.load(moment) == 0  # a second time they are there
    assert standings == {"coming": Standing.COMING, "seen_later": Standing.OPEN, "free": Standing.COMING}
    assert known["free"].free_reason is FreeReason.FUNDED
    assert index.current().search(SearchQuery(q="nieuw blad"), moment.date()).total == 1
