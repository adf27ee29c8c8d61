"""Places: where anything public was made, as a list."""

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from archive import clock
from catalogue.pages import places as place_pages
from catalogue.views import page_values


def register(pages: Blueprint) -> None:
    """Put this view on the floor's pages."""
    pages.add_url_rule("/places", "places", places)


def places() -> ResponseReturnValue:
    """List the places, all or those of one first letter."""
    letter, number = request.args.get("letter", ""), request.args.get("page", 1, int)
    page = place_pages.make(letter, number, clock.now().date())
    response = make_response(render_template("catalogue/places.html", **page_values.of(page)))
    if not page.is_whole:
        response.headers["X-Robots-Tag"] = "noindex, follow"
    return response
