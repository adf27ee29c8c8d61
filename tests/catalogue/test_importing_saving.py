"""The first save of many entries leaves behind what the saves of single ones do."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive import audit, clock
from archive.audit import AuditEntry
from archive.db import db
from archive.jobs import Job
from archive.transactions import transaction
from catalogue import agents, credits, entries, outbox, snapshots
from catalogue.agents import AgentKind
from catalogue.credits import Certainty, Credit, Role
from catalogue.entries import Entry, EntryKind, Status
from catalogue.importing import saving
from catalogue.revisions import Revision

DIFFERENT = {"id", "pid", "created_at", "updated_at", "first_public_at", "public_at"}


def credit(entry: Entry, agent_id: int) -> dict[str, Any]:
    return {
        "entry_id": entry.id,
        "position": 0,
        "agent_id": agent_id,
        "role": Role.PERFORMER,
        "instrument_id": None,
        "instrument_text": "tp",
        "leader": True,
        "credited_as": None,
        "certainty": Certainty.CERTAIN,
    }


def one_by_one(agent_id: int, *, publish: bool) -> Entry:
    entry = entries.add(EntryKind.SESSION, "Blauw uur", clock.now())
    entries.set_date(entry, "1961")
    credits.replace(entry.id, [Credit(**credit(entry, agent_id))])
    if publish:
        entries.move(entry, Status.PUBLISHED, None, "why")
    else:
        entries.save(entry, None, "why")
    return entry


def all_at_once(agent_id: int, *, publish: bool) -> Entry:
    entry = saving.blank(EntryKind.SESSION, clock.now(), publish=publish)
    entry.title, entry.alt_titles = "Blauw uur", []
    entries.set_date(entry, "1961")
    db.session.add(entry)
    db.session.flush()
    db.session.add(Credit(**credit(entry, agent_id)))
    db.session.flush()
    saving.keep([entry], "why")
    return entry


@pytest.mark.parametrize("publish", [True, False])
def test_both_ways_write_the_same(app: Flask, publish: bool) -> None:
    with transaction():
        agent_id = agents.add(AgentKind.PERSON, "Coba van Rhijn").id
        made = [one_by_one(agent_id, publish=publish), all_at_once(agent_id, publish=publish)]
        first, second = (said_of(entry) for entry in made)

    assert first == second
    assert outbox.count() == 2
    assert db.session.scalar(select(func.count()).where(Job.name == outbox.JOB)) == 1
    assert audit.first_broken() is None


def test_what_a_new_entry_says_is_what_the_database_says(app: Flask) -> None:
    with transaction():
        entry = all_at_once(agents.add(AgentKind.PERSON, "Coba van Rhijn").id, publish=True)
        kept = db.session.scalars(select(Revision)).one().snapshot
        db.session.expire_all()
        credits_now = snapshots.of([entry])[entry.id]["credits"]
        entries.save(entry, None)
        now = db.session.scalars(select(Revision).order_by(Revision.version.desc())).first()
        assert now

    assert kept["credits"] == credits_now
    changed = {name for name in kept if kept[name] != now.snapshot[name]}
    assert changed == {"version", "updated_at", "public_at"}


def said_of(entry: Entry) -> Any:
    revision = db.session.scalars(select(Revision).where(Revision.entry_id == entry.id)).one()
    query = select(AuditEntry).where(AuditEntry.object_id == entry.pid).order_by(AuditEntry.id)
    return (
        {name: value for name, value in revision.snapshot.items() if name not in DIFFERENT},
        {name: revision.snapshot[name] is None for name in DIFFERENT},
        (revision.version, revision.comment, revision.account_id),
        [(noted.action, noted.detail, noted.account_id) for noted in db.session.scalars(query)],
    )
