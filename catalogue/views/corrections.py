"""Help from the public: suggest a correction, or say who somebody is. It takes no account, and waits for staff."""

from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock, rate_limits
from archive.language import language
from catalogue import correcting, correction_forms, entries, pids
from catalogue.corrections import CONTACT_KEPT, CONTACT_KEPT_UNANSWERED, About
from catalogue.pages import entry as entry_page
from catalogue.pages import labels, pieces
from catalogue.pages.pieces import Piece

FOR_ADDRESS = 20  # in an hour; a reading room may share one address
FOR_EVERYBODY = 300  # in an hour: more than the archive gets in a year, and less than a flood
WINDOW = timedelta(hours=1)
TRAP = "website"  # a field that people do not see; programs fill it in


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/entries/<pid>/correct", "correct", correct, methods=["GET", "POST"])
    pages.add_url_rule("/entries/<pid>/who", "who", who, methods=["GET", "POST"])
    pages.add_url_rule("/entries/<pid>/thanks", "thanks", thanks)


def correct(pid: str) -> ResponseReturnValue:
    """Suggest a correction of a public entry. Raises NotFound, Gone."""
    return _answer(pid, None)


def who(pid: str) -> ResponseReturnValue:
    """Say who is in a picture or plays on a recording. Raises NotFound, Gone."""
    return _answer(pid, About.PERSON)


def thanks(pid: str) -> ResponseReturnValue:
    """Say what becomes of a suggestion. Raises NotFound, Gone."""
    piece = _piece(pid)
    title = labels.title(piece.entry, language())
    return _unlisted(render_template("catalogue/correction_sent.html", pid=piece.entry.pid, title=title))


def _answer(pid: str, about: About | None) -> ResponseReturnValue:
    piece = _piece(pid)
    if request.method == "GET":
        return _unlisted(_form(piece, about, {}))
    said, errors = correction_forms.read(request.form, about)
    if errors:
        return _unlisted(_form(piece, about, errors)), 422
    address = rate_limits.address_key(request.remote_addr)
    rate_limits.check(f"correction address {address}", FOR_ADDRESS, WINDOW, clock.now())
    rate_limits.check("correction everybody", FOR_EVERYBODY, WINDOW, clock.now())
    if not request.form.get(TRAP):
        correcting.add(piece, said, language(), clock.now())
    return redirect(url_for("catalogue.thanks", pid=piece.entry.pid), 303)


def _piece(pid: str) -> Piece:
    entry = entries.get_public(pids.normalise(pid) or pid, clock.now().date())
    (piece,) = pieces.with_pids([entry.pid])
    return piece


def _form(piece: Piece, about: About | None, errors: dict[str, str]) -> str:
    lang = language()
    fields = [
        (
            each.value,
            str(correcting.FIELDS[each]),
            correcting.present(correcting.target(piece, each), each, lang),
        )
        for each in correcting.offered(lang)
    ]
    return render_template(
        "catalogue/correction.html",
        pid=piece.entry.pid,
        title=labels.title(piece.entry, lang),
        is_image=piece.image is not None,
        picture=entry_page.picture(piece, lang) if about is About.PERSON else None,
        people=correcting.present(correcting.target(piece, About.PERSON), About.PERSON, lang),
        about=about.value if about else None,
        fields=fields,
        form=request.form if request.method == "POST" else request.args,
        errors=errors,
        trap=TRAP,
        kept_days=CONTACT_KEPT.days,
        kept_unanswered_days=CONTACT_KEPT_UNANSWERED.days,
    )


def _unlisted(body: str) -> Response:
    response = make_response(body)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
