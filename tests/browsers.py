"""The test client: each request has contexts of its own, as in a server, although the test runs inside one of
the site's.
"""

from contextvars import Context
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Visitor(FlaskClient):
    """A browser. Flask would otherwise lend the test's application context, with its `g` and its database session."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer: TestResponse = Context().run(super().open, *args, **kwargs)
        return answer
