"""VIES, the Commission's service that says whether a VAT number may be sold to without tax: the only module that
knows it. What it does not say clearly is unknown, which is neither valid nor invalid.
"""

import json
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any

import requests

from archive.config import current

TIMEOUT_SECONDS = (2, 4)  # to connect, and between two bytes of the answer: a buyer waits for it
LARGEST_ANSWER = 64 * 1024  # bytes
CHUNK = 8 * 1024
LONGEST = 300


class Standing(str, Enum):
    """What is known of a VAT number."""

    NOT_CHECKED = "not_checked"
    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"  # asked, without a clear answer


@dataclass(frozen=True)
class Answer:
    """What VIES said; `consultation` is its number for this question, which proves that it was asked."""

    standing: Standing
    consultation: str = ""
    name: str = ""
    why: str = ""  # of an unknown: the code of the service, or the kind of failure


def is_asked() -> bool:
    """Say whether this site asks at all."""
    return bool(current().vies_url)


def ask(number: str) -> Answer:
    """Ask for a number in its written form (two letters, then the rest); takes up to some seconds, never raises.

    To be called with no transaction open.
    """
    if not is_asked():
        return Answer(Standing.UNKNOWN, why="not_asked")
    ours = current().seller_vat_id
    question = {
        "countryCode": number[:2],
        "vatNumber": number[2:],
        "requesterMemberStateCode": ours[:2],
        "requesterNumber": ours[2:],
    }
    try:
        return _read(_post(f"{current().vies_url}/check-vat-number", question))
    except (requests.RequestException, ValueError, RecursionError) as error:
        return Answer(Standing.UNKNOWN, why=type(error).__name__)


def _post(address: str, question: dict[str, str]) -> Any:
    """Post a question; raise ValueError for an answer that is no JSON or too long for one."""
    with requests.post(
        address, json=question, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
    ) as answer:
        body = b"".join(islice(answer.iter_content(CHUNK), LARGEST_ANSWER // CHUNK + 1))
    if len(body) > LARGEST_ANSWER:
        raise ValueError("more than an answer of VIES")
    return json.loads(body)


def _read(body: object) -> Answer:
    if not isinstance(body, dict):
        raise ValueError("not an answer of VIES")
    wrong = body.get("errorWrappers")
    if wrong or body.get("actionSucceed") is False:
        return Answer(Standing.UNKNOWN, why=_text(_first(wrong).get("error")) or "error")
    if body.get("valid") is True:
        return Answer(Standing.VALID, _text(body.get("requestIdentifier")), _text(body.get("name")))
    if body.get("valid") is False:
        return Answer(Standing.INVALID, _text(body.get("requestIdentifier")))
    return Answer(Standing.UNKNOWN, why="unclear")


def _first(wrong: object) -> dict[str, Any]:
    found = wrong[0] if isinstance(wrong, list) and wrong else {}
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    return " ".join(value.split())[:LONGEST] if isinstance(value, str) else ""
