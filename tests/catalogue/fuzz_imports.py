# ruff: noqa: E501 - pieces of input are written as they are
"""Random and hostile input thrown at the readers of files and of dates: nothing may be raised but a refusal.

`python -m tests.catalogue.fuzz_imports --count 100000 --seed 1` says how many inputs of each kind were read and
how many refused; an exception ends it with the input that caused it.
"""

import gzip
import io
import json
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from archive.errors import Invalid
from catalogue import dates
from catalogue.importing import cell_values, nested, parsing, readers
from catalogue.importing.parsing import UnreadableError
from tests.catalogue import workbooks

SIGNS = [
    *",;|\t\n\r\"'{}[]:<>&/=\\\0?-+.()",
    "\r\n", '""', '"\n"', "\ufeff", "é", "東", "\U0001f3ba", "null", "NaN", "1e999", "title", "Joop (tp)", "14 maart 1958",
    "ca. 1958", "'58", "voorjaar", "1958-1961", "[1958?]", "31-02-1958", "june", "begin jaren '60", "voor", "na", "tussen",
    "07:08", "1959", "_x000D_", "]]>", "&amp;", "<row>", "</row>", "<c r='ZZZ9'>", "<v>9</v>", "</c>", "t='s'",
]  # fmt: skip
DATE_WORDS = [
    "ca.", "c.", "circa", "about", "voor", "na", "before", "after", "tussen", "between", "en", "and", "of", "or", "tot", "to", "-",
    "/", "+", ".", ",", "?", "[", "]", "(", ")", "'", "jaren", "eeuw", "century", "lente", "voorjaar", "zomer", "herfst", "winter",
    "spring", "summer", "fall", "begin", "midden", "eind", "early", "late", "mid", "jan", "januari", "maart", "mei", "juni", "june",
    "july", "okt.", "december", "1", "12", "31", "99", "58", "1958", "1961", "1960s", "195-", "19--", "0000", "20e", "2nd", "T20:45",
    " ", "  ", "n.d.", "z.j.", "onbekend", "heden", "present", "X", "~", "%", "..", "\0", "\ud800", "٣", "１９５８",
]  # fmt: skip


def text(chance: random.Random, words: list[str], most: int) -> str:
    return "".join(chance.choice(words) for _ in range(chance.randrange(most)))


def damaged(chance: random.Random, content: bytes) -> bytes:
    """Change, cut or repeat some bytes."""
    found = bytearray(content)
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(found) + 1)
        way = chance.randrange(4)
        if way == 0 and found:
            found[min(at, len(found) - 1)] = chance.randrange(256)
        elif way == 1:
            del found[at : at + chance.randrange(40)]
        elif way == 2:
            found[at:at] = found[at : at + chance.randrange(40)]
        else:
            found[at:at] = chance.choice(SIGNS).encode("utf-8", "replace")
    return bytes(found)


def table(chance: random.Random) -> bytes:
    content = text(chance, SIGNS, 60)
    return content.encode(
        chance.choice(["utf-8", "utf-16", "utf-16-le", "latin-1", "utf-8-sig", "utf-32"]), "replace"
    )


SHAPES = [
    "{d} {m} {y}", "{m} {y}", "{d}-{d}-{y}", "{y}-{d}-{d}", "c. {y}", "ca. {y}-{y}", "{m} {d}, {y}", "{m} {d}-{d}, {y}", "{m} - {m} {y}",
    "tussen {y} en {y}", "voor {m} {y}", "{y}s", "begin jaren '60", "{d}/{d}/{y}?", "[{y}]", "{d}. + {d}.{d}.{y}", "{y}/{y}", "{d}./{d}.{d}, {d}.{d}.{y}",
]  # fmt: skip


