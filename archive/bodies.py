"""How large a request may be: small, unless a view says that it takes files."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Set the limit of each request before anything reads its form."""
    app.url_value_preprocessor(_set_limit)


def takes(size: int) -> Callable[[View], View]:
    """Let a view take bodies of so many bytes; the web server has a limit of its own (archive.serving)."""

    def mark(view: View) -> View:
        view.max_body = size  # type: ignore[attr-defined]
        return view

    return mark


def _set_limit(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    view = current_app.view_functions.get(endpoint or "")
    size: int | None = getattr(view, "max_body", None)
    if size is not None:
        request.max_content_length = size
