"""Projects: begin one, add to it with one button, say which part is meant, arrange it, show it to others."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import addresses, clock, rate_limits
from archive.language import language
from archive.views.sign_in import is_local
from catalogue import entries
from catalogue.own_data import Keeper
from licensing import (
    offers,
    own_projects,
    part_forms,
    project_lines,
    project_links,
    project_parts,
    projects,
    request_forms,
    reuse_requests,
)
from licensing.choices import Choice
from licensing.projects import Particulars, Project
from licensing.request_forms import ASKED, ProductionForm
from licensing.views import production_pages, remembering

CHANGES = 600  # in an hour, from one network address
WINDOW = timedelta(hours=1)


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/projects", "projects", every)
    pages.add_url_rule("/projects/new", "new_project", new, methods=["GET", "POST"])
    pages.add_url_rule("/projects/add", "add_to_project", add, methods=["POST"])
    pages.add_url_rule("/projects/<token>", "project", one)
    pages.add_url_rule("/projects/<token>/particulars", "change_project", change, methods=["GET", "POST"])
    pages.add_url_rule("/projects/<token>/items", "arrange_project", arrange, methods=["POST"])
    pages.add_url_rule("/projects/<token>/items/<int:item_id>", "project_item", item, methods=["GET", "POST"])
    pages.add_url_rule("/projects/<token>/use", "use_project", use, methods=["POST"])
    pages.add_url_rule("/projects/shared/<token>", "shared_project", shared)


def init_app(app: Flask) -> None:
    """Give pages of entries and results what their button to add needs, and accounts their projects."""
    app.jinja_env.globals["present_project"] = _present
    app.extensions.setdefault("own_data", {})["licensing"] = Keeper(own_projects.tell, own_projects.forget)
    app.extensions.setdefault("on_sign_in", []).append(remembering.bring_along)


def every() -> ResponseReturnValue:
    """List the projects of whoever asks."""
    rows = [
        (project, project_links.owner_token(project), projects.size(project))
        for project in remembering.remembered()
    ]
    return private(render_template("licensing/projects.html", rows=rows))


def new() -> ResponseReturnValue:
    """Begin a project."""
    form = ProductionForm()
    if not form.is_submitted():
        form.form_key.data = projects.new_key()
        return private(production_pages.form("licensing/project_form.html", form, project=None))
    if not form.validate():
        return private(production_pages.form("licensing/project_form.html", form, project=None)), 422
    _limit()
    project = _make(form.particulars({}), form.form_key.data or "")
    return remembering.remember(_to(project), project)


def add() -> ResponseReturnValue:
    """Put an entry into the project that was used last, or into a new one. Raises NotFound, Gone, Refused when full."""
    _limit()
    entry = entries.get_public(request.form.get("pid", ""), clock.now().date())
    project = remembering.present() or _make(_by_default(entry.pid), projects.new_key())
    added = projects.add(project, entry.id)
    after = request.form.get("after", "")
    back = redirect(f"{after}#card-{entry.pid}", 303) if is_local(after) else None
    response = make_response(back) if back else _to(project, f"item-{added.id}")
    return remembering.remember(response, project)


def one(token: str) -> ResponseReturnValue:
    """Show a project to its owner."""
    return _show(project_links.get_by_owner_token(token), token, is_own=True)


def shared(token: str) -> ResponseReturnValue:
    """Show a project to whoever has the link for others."""
    return _show(project_links.get_by_shared_token(token), token, is_own=False)


def change(token: str) -> ResponseReturnValue:
    """Change what a project says of its production."""
    project = project_links.get_by_owner_token(token)
    form = ProductionForm(data=production_pages.values(project))
    if not form.is_submitted():
        return private(
            production_pages.form("licensing/project_form.html", form, project=project, token=token)
        )
    if not form.validate():
        page = production_pages.form("licensing/project_form.html", form, project=project, token=token)
        return private(page), 422
    _limit()
    projects.change(project, form.particulars(project.choice))
    return _to(project)


def arrange(token: str) -> ResponseReturnValue:
    """Move or take out the one item whose button was pressed."""
    project = project_links.get_by_owner_token(token)
    _limit()
    anchor = None
    for button, by in (("up", -1), ("down", 1)):
        if (number := _number(request.form.get(button, ""))) is not None:
            moved = projects.item_of(project, number)
            projects.shift(project, moved, project.items.index(moved) + 1 + by)
            anchor = f"item-{number}"
    if (number := _number(request.form.get("take_out", ""))) is not None:
        projects.remove(projects.item_of(project, number))
    return _to(project, anchor)


def item(token: str, item_id: int) -> ResponseReturnValue:
    """Say which part of an entry is meant, with a note, and where in the project it stands."""
    project = project_links.get_by_owner_token(token)
    found = projects.item_of(project, item_id)
    shown = project_parts.read(found, language(), clock.now().date())
    if request.method == "GET":
        return private(_item_page(token, shown, _written(shown), {}))
    part, errors = part_forms.read(request.form, shown.length_ms)
    if part is None:
        return private(_item_page(token, shown, request.form, errors)), 422
    _limit()
    note = request_forms.read_note(request.form.get("note", ""))
    projects.set_part(found, part, note)
    if (place := _number(request.form.get("position", ""))) is not None:
        projects.shift(project, found, place)
    return _to(project, f"item-{item_id}")


def use(token: str) -> ResponseReturnValue:
    """Let this browser add to a project from now on."""
    project = project_links.get_by_owner_token(token)
    return remembering.remember(_to(project), project)


def private(body: str) -> Response:
    """Answer with a page that nobody keeps and no search engine lists."""
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex"
    response.cache_control.no_store = True
    return response


def _show(project: Project, token: str, *, is_own: bool) -> Response:
    moment = clock.now()
    lines = project_lines.read(project, language(), moment.date())
    present = remembering.present()
    return private(
        render_template(
            "licensing/project.html",
            project=project,
            token=token,
            is_own=is_own,
            is_present=present is not None and present.id == project.id,
            lines=lines,
            total=project_lines.total(lines),
            facts=production_pages.facts(project, language()),
            share_url=_share_url(project) if is_own else None,
            requests=reuse_requests.of_project(project) if is_own else [],
            request_tokens=reuse_requests.link_token,
        )
    )


def _item_page(token: str, shown: project_parts.Shown, form: Any, errors: dict[str, str]) -> str:
    return render_template(
        "licensing/project_item.html", token=token, shown=shown, item=shown.item, form=form, errors=errors
    )


def _written(shown: project_parts.Shown) -> dict[str, str]:
    place = shown.item.project.items.index(shown.item) + 1
    return part_forms.written(shown.item.part) | {"note": shown.item.note or "", "position": str(place)}


def _make(said: Particulars, key: str) -> Project:
    owner_id = g.account.id if g.get("account") is not None else None
    return projects.make(said, key=key, lang=language(), moment=clock.now(), owner_account_id=owner_id)


def _by_default(pid: str) -> Particulars:
    # The button asks nothing: what the ticket answers beside it, or would by itself, is what the project begins with.
    today = clock.now().date()
    offer = offers.offer_for(entries.get(pid), Choice.read(request.form), today)
    answers = request_forms.known_answers(offer.choice.answers())
    return Particulars(
        title=_("My project"),
        production_type=answers.get("use", "documentary"),
        choice={question: answers[question] for question in ASKED if question in answers},
    )


def _share_url(project: Project) -> str:
    token = project_links.shared_token(project)
    return addresses.absolute("licensing.shared_project", lang=language(), token=token)


def _to(project: Project, anchor: str | None = None) -> Response:
    return make_response(
        redirect(url_for("licensing.project", token=project_links.owner_token(project), _anchor=anchor), 303)
    )


def _present() -> dict[str, Any]:
    project = remembering.present()
    if project is None:
        return {"title": "", "url": "", "pids": frozenset()}
    if "present_pids" not in g:
        g.present_pids = projects.pids(project)
    address = url_for("licensing.project", token=project_links.owner_token(project))
    return {"title": project.title, "url": address, "pids": g.present_pids}


def _limit() -> None:
    address = rate_limits.address_key(request.remote_addr)
    rate_limits.check(f"project address {address}", CHANGES, WINDOW, clock.now())


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
