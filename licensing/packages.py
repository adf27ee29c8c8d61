"""Packages: the licensed file with its licence, its invoice and checksums in one ZIP, made by a job when all are there.

Stored and not packed (sound and pictures do not shrink), with the days of the licence inside, so that making it again
gives the same bytes and a download that broke off goes on.
"""

import hashlib
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import render_template
from sqlalchemy import ForeignKey, event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import addresses, clock, decoding, jobs, language, storage
from archive.db import Model, db
from archive.jobs import Job, JobState
from archive.transactions import transaction
from archive.triggers import append_only
from licensing import agreement_documents, agreements, delivery, invoice_documents, invoices
from licensing.delivery import Delivery, File
from licensing.invoice_documents import MEDIA_TYPES, Form

JOB = "delivery.package"
MEDIA_TYPE = "application/zip"
FIRST_LOOK = timedelta(seconds=3)
LOOK_AGAIN = timedelta(seconds=20)
LOOKS = 90  # half an hour; then something is wrong with a document, of which its own job tells
CHUNK = 1 << 20
MODE = 0o644 << 16  # a plain file that everybody may read


class DeliveryPackage(Model):
    """The package of one delivery; it never changes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), unique=True)
    storage_key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]  # bytes
    made_at: Mapped[datetime]


event.listen(DeliveryPackage.__table__, "after_create", append_only("delivery_package"))


@dataclass(frozen=True)
class _Contents:
    """What goes into a package, read before the transaction ends."""

    name: str
    day: datetime
    files: tuple[File, ...]
    readme: str


class DamagedFile(Exception):
    """A stored file is not what its checksum says: nothing may be packed with it."""


def make_later(ready: Delivery) -> None:
    """Have a package made as soon as its parts are there."""
    jobs.enqueue(JOB, {"delivery_id": ready.id, "looks": 0}, key=f"{JOB}:{ready.id}", delay=FIRST_LOOK)


def make(payload: dict[str, Any]) -> None:
    """Job: make the package of a delivery, or look again a little later while a part of it is being made."""
    ready = db.session.get_one(Delivery, payload["delivery_id"])
    contents = None if find(ready.id) else _contents(ready)
    is_done = find(ready.id) is not None
    db.session.rollback()
    if contents is None:
        if not is_done and payload["looks"] < LOOKS:
            _look_again(payload)
        return
    with decoding.workshop() as folder:
        _write(folder / "package.zip", contents)
        with (folder / "package.zip").open("rb") as made:
            stored = storage.vault().put(made, ".zip")
    with transaction():
        if find(payload["delivery_id"]) is None:
            db.session.add(
                DeliveryPackage(
                    delivery_id=payload["delivery_id"],
                    storage_key=stored.key,
                    sha256=stored.sha256,
                    size=stored.size,
                    made_at=clock.now(),
                )
            )


def find(delivery_id: int) -> DeliveryPackage | None:
    """Find the package of a delivery; None while it is being made."""
    return db.session.scalar(select(DeliveryPackage).where(DeliveryPackage.delivery_id == delivery_id))


def file_of(ready: Delivery) -> File | None:
    """Give the package of a delivery as a file to send; None while it is being made."""
    package = find(ready.id)
    if package is None:
        return None
    return File(package.storage_key, package.sha256, f"{ready.licence.number}.zip", MEDIA_TYPE)


def _look_again(payload: dict[str, Any]) -> None:
    looks = {"delivery_id": payload["delivery_id"], "looks": payload["looks"] + 1}
    with transaction():
        jobs.enqueue(JOB, looks, key=f"{JOB}:{looks['delivery_id']}", delay=LOOK_AGAIN)


def _contents(ready: Delivery) -> _Contents | None:
    """Gather what goes into a package; None while a part of it is being made."""
    order = ready.licence.line.order
    agreement, invoice = agreements.of_order(order.id), invoices.of_order(order.id)
    if not delivery.is_ready(ready) or _is_being_written(ready) or agreement is None or invoice is None:
        return None
    printed = invoice_documents.files_of(invoice.id).get(Form.PDF)
    if agreement.storage_key is None or agreement.sha256 is None or printed is None:
        return None
    pdf = agreement_documents.MEDIA_TYPE
    files = (
        delivery.file_of(ready),
        File(agreement.storage_key, agreement.sha256, f"{agreement.number}.pdf", pdf),
        File(printed.storage_key, printed.sha256, f"{invoice.number}.pdf", MEDIA_TYPES[Form.PDF]),
    )
    with language.speaking(order.lang):
        check_url = addresses.absolute("licensing_open.licence", lang=order.lang, code=ready.licence.code)
        readme = render_template(
            "licensing/package_readme.txt", licence=ready.licence, files=files, check_url=check_url
        )
    return _Contents(ready.licence.number, ready.licence.issued_at, files, readme)


def _is_being_written(ready: Delivery) -> bool:
    """Say whether the job that writes the rights into the file has yet to end."""
    todo = Job.state.in_([JobState.WAITING, JobState.RUNNING])
    query = select(Job.payload).where(Job.name == delivery.WRITE_RIGHTS, todo)
    return any(payload["delivery_id"] == ready.id for payload in db.session.scalars(query))


def _write(path: Path, contents: _Contents) -> None:
    sums = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in contents.files:
            _copy(archive, _member(contents, file.name), file)
            sums.append(f"{file.sha256}  {file.name}\n")
        for name, text in (("SHA256SUMS", "".join(sums)), ("README.txt", contents.readme)):
            archive.writestr(_member(contents, name), text.encode())


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: File) -> None:
    digest = hashlib.sha256()
    member.file_size = storage.vault().size(file.storage_key)  # tells zipfile when it needs ZIP64
    with storage.vault().open(file.storage_key) as source, archive.open(member, "w") as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    if digest.hexdigest() != file.sha256:
        raise DamagedFile(file.storage_key)


def _member(contents: _Contents, name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(f"{contents.name}/{name.replace('/', '_')}", contents.day.timetuple()[:6])
    member.external_attr = MODE
    return member
