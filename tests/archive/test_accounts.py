"""Accounts: addresses, roles, passwords."""

import importlib

import pytest
from flask import Flask

from archive import accounts, clock
from archive.accounts import Role
from archive.errors import Invalid, Refused
from tests.archive.conftest import PASSWORD

# As the module has it, before the tests make hashing cheap.
REAL_HASHER = importlib.import_module("archive.accounts")._hasher


def add(
    email: str = "anna@example.org", password: str = PASSWORD, role: Role = Role.CATALOGUER
) -> accounts.Account:
    return accounts.add(email, "Anna", role, password, clock.now())


def test_passwords_are_hashed_with_the_effort_that_owasp_asks() -> None:
    assert REAL_HASHER.hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_account_opens_with_its_password(house: Flask) -> None:
    account = add()

    assert accounts.authenticate("anna@example.org", PASSWORD) is account
    assert accounts.authenticate("anna@example.org", PASSWORD + "x") is None


def test_one_address_has_one_account_in_whatever_case(house: Flask) -> None:
    add()

    with pytest.raises(Refused):
        add("Anna@Example.org")


@pytest.mark.parametrize("email", ["", "anna", "@example.org", "anna@", "an na@example.org"])
def test_an_address_must_look_like_one(house: Flask, email: str) -> None:
    with pytest.raises(Invalid):
        add(email)


@pytest.mark.parametrize("password", ["", "elf tekens!", "x" * 257, "anna@example.org"])
def test_a_weak_password_is_refused(house: Flask, password: str) -> None:
    with pytest.raises(Invalid):
        add(password=password)


def test_a_long_password_counts_to_its_end(house: Flask) -> None:
    add(password="x" * 255 + "y")

    assert accounts.authenticate("anna@example.org", "x" * 256) is None


@pytest.mark.parametrize(("role", "is_staff"), [(role, role in accounts.STAFF) for role in Role])
def test_staff_are_those_who_work_at_the_archive(house: Flask, role: Role, is_staff: bool) -> None:
    assert add(role=role).is_staff is is_staff
    assert accounts.count_staff() == int(is_staff)
    assert accounts.count() == 1
