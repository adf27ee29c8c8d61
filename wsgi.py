"""The roof: the only file that knows all three floors. A server imports `app`; commands and tests call `create_app`."""

from flask import Flask

import catalogue
import licensing
from archive import app as house
from archive.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Build the whole site."""
    return house.create_app(settings, floors=(catalogue.init_app, licensing.init_app))


def __getattr__(name: str) -> Flask:
    # Built when a server asks for it, so that importing this file costs nothing and changes nothing.
    if name == "app":
        return create_app()
    raise AttributeError(name)
