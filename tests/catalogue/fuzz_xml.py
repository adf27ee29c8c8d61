"""Mutated XML, thrown at the readers and the plans: what raises anything but a refusal, and how much memory it takes.

`python -m tests.catalogue.fuzz_xml DATA --count 100000`, with the folder of real data; a seed makes a run repeatable.
"""

import copy
import random
import resource
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

import click

from archive.errors import Invalid
from catalogue.importing import plan, readers, survey

MOST = 6_000  # bytes of a small file
WORDS = [
    *(
        "<",
        ">",
        "&",
        "'",
        '"',
        "]]>",
        "<![CDATA[",
        "&#0;",
        "&#xD800;",
        "&lt;",
        "&nbsp;",
        "<!--",
        "-->",
        "<?x ?>",
    ),
    *(
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "\0",
        "\ufeff",
        "\u202e",
        "é",
        "漢",
        "\ud7ff",
        "9" * 40,
        "-1",
        "0:00",
        "99:99:99",
    ),
    *(
        "A1 to",
        "$",
        ",",
        "[",
        "]",
        " (2)",
        "19--",
        "[197-?]",
        "0000-00-00",
        "xmlns='x'",
        "id=''",
        "<release>",
        "</release>",
    ),
]
Mutation = Callable[[random.Random, bytes], bytes]


@click.command(help=__doc__)
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option("--count", default=100_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(data: Path, count: int, seed: int) -> None:
    """Throw `count` files."""
    chance, seeds = random.Random(seed), seeds_of(data)
    began, outcomes = time.process_time(), Counter[str]()
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mutated.xml"
        for at in range(count):
            path.write_bytes(mutated(chance, chance.choice(seeds)))
            outcomes[thrown(path)] += 1
            if at % 10_000 == 9_999:
                click.echo(f"{at + 1:,} files, {time.process_time() - began:.0f} s, {dict(outcomes)}")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) / 1024
    click.echo(
        f"{count:,} files, {dict(outcomes)}, {time.process_time() - began:.0f} s, memory grew by {grown:.0f} MB"
    )


def seeds_of(data: Path) -> list[bytes]:
    """Cut the real files into small ones of a record each."""
    found = [path.read_bytes() for path in sorted((data / "interchange" / "pbcore").glob("*.xml"))]
    found += _records(
        data / "interchange" / "marc" / "oclc_100.xml", b"<record>", b"</record>", b"collection"
    )
    found += _records(
        data / "recordings" / "discogs_jazz_releases_cb.xml", b"<release id", b"</release>", b"releases"
    )
    return [seed for seed in found if len(seed) <= MOST]


def mutated(chance: random.Random, seed: bytes) -> bytes:
    """Change a file in one to six places; every other one so that it stays well formed."""
    if chance.random() < 0.5:
        return rearranged(chance, seed)
    for _ in range(chance.randint(1, 6)):
        seed = chance.choice(MUTATIONS)(chance, seed)
    return seed[: 4 * MOST]


def rearranged(chance: random.Random, seed: bytes) -> bytes:
    """Take elements out, double, move, rename them and give them other words; it stays well-formed XML."""
    root = ElementTree.fromstring(seed)  # noqa: S314 (a real file of our own)
    for _ in range(chance.randint(1, 8)):
        around = chance.choice([each for each in root.iter() if len(each)] or [root])
        at, among = chance.randrange(len(around) or 1), list(root.iter())
        one, other = chance.choice(among), chance.choice(among)
        what = chance.randrange(6)
        if what == 0 and len(around):
            del around[at]
        elif what == 1 and len(around):
            around.insert(at, copy.deepcopy(around[at]))
        elif what == 2 and len(around):
            other.append(copy.deepcopy(around[at]))
        elif what == 3:
            one.tag = other.tag
        elif what == 4 and one.attrib:
            one.attrib[chance.choice(list(one.attrib))] = _word(chance)
        else:
            one.text = _word(chance)
    text: bytes = ElementTree.tostring(root, encoding=chance.choice(["utf-8", "us-ascii", "utf-16"]))
    return text


def thrown(path: Path) -> str:
    """Read and plan a file; say what became of it. Anything but a refusal is raised."""
    try:
        with survey.taken(readers.look(path), None) as surveyed:
            for key in surveyed.sessions:
                plan.group(surveyed.mapping, surveyed.rows_of(key)).head.digest  # noqa: B018
            return "read, with rejections" if surveyed.rejected else "read"
    except Invalid as refusal:
        return f"refused: {refusal.message[:30]}"


def _records(path: Path, begins: bytes, ends: bytes, around: bytes) -> list[bytes]:
    whole = path.read_bytes()
    parts = whole.split(begins)[1:]
    return [
        b"<" + around + b">" + begins + part.split(ends)[0] + ends + b"</" + around + b">" for part in parts
    ]


def _word(chance: random.Random) -> str:
    kept = [letter for letter in chance.choice(WORDS) * chance.choice([1, 1, 1, 40]) if letter.isprintable()]
    return "".join(kept)


def _flip(chance: random.Random, seed: bytes) -> bytes:
    at = chance.randrange(max(1, len(seed)))
    return seed[:at] + bytes([chance.randrange(256)]) + seed[at + 1 :]


def _cut(chance: random.Random, seed: bytes) -> bytes:
    one, other = sorted(chance.randrange(len(seed) + 1) for _ in range(2))
    return seed[:one] + seed[min(other, one + 200) :]


def _double(chance: random.Random, seed: bytes) -> bytes:
    one, other = sorted(chance.randrange(len(seed) + 1) for _ in range(2))
    return seed[:other] + seed[one:other][:500] + seed[other:]


def _insert(chance: random.Random, seed: bytes) -> bytes:
    at = chance.randrange(len(seed) + 1)
    return seed[:at] + chance.choice(WORDS).encode("utf-8", "surrogatepass") + seed[at:]


def _reword(chance: random.Random, seed: bytes) -> bytes:
    """Put something else between two marks, so that the file stays well formed."""
    at = seed.find(b">", chance.randrange(len(seed) + 1))
    ends = seed.find(b"<", at)
    if at < 0 or ends < 0:
        return seed
    word = chance.choice(WORDS).replace("<", "").replace("&", "").replace("\0", "")
    return seed[: at + 1] + word.encode("utf-8", "surrogatepass") + seed[ends:]


def _rename(chance: random.Random, seed: bytes) -> bytes:
    """Give all elements of one name another one."""
    name = chance.choice([part.split(b">")[0].split(b" ")[0] for part in seed.split(b"</")[1:]] or [b"x"])
    return seed.replace(name, chance.choice([b"x", b"title", b"artist", b"datafield", b"name", name[::-1]]))


def _recode(chance: random.Random, seed: bytes) -> bytes:
    return seed.decode("utf-8", "replace").encode(
        chance.choice(["utf-16", "utf-16-le", "latin-1", "utf-8-sig"]), "replace"
    )


MUTATIONS: list[Mutation] = [
    _flip,
    _cut,
    _double,
    _insert,
    _insert,
    _reword,
    _reword,
    _reword,
    _reword,
    _rename,
    _recode,
]

if __name__ == "__main__":
    main()
