"""The links of a project: its owner comes back by one and others read along by another. Neither can be made from the
table.
"""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from archive.db import db
from archive.errors import NotFound
from licensing.projects import Project


def owner_token(project: Project) -> str:
    """Make the signed part of the owner's link; always the same."""
    return _signer("project").dumps(project.key)


def shared_token(project: Project) -> str:
    """Make the signed part of the link for others, who read and change nothing."""
    return _signer("shared project").dumps(project.key)


def get_by_owner_token(token: str) -> Project:
    """Get the project behind its owner's link; raise NotFound."""
    return _get(token, "project")


def get_by_shared_token(token: str) -> Project:
    """Get the project behind a link for others; raise NotFound."""
    return _get(token, "shared project")


def _get(token: str, salt: str) -> Project:
    try:
        key = _signer(salt).loads(token)
    except BadSignature:
        key = None
    project = db.session.scalar(select(Project).where(Project.key == key))
    if project is None:
        raise NotFound("There is no project behind this link. Copy the whole link.")
    return project


def _signer(salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt)
