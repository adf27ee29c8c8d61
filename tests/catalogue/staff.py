"""A cataloguer who has signed in, for the tests of pages for staff."""

import re

from flask.testing import FlaskClient

from archive import accounts, clock
from archive.accounts import Role
from archive.db import db

PASSWORD = "paard batterij nietje"


def sign_in(client: FlaskClient, role: Role = Role.CATALOGUER, name: str = "Marit") -> FlaskClient:
    """Make an account and let the browser sign in with it."""
    address = f"{name.lower()}@example.org"
    accounts.add(address, name, role, PASSWORD, clock.now())
    db.session.commit()
    page = client.get("/en/sign-in").get_data(as_text=True)
    form = {"csrf_token": token_in(page), "email": address, "password": PASSWORD}
    assert client.post("/en/sign-in", data=form).status_code == 303
    return client


def token_in(page: str) -> str:
    """Read the token that every form carries."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]
