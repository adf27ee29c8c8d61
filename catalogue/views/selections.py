"""Collecting: keep an entry, see and arrange what one keeps, share it by a secret link, take it along as a file."""

import secrets
from datetime import datetime, timedelta

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from archive import clock, cookies, rate_limits
from archive.accounts import Account
from archive.errors import NotFound
from archive.language import language
from archive.sign_in import account_needed
from archive.views.sign_in import is_local
from catalogue import entries, selections
from catalogue.citing import shown
from catalogue.entries import Entry
from catalogue.pages import selection as page
from catalogue.selections import Owner, Selection
from catalogue.views import citing, page_values

CHANGES = 600  # in an hour, from one network address
WINDOW = timedelta(hours=1)
KEY_COOKIE, COUNT_COOKIE = "collector", "collected"  # the browser's key, and how much it keeps


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/selections", "selections", every)
    pages.add_url_rule("/selections", "new_selection", new, methods=["POST"])
    pages.add_url_rule("/selections/collect", "collect", collect, methods=["POST"])
    pages.add_url_rule("/selections/drop", "drop", drop, methods=["POST"])
    pages.add_url_rule("/selections/<int:number>", "selection", one)
    pages.add_url_rule("/selections/<int:number>", "change_selection", change, methods=["POST"])
    pages.add_url_rule("/selections/<int:number>/file.<format>", "selection_file", file)
    pages.add_url_rule("/selections/<int:number>/remove", "remove_selection", remove, methods=["POST"])
    pages.add_url_rule(
        "/selections/<int:number>/share", "share_selection", account_needed(share), methods=["POST"]
    )
    pages.add_url_rule("/selections/shared/<token>", "shared_selection", shared)
    pages.add_url_rule("/selections/shared/<token>/file.<format>", "shared_file", shared_file)


def owner() -> Owner:
    """Say whose selections this browser shows: of the account, else of the key in its cookie."""
    if g.get("account") is not None:
        return Owner(account_id=g.account.id)
    return Owner(visitor_key=request.cookies.get(cookies.bound(KEY_COOKIE)))


def is_kept(entry: Entry) -> bool:
    """Say whether the reader keeps an entry; asks nothing for those who keep nothing."""
    mine = owner()
    return (mine.account_id is not None or bool(mine.visitor_key)) and selections.holds(mine, entry.id)


def every() -> ResponseReturnValue:
    """Show all selections of somebody; the only one at once."""
    mine = selections.of(owner())
    if len(mine) == 1 and "all" not in request.args:
        return redirect(url_for("catalogue.selection", number=mine[0].id), 303)
    sizes = selections.sizes(mine)
    rows = [(selection, page.name_of(selection), sizes[selection.id]) for selection in mine]
    return _private(render_template("catalogue/selections.html", rows=rows))


def new() -> ResponseReturnValue:
    """Begin another selection."""
    mine, moment = _owner_for_writing(), clock.now()
    selection = selections.add(mine, request.form.get("title", ""), moment)
    return _keep_cookies(redirect(url_for("catalogue.selection", number=selection.id), 303), mine)


def collect() -> ResponseReturnValue:
    """Keep an entry in the selection that was changed last, or in one that is named. Raises NotFound, Gone."""
    mine, moment = _owner_for_writing(), clock.now()
    entry = entries.get_public(request.form.get("pid", ""), moment.date())
    number = request.form.get("selection", "")
    if number.isdecimal() and len(number) < 12:
        selection = selections.get(mine, int(number))
    else:
        selection = next(iter(selections.of(mine)), None) or selections.add(mine, "", moment)
    selections.collect(selection, entry, moment)
    return _keep_cookies(redirect(_back(entry.pid), 303), mine)


def drop() -> ResponseReturnValue:
    """Keep an entry no longer, in whatever selection it is."""
    mine, moment = _owner_for_writing(), clock.now()
    entry = entries.get(request.form.get("pid", ""))
    selections.drop(mine, entry.id, moment)
    return _keep_cookies(redirect(_back(entry.pid), 303), mine)


def one(number: int) -> ResponseReturnValue:
    """Show a selection of one's own. Raises NotFound."""
    selection = selections.get(owner(), number)
    made = page.read(selection, language(), clock.now().date())
    others = len(selections.of(owner())) > 1
    return _private(
        render_template("catalogue/selection.html", **page_values.of(made), has_others=others, is_own=True)
    )


