"""A site to be served by `test_serving`, in a process of its own: `python -m tests.archive.serving_site PORT
DATA_DIR`.
"""

import sys
import time

from flask import request

from archive import serving
from tests import databases
from tests.archive.conftest import build


def main() -> None:
    """Serve the ground floor with a page that takes its time."""
    site = build(databases.settings({"DATA_DIR": sys.argv[2]}))
    with site.app_context():
        databases.make_empty(site)

    @site.get("/slow")
    def slow() -> str:
        time.sleep(float(request.args["seconds"]))
        return "x" * 1_000_000

    serving.serve(site, "127.0.0.1", int(sys.argv[1]))


if __name__ == "__main__":
    main()
