"""Answers of the API: JSON with an entity tag, to be kept for a while, and not for the lists of search engines."""

import hashlib
from typing import Any

from flask import Response, jsonify, request


def make(body: dict[str, Any], seconds: int) -> Response:
    """Answer with data that may be used unasked for so many seconds, or say that it has not changed."""
    response = jsonify(body)
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.cache_control.public = True
    response.cache_control.max_age = seconds
    response.vary.add("Accept-Language")
    response.headers["X-Robots-Tag"] = "noindex"
    response.make_conditional(request)
    return response
