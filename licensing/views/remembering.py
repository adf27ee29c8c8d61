"""Which projects a browser shows: those of the account, or else those whose links its cookie keeps. The cookie comes
when somebody makes a project, and not before.
"""

from datetime import datetime, timedelta

from flask import Response, g, request

from archive import cookies
from archive.accounts import Account
from archive.errors import NotFound
from licensing import project_links, projects
from licensing.projects import Project

MOST = 8  # projects of one browser
COOKIE = "projects"
KEPT = timedelta(days=180)


def remembered() -> list[Project]:
    """Return the projects of whoever asks, the one that was used last first."""
    owner_id = g.account.id if g.get("account") is not None else None
    found = [project for project in _of_cookie() if project.owner_account_id == owner_id]
    if owner_id is not None:
        known = {project.id for project in found}
        found += [project for project in projects.of_account(owner_id) if project.id not in known]
    return found


def present() -> Project | None:
    """Return the project to which a button adds; asks nothing for those who have none."""
    if "present_project" not in g:
        g.present_project = next(iter(remembered()), None)
    project: Project | None = g.present_project
    return project


def remember(response: Response, project: Project) -> Response:
    """Keep the link of a project in the browser, as the one that was used last."""
    tokens = [project_links.owner_token(project)]
    tokens += [token for token in _tokens() if token not in tokens]
    cookies.keep(response, cookies.bound(COOKIE), " ".join(tokens[:MOST]), KEPT)
    return response


def bring_along(account: Account, _response: Response, _moment: datetime) -> None:
    """When somebody signs in: what this browser began becomes the account's."""
    projects.take_over(_of_cookie(), account.id)


def _of_cookie() -> list[Project]:
    return [project for token in _tokens() if (project := _find(token)) is not None]


def _tokens() -> list[str]:
    return request.cookies.get(cookies.bound(COOKIE), "").split(" ")[:MOST]


def _find(token: str) -> Project | None:
    if not token:
        return None
    try:
        return project_links.get_by_owner_token(token)
    except NotFound:
        return None
