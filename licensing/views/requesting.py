"""The buyer's page of a request, reached by a signed link: how it stands, what was asked, what was written."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from licensing import conversation, reuse_requests


def register(pages: Blueprint) -> None:
    """Put this view on the floor's pages."""
    pages.add_url_rule("/requests/<token>", "reuse_request", reuse_request)


def reuse_request(token: str) -> ResponseReturnValue:
    """Show a request to whoever sent it."""
    found = reuse_requests.get_by_token(token)
    answer = render_template(
        "licensing/request.html",
        request_=found,
        token=token,
        messages=conversation.for_buyer(found),
    )
    return answer, 200, {"Cache-Control": "no-store"}
