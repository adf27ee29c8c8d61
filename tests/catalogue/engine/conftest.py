"""What the tests of the engine share."""

import os

import pytest


@pytest.fixture(autouse=True)
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave files to the operating system: thousands are written here, and no test cuts the power."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
