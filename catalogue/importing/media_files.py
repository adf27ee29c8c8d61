"""Folders, and zip files, of pictures or of sound as tables: a row for each file, of what the file says of itself.

Every file is looked at as if it were sent at the desk, in the dry run too; one that would not be taken is a row with a
problem. After the import `attach` puts the files into the vault and lets them belong to their entries.
"""

import hashlib
import re
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from shutil import copyfileobj

from sqlalchemy import select

from archive import assets, clock, decoding, judging, media_kinds, storage
from archive.assets import AssetRole
from archive.config import current
from archive.db import db
from archive.errors import Invalid
from archive.judging import Judged, Outcome
from archive.media_kinds import Family
from archive.transactions import transaction
from catalogue import dates, derivatives, masters, outbox
from catalogue.importing import file_kinds
from catalogue.importing.import_rows import ImportRow
from catalogue.importing.tables import Row, Table, told_plainly

MAX_FILES = 100_000
MAX_GROWTH = 200  # times the size of a packed file: pictures and sound hardly shrink at all
SHORT = 200  # characters of a title that is made of a description
HIDDEN = re.compile(r"(?:^|/)(?:\.|__MACOSX/|Thumbs\.db$|desktop\.ini$)")

COLUMNS: Mapping[Family, tuple[str, ...]] = {
    Family.PICTURE: (
        "picture", "sha256", "title", "date", "maker", "description", "credit_line",
        "headline", "rights", "credit", "licence", "keywords", "event", "city", "country", "comment",
    ),
    Family.SOUND: (
        "sound", "sha256", "title", "date", "artist", "composer", "duration", "description", "credit_line",
        "album", "track", "copyright", "genre", "isrc", "encoded_by", "creation_time", "time_reference",
        "coding_history", "umid",
    ),
}  # fmt: skip

Progress = Callable[[int, int], None]
_SENTENCE = re.compile(r"(?:(?<=[^\W\d_]{3})|(?<=\d{4}))\.\s+(?=[A-Z(])")


class MediaFiles:
    """A folder, or a zip file, that holds files of one family."""

    def __init__(self, family: Family, *, is_zip: bool) -> None:
        self.family = family
        self._is_zip = is_zip
        what = "pictures" if family is Family.PICTURE else "sound"
        self.KIND = f"zip file of {what}" if is_zip else f"folder of {what}"

    def begins(self, path: Path) -> bool:
        """Say whether most of what lies there is of our family."""
        if path.is_dir() == self._is_zip or (self._is_zip and not zipfile.is_zipfile(path)):
            return False
        names = [PurePosixPath(name).suffix.lower() for name in _names(path)]
        counts = {
            family: sum(name in _ENDINGS[family] for name in names)
            for family in (Family.PICTURE, Family.SOUND)
        }
        most = max(counts.values())
        # Equal shares go to the pictures, so that one of the two reads it.
        return most > 0 and next(family for family, count in counts.items() if count == most) is self.family

    def look(self, path: Path) -> Table:
        """Name the columns; the checksum is that of the names and sizes."""
        with told_plainly(path):
            listed = hashlib.sha256(repr(_sizes(path)).encode()).hexdigest()
        return Table(path, file_kinds.UTF8, "", listed, columns=COLUMNS[self.family], kind=self.KIND)

    def rows(self, table: Table) -> Generator[Row, None, None]:
        """Look at each file and say what it says of itself."""
        limits = decoding.limits_of(current())
        with closing(_files(table.path)) as files:
            for line, (name, path) in enumerate(files, 1):
                judged = judging.judge(path, name, limits)
                if judged.outcome is not Outcome.ACCEPTED or judged.kind is None:
                    yield Row(line, (), f"{name}: {judged.refusal}")
                elif judged.kind.family is not self.family:
                    yield Row(
                        line, (), f"{name}: it is no {self.family.value}; import it from a place of its own"
                    )
                else:
                    yield Row(line, _cells(name, path, judged))


FOLDERS = (MediaFiles(Family.PICTURE, is_zip=False), MediaFiles(Family.SOUND, is_zip=False))
ZIPS = (MediaFiles(Family.PICTURE, is_zip=True), MediaFiles(Family.SOUND, is_zip=True))
_KINDS = frozenset(reader.KIND for reader in (*FOLDERS, *ZIPS))
_ENDINGS = {
    family: frozenset().union(*(kind.endings for kind in media_kinds.KINDS if kind.family is family))
    for family in Family
}


def attach(table: Table, mapping: str, progress: Progress) -> None:
    """Put the files of a table into the vault and let them belong to what was made of their rows; safe to repeat."""
    if table.kind not in _KINDS:
        return
    limits, total = decoding.limits_of(current()), len(_names(table.path))
    with closing(_files(table.path)) as files:
        for done, (name, path) in enumerate(files, 1):
            _attach(name, path, mapping, limits)
            progress(done, total)


