"""The script that tests hand to the sandbox: how webhooks misbehave and which calls go wrong.

A script is written whole: what it does not name is off. It survives a restart like everything else.
"""

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from licensing.sandbox.store import Json, Work

# What an API call can meet. A stored 500 is kept under the idempotency key and replayed, as Stripe does with
# errors that arise after the work began; a plain one leaves the key unused.
FAULTS = ("", "429", "500", "stored_500", "drop", "drop_after_commit", "slow")


@dataclass(frozen=True)
class Script:
    """Switches for webhooks, then the fault for API calls, then the pace of the banks."""

    duplicate: int = 0  # extra copies of every event
    delay_seconds: float = 0.0
    drop: bool = False  # never sent; only the list of events tells
    reorder: bool = False  # newest first among what is due
    forge_signature: bool = False
    old_timestamp: bool = False  # signed correctly, an hour ago
    livemode: bool = False  # claims to be real money
    missing_id: bool = False
    only_types: tuple[str, ...] = ()  # event types these switches hold for; none named means all
    fault: str = ""
    fault_calls: int = 1  # how many calls meet it
    fault_path: str = "/v1/"  # beginning of the paths that meet it
    fault_seconds: float = 0.5  # how long a slow call takes
    refunds_fail: bool = False  # refunds to a bank come back
    settle_seconds: float = 10.0  # from a direct debit or bank refund until its outcome

    def holds_for(self, event_type: str) -> bool:
        return not self.only_types or event_type in self.only_types


ORDERLY = Script()


def parse(given: Any) -> Script:
    """Read a script from JSON; raise ValueError saying which entry is unknown or of the wrong kind."""
    if not isinstance(given, dict):
        raise ValueError("Send a JSON object.")
    known = {field.name: getattr(ORDERLY, field.name) for field in fields(Script)}
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"{name} is unknown; known are {', '.join(known)}.")
        if not _is_like(value, known[name]):
            raise ValueError(f"{name} must be like {json.dumps(known[name])}.")
    script = replace(ORDERLY, **{name: _frozen(value) for name, value in given.items()})
    if script.fault not in FAULTS:
        raise ValueError(f"fault must be one of {', '.join(FAULTS[1:])}.")
    return script


def _is_like(value: Any, example: Any) -> bool:
    if isinstance(example, tuple):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if isinstance(example, (bool, str)):
        return isinstance(value, type(example))
    return isinstance(value, (int, float)) and value >= 0


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def shown(script: Script) -> Json:
    return asdict(script)


def read(work: Work) -> Script:
    """Return the script in force."""
    row = work.db.execute("SELECT body FROM script").fetchone()
    return ORDERLY if row is None else parse(json.loads(row["body"]))


def write(work: Work, script: Script) -> None:
    """Put a script in force in place of the last."""
    work.db.execute(
        "INSERT OR REPLACE INTO script (only_row, body) VALUES (1, ?)", (json.dumps(shown(script)),)
    )


def take_fault(work: Work, path: str) -> tuple[str, float]:
    """Return the fault that a call to this path meets ("" for none) and its seconds, and count it off."""
    script = read(work)
    if not script.fault or script.fault_calls < 1 or not path.startswith(script.fault_path):
        return "", 0.0
    write(work, replace(script, fault_calls=script.fault_calls - 1))
    return script.fault, script.fault_seconds
