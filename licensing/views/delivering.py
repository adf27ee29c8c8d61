"""The counted download of a master, and the public check of a licence."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock, transactions
from archive.serving_files import send_stored
from licensing import delivery, licences, wording


def register(pages: Blueprint, open_pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/licences/<code>", "licence", licence)
    pages.add_url_rule("/licences", "licence_check", licence_check)
    open_pages.add_url_rule("/licences/<code>", "licence", licence_in_any_language)
    open_pages.add_url_rule("/downloads/<token>", "download", download)


def licence(code: str) -> ResponseReturnValue:
    """Say what a licence is worth today, without saying whose it is."""
    found = licences.get_by_code(code)
    if code != found.code:
        return redirect(url_for("licensing.licence", code=found.code), 301)
    return render_template(
        "licensing/licence.html",
        licence=found,
        standing=licences.standing(found, clock.now().date()),
        answers=wording.answers(found.grant["choice"]),
    )


def licence_check() -> ResponseReturnValue:
    """Ask for a code, as printed on a document."""
    code = request.args.get("code", "").strip()
    if code:
        return redirect(url_for("licensing.licence", code=code), 303)
    return render_template("licensing/licence_check.html")


def licence_in_any_language(code: str) -> ResponseReturnValue:
    """Lead from the short address on a document to the page in the reader's language."""
    return redirect(url_for("licensing.licence", code=code), 302)


@transactions.writes
def download(token: str) -> ResponseReturnValue:
    """Send the master of a licensed entry; what is sent from the start is counted."""
    is_head = request.method == "HEAD"
    asked = request.range
    is_continued = is_head or bool(asked and asked.ranges and asked.ranges[0][0])
    ready = delivery.redeem(token, clock.now(), is_continued=is_continued)
    asset = ready.asset
    key, sha256 = ready.storage_key or asset.storage_key, ready.sha256 or asset.sha256
    return send_stored(key, asset.media_type, asset.filename, sha256)
