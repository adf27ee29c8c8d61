"""Where an artist reads what a performance brings in and what is theirs of it, by a secret link and without an
account.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from catalogue import performances
from licensing import deal_payouts, deal_statements, deals
from licensing.deal_rules import divide
from licensing.money import Money


def register(pages: Blueprint) -> None:
    """Put this view on the floor's pages."""
    pages.add_url_rule("/deals/<token>", "deal", deal)


def deal(token: str) -> ResponseReturnValue:
    """Show a deal as it stands now, the statements so far, and what one artist gets."""
    artist = deals.get_artist_by_token(token)
    agreed = artist.deal
    count, outcome = deal_statements.so_far(agreed)
    nothing = Money(0, agreed.currency)
    parts = divide(
        outcome.due, [each.weight for each in agreed.artists], [nothing for _each in agreed.artists]
    )
    answer = render_template(
        "licensing/deal.html",
        artist=artist,
        deal=agreed,
        performance=performances.find(agreed.entry_id),
        tickets=count,
        outcome=outcome,
        parts=sum(each.weight for each in agreed.artists),
        part=parts[agreed.artists.index(artist)],
        statements=deal_statements.of(agreed.id),
        owed=deal_payouts.owed(artist),
        payouts=deal_payouts.of(artist.id),
    )
    return answer, 200, {"Cache-Control": "no-store"}
