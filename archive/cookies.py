"""Cookies of ours: for this host and its whole site, kept from scripts and from the posts of other sites."""

from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response


def bound(name: str) -> str:
    """Name a cookie so that it is bound to this host and TLS (`__Host-`, RFC 6265bis, 4.1.3.2); plain HTTP on loopback
    cannot have that.
    """
    return f"__Host-{name}" if request.is_secure else name


def keep(response: Response, name: str, value: str, lasts: timedelta | None) -> None:
    """Give the browser a cookie by its whole name; without `lasts` it goes when the browser closes."""
    response.set_cookie(
        name, value, max_age=lasts, path="/", httponly=True, secure=request.is_secure, samesite="Lax"
    )


def drop(response: Response, name: str) -> None:
    """Let the browser forget a cookie, by its whole name."""
    response.delete_cookie(name, path="/", httponly=True, secure=request.is_secure, samesite="Lax")
