"""Where a party reads its statements, by a secret link and without an account."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from archive.serving_files import send_stored
from licensing import royalty_documents, royalty_pages, royalty_statements, statement_links
from licensing.royalty_documents import CSV, PDF

_PRIVATE = {"Cache-Control": "no-store"}
_TYPES = {"pdf": PDF, "csv": CSV}


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/royalties/<token>", "royalties", royalties)
    pages.add_url_rule("/royalties/<token>/<number>", "royalty_statement", royalty_statement)
    pages.add_url_rule(
        "/royalties/<token>/<number>.<any(pdf, csv):kind>", "royalty_document", royalty_document
    )


def royalties(token: str) -> ResponseReturnValue:
    """List what a party has earned, newest first."""
    party = statement_links.get_party_by_token(token)
    found = [each for each in royalty_statements.of_party(party.id) if royalty_statements.is_public(each)]
    answer = render_template(
        "licensing/royalties.html",
        party=party,
        token=token,
        statements=[royalty_pages.summary(statement) for statement in found],
    )
    return answer, 200, _PRIVATE


def royalty_statement(token: str, number: str) -> ResponseReturnValue:
    """Show one statement, line by line."""
    party = statement_links.get_party_by_token(token)
    statement = royalty_statements.get_of_party(party, number)
    answer = render_template(
        "licensing/royalty_statement.html",
        party=party,
        token=token,
        **royalty_pages.whole(statement),
    )
    return answer, 200, _PRIVATE


def royalty_document(token: str, number: str, kind: str) -> ResponseReturnValue:
    """Send a statement as PDF or CSV."""
    party = statement_links.get_party_by_token(token)
    statement = royalty_statements.get_of_party(party, number)
    document = royalty_documents.get(statement, _TYPES[kind])
    return send_stored(document.storage_key, document.media_type, f"{number}.{kind}", document.sha256)
