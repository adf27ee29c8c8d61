"""Projects: what a buyer collects for one production, as whole entries, excerpts of sound and crops of pictures.
Its links are made by `project_links`.
"""

import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.db import Model, db, lock_row
from archive.errors import Invalid, NotFound, Refused
from catalogue.entries import Entry

MAX_ITEMS = 500
MAX_TITLE = 200
MAX_NOTE = 2_000
LONGEST_MS = 24 * 60 * 60 * 1000
CROP_SIDES = ("x", "y", "width", "height")
SMALLEST_SIDE = 0.01  # of a crop, as a fraction of the picture's


class Project(Model):
    """One production in the making, or what a request froze of it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # of the form that made it: sent twice, it is one project
    owner_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
    title: Mapped[str]
    production_type: Mapped[str]  # a code of `vocabulary.USES`
    choice: Mapped[dict[str, Any]]  # further answers of the ticket that hold for all items, by question
    end_user: Mapped[str | None]  # who the production is made for
    deadline: Mapped[date | None]
    note: Mapped[str | None]
    lang: Mapped[str]
    created_at: Mapped[datetime]

    items: Mapped[list["ProjectItem"]] = relationship(
        back_populates="project",
        order_by="ProjectItem.position, ProjectItem.id",
        cascade="all, delete-orphan",
    )

    @property
    def answers(self) -> dict[str, str]:
        """The answers of the ticket that hold for all items, by question; where no part is named, all is meant."""
        return {"duration": "whole", **self.choice, "use": self.production_type}


class ProjectItem(Model):
    """One thing in a project. Its entry may be withdrawn or merged later; the item stays and its line says so."""

    __table_args__ = (
        CheckConstraint("(in_ms IS NULL) = (out_ms IS NULL)", "excerpt_has_both_ends"),
        CheckConstraint("in_ms >= 0 AND in_ms < out_ms", "excerpt_runs_forward"),
        Index(None, "project_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    in_ms: Mapped[int | None]  # of the entry's own sound; both None: the whole
    out_ms: Mapped[int | None]
    crop: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # fractions of the picture
    note: Mapped[str | None]
    position: Mapped[int]

    project: Mapped[Project] = relationship(back_populates="items")
    entry: Mapped[Entry] = relationship()

    @property
    def part(self) -> "Part":
        """Which part of the entry is meant."""
        return Part(self.in_ms, self.out_ms, self.crop)


@dataclass(frozen=True)
class Part:
    """A part of an entry: an excerpt of its sound, a crop of its picture, or neither: all of it."""

    in_ms: int | None = None
    out_ms: int | None = None
    crop: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Particulars:
    """What a project says of its production; the titles and names come trimmed."""

    title: str
    production_type: str
    choice: Mapping[str, str]
    end_user: str | None = None
    deadline: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Content:
    """What is asked for in a request, before it is a row."""

    entry_id: int
    part: Part
    note: str | None = None


WHOLE = Part()


def new_key() -> str:
    """Make the key of a project: 128 bits."""
    return secrets.token_urlsafe(16)


def make(
    said: Particulars, *, key: str, lang: str, moment: datetime, owner_account_id: int | None = None
) -> Project:
    """Make an empty project; a form sent again finds the project it made."""
    known = db.session.scalar(select(Project).where(Project.key == key))
    if known is not None:
        return known
    project = Project(
        key=key,
        owner_account_id=owner_account_id,
        lang=lang,
        created_at=moment,
        title=said.title,
        production_type=said.production_type,
        choice=dict(said.choice),
        end_user=said.end_user,
        deadline=said.deadline,
        note=said.note,
    )
    db.session.add(project)
    db.session.flush()
    return project


def change(project: Project, said: Particulars) -> None:
    """Take over what its form says."""
    project.title, project.production_type, project.choice = (
        said.title,
        said.production_type,
        dict(said.choice),
    )
    project.end_user, project.deadline, project.note = said.end_user, said.deadline, said.note
    db.session.flush()


def add(project: Project, entry_id: int, part: Part = WHOLE) -> ProjectItem:
    """Put an entry, or a part of it, at the end; the same part twice is one item. Raise Refused when full,
    Invalid for a part that cannot be.
    """
    check(part)
    _lock(project)
    for item in project.items:
        if item.entry_id == entry_id and item.part == part:
            return item
    if len(project.items) >= MAX_ITEMS:
        raise Refused("A project holds %(limit)s items. Begin another one for the rest.", limit=MAX_ITEMS)
    position = project.items[-1].position + 1 if project.items else 1
    item = ProjectItem(entry_id=entry_id, position=position)
    _set_part(item, part)
    project.items.append(item)
    db.session.flush()
    return item


def set_part(item: ProjectItem, part: Part, note: str | None) -> None:
    """Say which part of the entry is meant, with a note; raise Invalid for a part that cannot be."""
    check(part)
    _set_part(item, part)
    item.note = note
    db.session.flush()


def check(part: Part) -> None:
    """Raise Invalid for an excerpt that does not run forward or a crop outside its picture."""
    if (part.in_ms is None) != (part.out_ms is None):
        raise Invalid("Fill in where the excerpt begins and where it ends, or neither for the whole.")
    if part.in_ms is not None and part.out_ms is not None and not 0 <= part.in_ms < part.out_ms <= LONGEST_MS:
        raise Invalid("An excerpt ends after it begins. Give both as minutes:seconds.")
    if part.crop is not None and not _is_inside(part.crop):
        raise Invalid("A crop lies inside the picture. Give its left, top, width and height in per cent.")


def remove(item: ProjectItem) -> None:
    """Take an item out of its project."""
    item.project.items.remove(item)
    db.session.flush()


def shift(project: Project, item: ProjectItem, to: int) -> None:
    """Move an item to a place in its project, counted from one; places beyond the ends are the ends."""
    others = [each.id for each in project.items if each.id != item.id]
    at = min(max(to, 1), len(others) + 1) - 1
    reorder(project, [*others[:at], item.id, *others[at:]])


def reorder(project: Project, item_ids: Sequence[int]) -> None:
    """Put the items in an order; those that are not named keep theirs, after the named ones."""
    _lock(project)
    place = {item_id: number for number, item_id in enumerate(item_ids)}
    ordered = sorted(project.items, key=lambda item: (place.get(item.id, len(place)), item.position, item.id))
    for position, item in enumerate(ordered, start=1):
        item.position = position
    db.session.flush()
    db.session.expire(project, ["items"])


def freeze(
    said: Particulars,
    contents: Sequence[Content],
    *,
    key: str,
    lang: str,
    moment: datetime,
    copied_from: Project | None = None,
) -> Project:
    """Make the project of a request, which nobody owns and nothing changes any more."""
    frozen = make(said, key=key, lang=lang, moment=moment)
    frozen.copied_from_id = copied_from.id if copied_from else None
    for position, content in enumerate(contents, start=1):
        item = ProjectItem(entry_id=content.entry_id, note=content.note, position=position)
        _set_part(item, content.part)
        frozen.items.append(item)
    db.session.flush()
    return frozen


def take_over(found: Sequence[Project], account_id: int) -> None:
    """Give projects that nobody owns to an account."""
    for project in found:
        if project.owner_account_id is None and project.copied_from_id is None:
            project.owner_account_id = account_id
    db.session.flush()


def item_of(project: Project, item_id: int) -> ProjectItem:
    """Get an item of a project; raise NotFound for another one's."""
    for item in project.items:
        if item.id == item_id:
            return item
    raise NotFound("This item is no longer in the project.")