def written_date(chance: random.Random) -> str:
    if chance.random() < 0.5:
        said = {"d": chance.randrange(40), "m": chance.choice(DATE_WORDS), "y": chance.randrange(1890, 2030)}
        shape = chance.choice(SHAPES)
        return shape.format(**said | {"m": chance.choice(["maart", "June", "okt.", "Dec", said["m"]])})
    return (" " if chance.random() < 0.7 else "").join(
        chance.choice(DATE_WORDS) for _ in range(chance.randrange(6))
    )


def lines(chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        said = [{chance.choice(SIGNS): text(chance, SIGNS, 6) for _ in range(3)} for _ in range(2)]
        content = "\n".join(map(json.dumps, said)).encode()
        return content if chance.random() < 0.7 else damaged(chance, content)
    content = ("{" + text(chance, SIGNS, 40)).encode("utf-8", "replace")
    return damaged(chance, gzip.compress(content, 1)) if chance.random() < 0.4 else content


def book(chance: random.Random, path: Path) -> bytes:
    inside = text(chance, SIGNS, 30).replace("\0", "")
    rows = f"<row><c r='A1' t='{chance.choice('snbed')}' s='{chance.randrange(9)}'><v>{chance.choice(['0', '21611', '-1', 'x', '1e300'])}</v></c></row>"
    if chance.random() < 0.5:
        workbooks.xlsx(path, rows, inside if chance.random() < 0.5 else rows, shared=["<t>Oleo</t>"])
    else:
        cell = f"<table:table-cell office:value-type='{chance.choice(['float', 'date', 'time', 'string'])}' office:value='{chance.choice(['4', 'x', ''])}'/>"
        workbooks.ods(
            path,
            f"<table:table>{inside if chance.random() < 0.3 else ''}<table:table-row>{cell}</table:table-row></table:table>",
        )
    return (
        damaged_member(chance, path.read_bytes())
        if chance.random() < 0.5
        else damaged(chance, path.read_bytes())
    )


def damaged_member(chance: random.Random, content: bytes) -> bytes:
    """Damage what is inside, with sums that are right, so that the damage is seen by the reader of XML."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(found, "w") as new:
        for name in old.namelist():
            if chance.random() < 0.95:
                inside = old.read(name)
                new.writestr(name, damaged(chance, inside) if chance.random() < 0.3 else inside)
    return found.getvalue()


def read_file(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    try:
        for _ in readers.rows(readers.look(path)):
            pass
    except Invalid as refusal:
        str(refusal)
        return "refused"
    return "read"


def read_date(written: str) -> str:
    reading = dates.read(written)
    dates.show(reading, "nl")
    return "read" if reading.edtf else "kept as text"


def read_cell(written: str) -> str:
    for read in parsing.READERS.values():
        try:
            read(written)
        except UnreadableError:
            continue
    cell_values.shown(written, written)
    nested.text(written)
    return "read"


T = TypeVar("T")
Input = tuple[object, Callable[[], str]]


def of(said: T, read: Callable[[T], str]) -> Input:
    return said, partial(read, said)


@click.command()
@click.option("--count", default=10_000, help="Inputs of each kind; of workbooks a tenth.")
@click.option("--seed", default=1)
def main(count: int, seed: int) -> None:
    """Throw random input at the readers."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        path = Path(folder) / "file"
        kinds: dict[str, tuple[int, Callable[[], Input]]] = {
            "dates": (count, lambda: of(written_date(chance), read_date)),
            "cells": (count, lambda: of(text(chance, SIGNS, 8), read_cell)),
            "tables": (count, lambda: of(table(chance), partial(read_file, path))),
            "lines": (count, lambda: of(lines(chance), partial(read_file, path))),
            "workbooks": (count // 10, lambda: of(book(chance, path), partial(read_file, path))),
        }
        for kind, (times, make) in kinds.items():
            told: Counter[str] = Counter()
            began = time.process_time()
            for _ in range(times):
                said, read = make()
                try:
                    told[read()] += 1
                except Exception:
                    print(f"{kind}: {said!r}", file=sys.stderr)
                    raise
            print(f"{kind}: {times:,} inputs, {dict(told)}, {time.process_time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
