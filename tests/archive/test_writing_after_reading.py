"""A process that has read may write although another one wrote in between."""

from flask import Flask
from sqlalchemy import create_engine, select, text

from archive import accounts, clock
from archive.accounts import Account, Role
from archive.db import db
from archive.transactions import transaction


def test_a_command_that_has_read_can_write_after_somebody_else_has(app: Flask) -> None:
    db.session.scalars(select(Account)).all()
    other = create_engine(db.engine.url)
    with other.begin() as connection:
        said = "INSERT INTO rate_count (key, \"window\", count) VALUES ('x', '2026-01-01', 1)"
        connection.execute(text(said))
    other.dispose()

    with transaction():
        accounts.add("marit@example.org", "Marit", Role.ADMIN, "paard batterij nietje", clock.now())

    assert accounts.find("marit@example.org") is not None
