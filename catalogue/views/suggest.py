"""What to offer while somebody types, as JSON: groups of links with counts, in the language asked for."""

from dataclasses import asdict

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from archive import clock
from archive.language import language
from catalogue.pages import suggestions
from catalogue.views import json_answers

FRESH = 60  # seconds that an answer may be used unasked


def register(api: Blueprint) -> None:
    """Put this view on the API."""
    api.add_url_rule("/suggest", "suggest", suggest)


def suggest() -> ResponseReturnValue:
    """Suggest what begins with `q`; `label` names the list and `said` is for who cannot see it."""
    typed = " ".join(request.args.get("q", "").split())[: suggestions.MAX_TYPED]
    groups = suggestions.make(typed, language(), clock.now().date())
    number = suggestions.number(groups)
    said = ngettext("%(num)s suggestion", "%(num)s suggestions", number) if number else _("No suggestions")
    body = {
        "q": typed,
        "label": str(_("Suggestions")),
        "said": str(said),
        "groups": [asdict(group) for group in groups],
    }
    return json_answers.make(body, FRESH)