def change(number: int) -> ResponseReturnValue:
    """Take over title and notes; then move or take out the one item whose button was pressed. Raises NotFound."""
    mine, moment = _owner_for_writing(), clock.now()
    selection = selections.get(mine, number)
    form = request.form
    selections.revise(selection, form.get("title", ""), form.get("note", ""), _notes(form), moment)
    for button, by in (("up", -1), ("down", 1)):
        if (item_id := _number(form.get(button, ""))) is not None:
            selections.shift(selection, item_id, by, moment)
    if (item_id := _number(form.get("take_out", ""))) is not None:
        selections.take_out(selection, item_id, moment)
    moved = _number(form.get("up", "") or form.get("down", ""))
    anchor = f"item-{moved}" if moved is not None else None
    target = url_for("catalogue.selection", number=number, saved=1, _anchor=anchor)
    return _keep_cookies(redirect(target, 303), mine)


def remove(number: int) -> ResponseReturnValue:
    """Remove a selection. Raises NotFound."""
    mine = _owner_for_writing()
    selections.remove(selections.get(mine, number))
    return _keep_cookies(redirect(url_for("catalogue.selections", all=1), 303), mine)


def share(number: int) -> ResponseReturnValue:
    """Make the secret link, or end it. Raises NotFound."""
    selection = selections.get(owner(), number)
    if request.form.get("to") == "end":
        selections.revoke(selection)
    else:
        selections.share(selection)
    return redirect(url_for("catalogue.selection", number=number, _anchor="share"), 303)


def shared(token: str) -> ResponseReturnValue:
    """Show a selection to whoever has its link. Raises NotFound."""
    made = page.read(selections.get_shared(token), language(), clock.now().date(), token)
    return _private(
        render_template("catalogue/selection.html", **page_values.of(made), has_others=False, is_own=False)
    )


def file(number: int, format: str) -> ResponseReturnValue:
    """Give a selection of one's own as a file. Raises NotFound."""
    return _file(selections.get(owner(), number), format)


def shared_file(token: str, format: str) -> ResponseReturnValue:
    """Give a shared selection as a file. Raises NotFound."""
    return _file(selections.get_shared(token), format)


def bring_along(account: Account, response: Response, moment: datetime) -> None:
    """When somebody signs in: what this browser collected becomes the account's."""
    key = request.cookies.get(cookies.bound(KEY_COOKIE))
    if key:
        selections.take_over(key, account.id, moment)
        cookies.drop(response, cookies.bound(KEY_COOKIE))
    _tell_count(response, Owner(account_id=account.id))


def _file(selection: Selection, format: str) -> Response:
    today = clock.now().date()
    if format == "csv":
        response = make_response(page.as_csv(selection, language(), today))
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
        response.headers["Content-Disposition"] = 'attachment; filename="selection.csv"'
        response.headers["X-Robots-Tag"] = "noindex"
        return response
    chosen = shown.FORMATS.get(format)
    if chosen is None:
        raise NotFound("A selection comes as csv, bib, ris or json.")
    return citing.file(chosen.write(page.items_of(selection, language(), today)), chosen, "selection")


def _owner_for_writing() -> Owner:
    address = rate_limits.address_key(request.remote_addr)
    rate_limits.check(f"collect address {address}", CHANGES, WINDOW, clock.now())
    mine = owner()
    if mine.account_id is None and not mine.visitor_key:
        return Owner(visitor_key=secrets.token_urlsafe(32))
    return mine


def _keep_cookies(response: ResponseReturnValue, mine: Owner) -> Response:
    made = make_response(response)
    _tell_count(made, mine)
    if mine.account_id is None and mine.visitor_key:
        cookies.keep(made, cookies.bound(KEY_COOKIE), mine.visitor_key, selections.KEPT_WITHOUT_ACCOUNT)
    return made


def _tell_count(response: Response, mine: Owner) -> None:
    """Keep the number for the head of every page, which asks nothing of the database."""
    cookies.keep(response, COUNT_COOKIE, str(selections.count(mine)), selections.KEPT_WITHOUT_ACCOUNT)


def _back(pid: str) -> str:
    after = request.form.get("after", "")
    return after if is_local(after) else url_for("catalogue.entry", pid=pid, _anchor="keep")


def _notes(form: MultiDict[str, str]) -> dict[int, str]:
    found = {
        _number(name.removeprefix("note-")): text for name, text in form.items() if name.startswith("note-")
    }
    return {number: text for number, text in found.items() if number is not None}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _private(body: str) -> Response:
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex"
    response.cache_control.no_store = True
    return response
