"""Measures the search and prints how well it finds.

REAL_DATA names the folder with real input, OPENSEARCH_URL a node of the other engine.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

from tests.relevance import report


def main() -> None:
    """Measure, print the tables, and write what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.relevance", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured as JSON")
    parser.add_argument("--write", action="store_true", help="write docs/relevance.md; needs REAL_DATA")
    parser.add_argument(
        "--tuning", action="store_true", help="leave out what is held out, and list what missed"
    )
    asked = parser.parse_args()
    folder = os.environ.get("REAL_DATA")
    if asked.write and not folder:
        parser.error("docs/relevance.md tells of all collections: set REAL_DATA")
    with tempfile.TemporaryDirectory(prefix="relevance-") as temporary:
        measured = report.measure(
            Path(temporary), Path(folder) if folder else None, held_out=not asked.tuning
        )
    print(report.tables(measured))
    if asked.tuning:
        print(_misses(measured))
    print(json.dumps({name: part for name, part in measured.items() if name != "collections"}, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if asked.write:
        report.PAGE.write_text(report.page(measured), encoding="utf-8")


def _misses(measured: report.Report) -> str:
    return "\n".join(
        f"{name} | {one['stratum']} | {one['q']} | place {one['place']} of {one['total']}, {one['rung']}"
        f" | first {one['first']} | right {one['right']}"
        for name, collection in measured["collections"].items()
        for one in collection["misses"]
    )


if __name__ == "__main__":
    main()
