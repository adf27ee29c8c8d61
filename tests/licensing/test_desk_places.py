"""The places of the licensing desk: who may go where, and that the bar leads there."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.accounts import Role
from tests.catalogue import staff


@pytest.mark.parametrize("role", [Role.LICENSING, Role.ADMIN])
def test_the_bar_leads_to_the_licensing_desk(client: FlaskClient, role: Role) -> None:
    staff.sign_in(client, role)

    assert "/en/desk/requests" in client.get("/en/desk").get_data(as_text=True)
    page = client.get("/en/desk/orders").get_data(as_text=True)

    assert 'aria-label="Licensing desk"' in page


def test_a_cataloguer_sees_nothing_of_buyers(app: Flask, client: FlaskClient) -> None:
    staff.sign_in(client, Role.CATALOGUER)

    assert "/en/desk/requests" not in client.get("/en/desk").get_data(as_text=True)
    assert client.get("/en/desk/orders").status_code == 403
