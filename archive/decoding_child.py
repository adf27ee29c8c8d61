"""What decodes files: a process of its own, with little memory and time and none of our secrets, that does one task.

Run by its path, never imported. It reads one line of JSON from standard input and answers with one.
"""

import importlib
import json
import os
import resource
import sys
import types
from pathlib import Path
from typing import Any

# The floor's own `__init__` wires the whole house, which takes a second; a decoder needs a few modules of it.
_house = types.ModuleType("archive")
_house.__path__ = [str(Path(__file__).resolve().parent)]
sys.modules["archive"] = _house

NICE = 5  # those who read the site go first


def main() -> None:
    """Do the task that standard input describes; answer with its result, or with why the file is refused."""
    order: dict[str, Any] = json.loads(sys.stdin.readline())
    limit(order["memory"], order["seconds"], order["largest_file"])
    refusals: type[Exception] = importlib.import_module("archive.errors").DomainError
    try:
        tasks = importlib.import_module(f"archive.{order['tasks']}").TASKS
        with Path(order["path"]).open("rb") as file:
            answer = {"result": tasks[order["task"]](file, Path(order["folder"]), order)}
    except refusals as refusal:
        answer = {"refused": refusal.args[0], "details": vars(refusal)["details"]}
    except MemoryError:
        answer = {"too_much": "memory"}
    json.dump(answer, sys.stdout)


def limit(memory: int, seconds: int, largest_file: int) -> None:
    """Let this process have so many bytes of memory, seconds of the processor, and bytes in a file it writes."""
    os.nice(NICE)
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, largest_file),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
