"""Whatever leads to people, places and entries is known to the merge; and what came from elsewhere stays one."""

from pathlib import Path

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from archive.db import Model, db
from archive.errors import Refused
from catalogue import agents, credits, redirects, relations
from catalogue.agents import Agent, AgentKind
from catalogue.credits import Credit
from catalogue.entries import Entry
from catalogue.merges import MergeKind
from catalogue.merging import fields, joining
from catalogue.merging.joining import Order
from catalogue.merging.links import LINKS, STAYING
from catalogue.pages import merging as merging_page
from catalogue.relations import RelationKind
from tests.catalogue import importing_tables, specimens


def test_every_column_that_leads_to_what_can_be_merged_is_named(app: Flask) -> None:
    tables = {table.__tablename__ for table in fields.KINDS.values()}
    leading = {
        f"{key.parent.table.name}.{key.parent.name}"
        for mapper in Model.registry.mappers
        if mapper.class_.__module__.startswith("catalogue.")
        for key in mapper.local_table.foreign_keys
        if key.column.table.name in tables
    }
    moving = {link.name for links in LINKS.values() for link in links}

    # A new table: let its links move (catalogue.merging.links.LINKS), or say there why they stay.
    assert leading - moving - STAYING.keys() == set()
    assert moving - leading == set()
    assert moving <= merging_page.MOVING.keys()


def test_two_that_speak_of_each_other_say_nothing_of_themselves(app: Flask) -> None:
    kept, gone = specimens.recording("Blauw uur"), specimens.recording("Blauw uur, tweede keer")
    other = specimens.recording("Andere")
    relations.replace(gone.id, [(RelationKind.VERSION_OF, kept.id), (RelationKind.REFERENCES, other.id)])
    db.session.commit()

    made = joining.merge(MergeKind.ENTRY, Order(kept.id, gone.id, {}, kept.version, gone.version), None)

    assert [(one.to_id, one.kind) for one in relations.of(kept.id)] == [(other.id, RelationKind.REFERENCES)]
    joining.undo(made.id, None)
    assert {one.to_id for one in relations.of(gone.id)} == {kept.id, other.id}
    assert made.left_over == []


def test_what_was_merged_is_imported_into_what_stays(app: Flask, tmp_path: Path) -> None:
    rows = importing_tables.some_rows(12)
    importing_tables.imported(importing_tables.written(tmp_path, rows))
    first, second = db.session.scalars(select(Agent).where(Agent.name.like("Soloist %")).limit(2)).all()
    sessions = db.session.scalars(select(Entry).where(Entry.kind == "session").limit(2)).all()
    kept, gone = sessions
    joining.merge(MergeKind.AGENT, Order(first.id, second.id, {}, 0, 0), None)
    joining.merge(MergeKind.ENTRY, Order(kept.id, gone.id, {}, kept.version, gone.version), None)
    db.session.commit()
    entries_before = db.session.scalar(select(func.count()).select_from(Entry))
    changed = [row | {"composer": "Newcomer"} for row in rows]
    importing_tables.imported(importing_tables.written(tmp_path, changed))

    assert db.session.scalar(select(func.count()).select_from(Entry)) == entries_before
    of_gone = select(func.count()).select_from(Credit).where(Credit.agent_id == second.id)
    assert db.session.scalar(of_gone) == 0
    assert credits.of(gone.id)[gone.id] == []


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=14))
def test_no_row_of_merges_and_undos_ever_leads_in_a_circle(
    shared_site: Flask, steps: list[tuple[int, int, bool]]
) -> None:
    people = [agents.add(AgentKind.PERSON, f"Player {at}") for at in range(5)]
    made = []
    for kept, gone, is_undone in steps:
        one, other = people[kept], people[gone]
        try:
            if is_undone and made:
                joining.undo(made[kept % len(made)], None)
            else:
                wanted = Order(one.id, other.id, {}, one.version, other.version)
                made.append(joining.merge(MergeKind.AGENT, wanted, None).id)
        except Refused:
            continue
        except joining.Invalid:
            continue

    ends = [redirects.survivor(one) for one in people]
    assert all(end.merged_into_id is None for end in ends)
    assert redirects.all_of(Agent) == {
        one.id: end.id for one, end in zip(people, ends, strict=True) if one is not end
    }
    db.session.rollback()
