"""Files that tests send: small real pictures and sounds, made when asked for, and a cataloguer who sends them."""

import io
import re
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from archive import accounts, clock, job_runner
from archive.accounts import Role
from archive.db import db
from catalogue import arrivals, entries, pictures, recordings
from catalogue.arrivals import Arrival
from catalogue.entries import Entry, EntryKind
from catalogue.pictures import ImageType
from catalogue.recordings import LineUp, TakeStatus

PASSWORD = "paard batterij nietje"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (900, 600), colour: str = "teal", **how: Any
) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **how)
    return out.getvalue()


def tone(seconds: float = 4.0, rate: int = 8_000) -> bytes:
    """A WAV of one tone."""
    times = np.arange(round(seconds * rate)) / rate
    samples = (12_000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)[None, :]
    out = io.BytesIO()
    with av.open(out, "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        frame = AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def photograph(title: str = "Blauw uur") -> Entry:
    db.session.rollback()  # what was read before is old by now
    entry = entries.add(EntryKind.IMAGE, title, clock.now())
    db.session.add(pictures.Image(entry_id=entry.id, image_type=ImageType.PHOTOGRAPH))
    entries.save(entry, None)
    db.session.commit()
    return entry


def recording(title: str = "Laat uur") -> Entry:
    db.session.rollback()
    entry = entries.add(EntryKind.RECORDING, title, clock.now())
    db.session.add(
        recordings.Recording(entry_id=entry.id, position=1, take_status=TakeStatus.UNKNOWN, lineup=LineUp.OWN)
    )
    entries.save(entry, None)
    db.session.commit()
    return entry


def account(role: Role = Role.CATALOGUER, email: str = "marit@example.org") -> int:
    db.session.rollback()
    account_id = accounts.add(email, "Marit", role, PASSWORD, clock.now()).id
    db.session.commit()
    return account_id


def send(entry: Entry, account_id: int, name: str, content: bytes) -> Arrival:
    """Send a file in one go, let the jobs do their work, and return what became of it."""
    db.session.rollback()
    arrival = arrivals.receive(entry, account_id, name, io.BytesIO(content), clock.now())
    db.session.commit()
    arrival_id = arrival.id
    job_runner.run_due()
    db.session.rollback()
    return db.session.get_one(Arrival, arrival_id)


class Desk:
    """A browser in which a cataloguer has signed in."""

    def __init__(self, client: FlaskClient, email: str = "marit@example.org") -> None:
        self.client = client
        answer = client.post(
            "/en/sign-in",
            data={"csrf_token": self.token("/en/sign-in"), "email": email, "password": PASSWORD},
        )
        assert answer.status_code == 303

    def token(self, path: str) -> str:
        found = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get(path).get_data(as_text=True)
        )
        assert found
        return found[1]

    def post(self, path: str, page: str, **data: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(page)} | data)