def of_account(account_id: int) -> list[Project]:
    """Return the projects of an account, the newest first."""
    query = select(Project).where(Project.owner_account_id == account_id).order_by(Project.id.desc())
    return list(db.session.scalars(query))


def size(project: Project) -> int:
    """Count the items of a project without reading them."""
    query = select(func.count()).select_from(ProjectItem).where(ProjectItem.project_id == project.id)
    return db.session.scalar(query) or 0


def pids(project: Project) -> frozenset[str]:
    """Return the numbers of the entries in a project."""
    query = select(Entry.pid).join(ProjectItem, ProjectItem.entry_id == Entry.id)
    return frozenset(db.session.scalars(query.where(ProjectItem.project_id == project.id)))


def _lock(project: Project) -> None:
    # Two that change its list wait for each other, so that neither a limit nor a position is taken twice.
    lock_row(project, ["id"])
    db.session.expire(project, ["items"])


def _set_part(item: ProjectItem, part: Part) -> None:
    item.in_ms, item.out_ms = part.in_ms, part.out_ms
    item.crop = None if part.crop is None else {side: part.crop[side] for side in CROP_SIDES}


def _is_inside(crop: Mapping[str, float]) -> bool:
    if set(crop) != set(CROP_SIDES) or not all(math.isfinite(crop[side]) for side in CROP_SIDES):
        return False
    x, y, width, height = (crop[side] for side in CROP_SIDES)
    edge = 1 + 1e-9  # a third and two thirds are one
    return min(x, y) >= 0 and min(width, height) >= SMALLEST_SIDE and x + width <= edge and y + height <= edge
