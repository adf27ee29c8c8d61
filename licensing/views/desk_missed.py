"""What a missing clearance costs, for staff: layers and holders that stand in the way of what people ask for."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock
from archive.accounts import Role
from archive.sign_in import staff_only
from licensing import missed, rights_words
from licensing.reasons import Verdict
from licensing.vocabulary import LAYERS

SHOWN = 100


def register(pages: Blueprint) -> None:
    """Put this view on the floor's pages."""
    pages.add_url_rule("/desk/rights/missed", "desk_rights_missed", desk_missed)


@staff_only(Role.LICENSING, Role.CATALOGUER)
def desk_missed() -> ResponseReturnValue:
    """List what stands in the way, what costs most first."""
    return render_template(
        "licensing/desk_rights_missed.html",
        obstacles=missed.obstacles(clock.now().date())[:SHOWN],
        layers={code: _(label) for code, label in LAYERS.items()},
        verdicts={verdict.value: _(rights_words.VERDICTS[verdict]) for verdict in Verdict},
    )
