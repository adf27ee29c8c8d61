"""Public addresses in full, for mail, documents and jobs: made from BASE_URL, so that no request is needed to
make them.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from archive.config import current


def absolute(endpoint: str, *, lang: str, **values: Any) -> str:
    """Return the public address of a page; `lang` is left out where the page has no language."""
    base = urlsplit(current().base_url)
    rules = current_app.url_map
    if rules.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = lang
    values.pop("_external", None)  # said from habit; here every address is in full
    adapter = rules.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)
