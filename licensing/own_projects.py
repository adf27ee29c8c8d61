"""What licensing keeps of one person who signs in: their projects, and the requests sent from their address."""

from typing import Any

from sqlalchemy import delete, select, update

from archive.accounts import Account
from archive.db import db
from licensing import conversation, projects
from licensing.projects import Project, ProjectItem
from licensing.reuse_requests import ReuseRequest

Data = dict[str, Any]


def tell(account: Account) -> Data:
    """Return all of it as plain values."""
    query = (
        select(ReuseRequest).where(ReuseRequest.requester_email == account.email).order_by(ReuseRequest.id)
    )
    return {
        "projects": [_project(project) for project in projects.of_account(account.id)],
        "requests": [_request(request) for request in db.session.scalars(query)],
    }


def forget(account: Account) -> None:
    """Remove the projects. Requests stay: they are letters to the archive, and what was sold rests on them."""
    mine = select(Project.id).where(Project.owner_account_id == account.id).scalar_subquery()
    copies = update(Project).where(Project.copied_from_id.in_(mine)).values(copied_from_id=None)
    items = delete(ProjectItem).where(ProjectItem.project_id.in_(mine))
    own = delete(Project).where(Project.owner_account_id == account.id)
    for change in (copies, items, own):
        db.session.execute(change.execution_options(synchronize_session=False))
    db.session.expire_all()


def _project(project: Project) -> Data:
    return {
        "title": project.title,
        "answers": project.answers,
        "end_user": project.end_user,
        "deadline": project.deadline.isoformat() if project.deadline else None,
        "note": project.note,
        "since": project.created_at.isoformat(),
        "items": [
            {
                "pid": item.entry.pid,
                "in_ms": item.in_ms,
                "out_ms": item.out_ms,
                "crop": item.crop,
                "note": item.note,
            }
            for item in project.items
        ],
    }


def _request(request: ReuseRequest) -> Data:
    return {
        "number": request.number,
        "title": request.project.title,
        "name": request.requester_name,
        "organisation": request.organisation,
        "country": request.country,
        "licensee": request.licensee,
        "wording": request.wording,
        "status": request.status.value,
        "sent": request.submitted_at.isoformat() if request.submitted_at else None,
        "conversation": [
            {"voice": said.voice.value, "at": said.at.isoformat(), "body": said.body}
            for said in conversation.for_buyer(request)
        ],
    }
