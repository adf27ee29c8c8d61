"""`python -m tests.imports [NAME ...]`: bring the real inputs in, and write the table of docs/imports.md."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.imports.inputs import INPUTS, Input

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "imports.md"
RESULTS = ROOT / "tests" / "imports" / "results.json"  # of the last run of each
BEGIN, END = "<!-- measured: python -m tests.imports -->", "<!-- end of what was measured -->"
HEAD = (
    "| input | rows | accepted | refused | to look at"
    " | seconds, import | peak MB, import | seconds, index | peak MB, index |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)


def measured(each: Input, data: Path) -> dict[str, Any]:
    """Bring one input in, in a process of its own."""
    path = data / each.path
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    said = json.dumps({"paths": [str(path) for path in paths], "mapping": each.mapping})
    command = [sys.executable, "-m", "tests.imports.worker", said]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found


def table(results: dict[str, dict[str, Any]]) -> str:
    """Say the results as rows of a table, in the order of the inputs."""
    rows = []
    for each in INPUTS:
        if (found := results.get(each.name)) is not None:
            counts = " | ".join(f"{found[key]:,}" for key in ("rows", "accepted", "refused", "to_look_at"))
            costs = " | ".join(
                f"{found[f'{step}_seconds']:,.1f} | {found.get(peak, '–')}"
                for step, peak in (("import", "import_peak_mb"), ("index", "peak_mb"))
            )
            rows.append(f"| {each.title} | {counts} | {costs} |\n")
    return HEAD + "".join(rows)


def write(results: dict[str, dict[str, Any]]) -> None:
    """Put the table into the page, in place of the last one."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.sub(
        f"{re.escape(BEGIN)}.*?{re.escape(END)}",
        lambda _: f"{BEGIN}\n{table(results)}{END}",
        text,
        flags=re.DOTALL,
    )
    PAGE.write_text(found, encoding="utf-8")


def main(names: list[str]) -> None:
    """Measure the inputs named, or all; the others keep what was last measured."""
    data = Path(os.environ["REAL_DATA"])
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for each in INPUTS:
        if names and each.name not in names:
            continue
        results[each.name] = measured(each, data)
        print(each.name, json.dumps(results[each.name]), flush=True)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    write(results)


if __name__ == "__main__":
    main(sys.argv[1:])
