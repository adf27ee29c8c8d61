"""A project keeps what a buyer collects, in an order, with parts that can be."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from archive.db import db
from archive.errors import Invalid, NotFound, Refused
from archive.transactions import transaction
from licensing import project_links, projects
from licensing.projects import WHOLE, Part, Project, ProjectItem
from tests.licensing import asking

pytestmark = pytest.mark.usefixtures("app")

CROP = {"x": 0.1, "y": 0.2, "width": 0.5, "height": 0.25}


def titles(project: Project) -> list[str]:
    db.session.expire_all()
    return [item.entry.title for item in project.items]


def test_an_entry_and_a_part_of_it_are_two_items_and_the_same_twice_is_one() -> None:
    project, entry = asking.project(), asking.entry()

    for part in (
        WHOLE,
        Part(1_000, 31_000),
        WHOLE,
        Part(1_000, 31_000),
        Part(crop=CROP),
        Part(crop=dict(CROP)),
    ):
        projects.add(project, entry.id, part)

    assert [item.part for item in project.items] == [WHOLE, Part(1_000, 31_000), Part(crop=CROP)]
    assert projects.size(project) == 3


@pytest.mark.parametrize(
    "part",
    [
        Part(0, None),
        Part(None, 5),
        Part(5, 5),
        Part(6, 5),
        Part(-1, 5),
        Part(0, 10**12),
        Part(crop={"x": 0, "y": 0, "width": 0, "height": 1}),
        Part(crop={"x": 0.6, "y": 0, "width": 0.5, "height": 1}),
        Part(crop={"x": -0.1, "y": 0, "width": 0.5, "height": 1}),
        Part(crop={"x": float("nan"), "y": 0, "width": 0.5, "height": 1}),
        Part(crop={"x": 0, "y": 0, "width": float("inf"), "height": 1}),
        Part(crop={"x": 0, "y": 0, "width": 1}),
    ],
)
def test_a_part_that_cannot_be_is_refused(part: Part) -> None:
    project, entry = asking.project(), asking.entry()

    with pytest.raises(Invalid):
        projects.add(project, entry.id, part)

    assert project.items == []


@pytest.mark.parametrize(("in_ms", "out_ms"), [(5, 5), (6, 5), (-1, 5), (None, 5), (5, None)])
def test_the_database_refuses_such_an_excerpt_too(in_ms: int | None, out_ms: int | None) -> None:
    project, entry = asking.project(), asking.entry()

    with pytest.raises(IntegrityError):
        db.session.execute(
            insert(ProjectItem).values(
                project_id=project.id, entry_id=entry.id, in_ms=in_ms, out_ms=out_ms, position=1
            )
        )
    db.session.rollback()


def test_items_are_put_in_an_order_and_taken_out() -> None:
    project = asking.project()
    one, two, three = (projects.add(project, asking.entry(title).id).id for title in ("A", "B", "C"))

    projects.reorder(project, [three, one, two])
    assert titles(project) == ["C", "A", "B"]
    projects.remove(projects.item_of(project, one))
    assert titles(project) == ["C", "B"]
    projects.add(project, asking.entry("D").id)
    assert titles(project) == ["C", "B", "D"]


@given(named=st.lists(st.integers(-5, 12), max_size=8))
def test_any_order_that_is_asked_for_loses_nothing(named: list[int]) -> None:
    project = asking.project()
    for title in "ABCD":
        projects.add(project, asking.entry(title).id)

    projects.reorder(project, named)

    assert sorted(titles(project)) == ["A", "B", "C", "D"]
    assert [item.position for item in project.items] == [1, 2, 3, 4]


def test_a_full_project_refuses_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projects, "MAX_ITEMS", 2)
    project = asking.project()
    for title in "AB":
        projects.add(project, asking.entry(title).id)

    with pytest.raises(Refused):
        projects.add(project, asking.entry("C").id)


def test_a_form_sent_twice_is_one_project() -> None:
    key = projects.new_key()
    said = projects.Particulars("Slotscène", "documentary", {})

    first, second = (projects.make(said, key=key, lang="nl", moment=asking.NOON) for _ in range(2))

    assert first is second


def test_the_links_of_owner_and_reader_are_two_and_neither_opens_the_other() -> None:
    project = asking.project()
    own, shared = project_links.owner_token(project), project_links.shared_token(project)

    assert project_links.get_by_owner_token(own) is project
    assert project_links.get_by_shared_token(shared) is project
    for token in (shared, project.key, own[:-1], ""):
        with pytest.raises(NotFound):
            project_links.get_by_owner_token(token)
    with pytest.raises(NotFound):
        project_links.get_by_shared_token(own)


def test_an_item_is_moved_to_a_place_and_no_further_than_the_ends() -> None:
    project = asking.project()
    for title in "ABCD":
        projects.add(project, asking.entry(title).id)

    projects.shift(project, project.items[0], 3)
    assert titles(project) == ["B", "C", "A", "D"]
    projects.shift(project, project.items[3], -7)
    assert titles(project) == ["D", "B", "C", "A"]
    projects.shift(project, project.items[0], 99)
    assert titles(project) == ["B", "C", "A", "D"]


def test_an_item_of_another_project_is_not_found() -> None:
    item = projects.add(asking.project(), asking.entry().id)

    with pytest.raises(NotFound):
        projects.item_of(asking.project(), item.id)


def test_two_that_add_at_once_take_two_places(app: Flask) -> None:
    project_id = asking.project().id
    entry_ids = [asking.entry(f"Stuk {number}").id for number in range(4)] * 2
    db.session.commit()

    def add(entry_id: int) -> None:
        with app.app_context(), transaction():
            projects.add(db.session.get_one(Project, project_id), entry_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda entry_id: Context().run(add, entry_id), entry_ids))

    items = db.session.get_one(Project, project_id).items
    assert [item.position for item in items] == [1, 2, 3, 4]
    assert {item.entry_id for item in items} == set(entry_ids)
