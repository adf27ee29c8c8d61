"""Events of the payment provider posted by hand: many at a time, shuffled, doubled, dropped, spoilt."""

import json
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.licensing.shop import signature

Event = dict[str, Any]

POSTERS = 4
PATIENCE = 30.0  # seconds for one answer
PAUSE = 0.3  # seconds after none came
# What a stranger, a clock gone wrong or another account may send; the site must refuse each of them.
SPOILT: dict[str, Callable[[Event], Event]] = {
    "of real money": lambda event: event | {"livemode": True},
    "without an id": lambda event: {name: value for name, value in event.items() if name != "id"},
    "of tomorrow": lambda event: event | {"created": int(time.time()) + 86_400},
    "forged": lambda event: event,
    "signed an hour ago": lambda event: event,
}


@dataclass(frozen=True)
class Letter:
    """One body as it is to be posted; `spoilt` names what is wrong with it, empty when nothing is."""

    body: bytes
    event_id: str
    spoilt: str = ""


@dataclass
class Posted:
    """What became of all letters, by the status of the answer."""

    answers: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0  # tries that met a dead server, or one that died over them
    taken: set[str] = field(default_factory=set)  # events that were answered well
    wrongly: list[str] = field(default_factory=list)  # refusals of good letters, welcomes of bad ones

    @property
    def total(self) -> int:
        return self.answers.total()


def letters(events: Sequence[Event], count: int, chance: random.Random, spoilt: float = 0.04) -> list[Letter]:
    """Shuffle so many letters out of some events: each at least once, some of them spoilt."""
    chosen = [*events, *chance.choices(events, k=max(0, count - len(events)))]
    chance.shuffle(chosen)
    return [
        _letter(event, chance.choice(list(SPOILT)) if chance.random() < spoilt else "") for event in chosen
    ]


def _letter(event: Event, spoilt: str) -> Letter:
    shown = SPOILT[spoilt](event) if spoilt else event
    return Letter(json.dumps(shown).encode(), event["id"], spoilt)


def post_all(address: str, secret: str, waiting: Sequence[Letter], posted: Posted) -> None:
    """Post all letters by some posters at once; what gets no answer, or a 5xx, comes back to the end of the line."""
    line, lock = deque(waiting), threading.Lock()
    posters = [
        threading.Thread(target=_post_on, args=(address, secret, line, lock, posted)) for _ in range(POSTERS)
    ]
    for poster in posters:
        poster.start()
    for poster in posters:
        poster.join()


def _post_on(address: str, secret: str, line: "deque[Letter]", lock: threading.Lock, posted: Posted) -> None:
    with requests.Session() as http:
        http.trust_env = False
        while True:
            with lock:
                if not line:
                    return
                letter = line.popleft()
            status = _post(http, address, secret, letter)
            with lock:
                if status == 0 or status >= 500:
                    line.append(letter)
                if status == 0:
                    posted.unanswered += 1
                else:
                    posted.answers[status] += 1
                    _judge(letter, status, posted)
            if status == 0:
                time.sleep(PAUSE)


def _post(http: requests.Session, address: str, secret: str, letter: Letter) -> int:
    at = int(time.time()) - (3600 if letter.spoilt == "signed an hour ago" else 0)
    key = f"{secret}-forged" if letter.spoilt == "forged" else secret
    headers = {"Stripe-Signature": signature(letter.body, key, at), "Content-Type": "application/json"}
    try:
        return http.post(address, data=letter.body, headers=headers, timeout=PATIENCE).status_code
    except requests.RequestException:
        return 0


def _judge(letter: Letter, status: int, posted: Posted) -> None:
    if status == 200 and not letter.spoilt:
        posted.taken.add(letter.event_id)
    elif status >= 500:
        posted.wrongly.append(f"{status} for {letter.event_id}")
    elif (status == 400) != bool(letter.spoilt):
        posted.wrongly.append(f"{status} for {letter.event_id} {letter.spoilt}")