def _attach(name: str, path: Path, mapping: str, limits: decoding.Limits) -> None:
    sha256 = judging.sha256_of(path)
    wanted = select(ImportRow.entry_id).where(ImportRow.mapping == mapping, ImportRow.key == sha256)
    entry_id = db.session.scalar(wanted)
    known = assets.master_with(sha256)
    is_there = known is not None and entry_id in masters.entries_with(known.id)
    db.session.rollback()
    if entry_id is None or is_there:
        return  # its row was rejected or not chosen; or an earlier run has done it
    judged = judging.judge(path, name, limits)
    if judged.kind is None or judged.outcome is not Outcome.ACCEPTED:
        return
    with path.open("rb") as file:
        stored = storage.vault().put(file, judged.kind.suffix)
    with transaction():
        master = assets.master_with(sha256) or assets.add(
            stored,
            role=AssetRole.MASTER,
            filename=PurePosixPath(name).name,
            media_type=judged.kind.media_type,
            moment=clock.now(),
            **judged.facts,
        )
        masters.attach(entry_id, master)
        derivatives.order(master)
        outbox.add(entry_id)


def _cells(name: str, path: Path, judged: Judged) -> tuple[str | None, ...]:
    family = judged.kind.family if judged.kind else Family.PICTURE
    said = decoding.run(family, "describe", path, decoding.limits_of(current()))
    found = _of_picture(said, name) if family is Family.PICTURE else _of_sound(said, name, judged.facts)
    found |= {COLUMNS[family][0]: name, "sha256": judging.sha256_of(path)}
    return tuple(found.get(column) or None for column in COLUMNS[family])


def _of_picture(said: dict[str, str], name: str) -> dict[str, str]:
    title, description = said.get("title", ""), said.get("description", "")
    title = title or said.get("headline", "") or _first_sentence(description) or PurePosixPath(name).stem
    date = _day(said.get("date", "")) or _date_at_the_end(title)
    credit = "; ".join(dict.fromkeys(said[key] for key in ("credit", "rights", "licence") if said.get(key)))
    return said | {
        "title": title,
        "date": date,
        "description": description if description != title else "",
        "credit_line": credit,
    }


def _of_sound(said: dict[str, str], name: str, facts: dict[str, object]) -> dict[str, str]:
    seconds = int(str(facts["duration_ms"])) / 1000
    return said | {
        "title": said.get("title") or PurePosixPath(name).stem,
        "artist": said.get("artist") or said.get("album_artist", ""),
        "description": said.get("comment") or said.get("description", ""),
        "credit_line": said.get("copyright", ""),
        "duration": f"{int(seconds // 60)}:{seconds % 60:06.3f}",
        "isrc": said.get("isrc") or said.get("tsrc", ""),
    }


def _first_sentence(text: str) -> str:
    first = _SENTENCE.split(text.split("\n", 1)[0], maxsplit=1)[0].strip()
    return first if len(first) <= SHORT * 2 else f"{first[:SHORT].rsplit(' ', 1)[0]}…"


def _day(text: str) -> str:
    """Write a date as IPTC (20160816) and Exif (2016:08:16 19:13:35) have it the common way."""
    found = re.match(r"(\d{4})[-:]?(\d{2})[-:]?(\d{2})(?!\d)", text)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else text


def _date_at_the_end(title: str) -> str:
    """Find the date that a caption ends in: "…, New York, N.Y., between 1946 and 1948"."""
    parts = title.rstrip(". ").split(", ")
    for count in (2, 1):
        text = ", ".join(parts[-count:])
        if count < len(parts) and re.search(r"\d{4}$", text) and dates.read(text).edtf:
            return text
    return ""


def _names(path: Path) -> list[str]:
    return [name for name, _size in _sizes(path)]


def _sizes(path: Path) -> list[tuple[str, int]]:
    """List the files of a folder or a zip file by name, with their sizes; hidden ones are left out."""
    if path.is_dir():
        found = [
            (file.relative_to(path).as_posix(), file.stat().st_size)
            for file in path.rglob("*")
            if file.is_file() and not file.is_symlink()
        ]
    else:
        with _opened(path) as packed:
            found = [
                (member.filename, member.file_size) for member in packed.infolist() if not member.is_dir()
            ]
    found = sorted((name, size) for name, size in found if not HIDDEN.search(name))
    if len(found) > MAX_FILES:
        raise Invalid("There are more than %(limit)s files. Import them in parts.", limit=f"{MAX_FILES:,}")
    return found


def _files(path: Path) -> Generator[tuple[str, Path], None, None]:
    """Give each file with a path to read it from; those of a zip file are unpacked one at a time."""
    if path.is_dir():
        yield from ((name, path / name) for name in _names(path))
        return
    most = current().max_upload_mb << 20
    with _opened(path) as packed, tempfile.TemporaryDirectory(prefix="nachtregister-") as folder:
        for name, size in _sizes(path):
            member = packed.getinfo(name)
            unpacked = Path(folder) / "member"
            if size > most or size > MAX_GROWTH * max(1, member.compress_size) + (1 << 20):
                unpacked.write_bytes(b"")  # said to be empty, which it is to us: no trap is unpacked
            else:
                with packed.open(member) as source, unpacked.open("wb") as target:
                    copyfileobj(source, target)
            yield name, unpacked


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as packed:
            yield packed
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Invalid(
            "The zip file is damaged, or locked with a password (%(problem)s). Pack the files again.",
            problem=str(error)[:100],
        ) from error
