"""Citations whatever a title, a name or a date holds: BibTeX whose braces balance, RIS of whole lines, safe markup."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.citing import bibtex, ris, styles

Item = dict[str, Any]

NASTY = st.text(
    st.one_of(
        st.sampled_from("{}\\\"%$#&_~^@,;:\r\n\t\x00\x0b\x0c\x1c\x85\u2028\u2029\ud800<>'“” .-aé漢🎷"),
        st.characters(),
    ),
    min_size=1,
    max_size=40,
)
NAME = st.one_of(
    st.builds(lambda text: {"literal": text}, NASTY),
    st.builds(lambda f, g, p: {"family": f, "given": g, "non-dropping-particle": p}, NASTY, NASTY, NASTY),
)
DAY = st.tuples(st.integers(1500, 2099), st.integers(1, 12), st.integers(1, 28)).map(list)
DATE = st.one_of(
    st.none(),
    NASTY.map(lambda text: {"literal": text}),
    st.lists(
        st.one_of(DAY, DAY.map(lambda parts: parts[:2]), DAY.map(lambda parts: parts[:1])),
        min_size=1,
        max_size=2,
    ).map(lambda parts: {"date-parts": parts, "circa": True}),
    DAY.map(lambda parts: {"date-parts": [parts[:1]], "season": parts[1] % 4 + 1}),
)


@st.composite
def items(draw: st.DrawFn) -> Item:
    made: Item = {
        "id": "nrk0r93zb03w1",
        "type": "song",
        "title": draw(NASTY),
        "author": draw(st.lists(NAME, max_size=25)),
        "performer": draw(st.lists(NAME, max_size=3)),
        "genre": draw(NASTY),
        "event-place": draw(NASTY),
        "archive": draw(NASTY),
        "archive_location": draw(NASTY),
        "version": "3",
        "URL": "https://example.org/id/nrk0r93zb03w1?version=3",
        "accessed": {"date-parts": [[2026, 11, 22]]},
    }
    issued = draw(DATE)
    return made | ({"issued": issued} if issued else {})


def depth(text: str) -> list[int]:
    """How many braces are open after each sign, as BibTeX counts them: a backslash changes nothing."""
    found, open_now = [], 0
    for sign in text:
        open_now += {"{": 1, "}": -1}.get(sign, 0)
        found.append(open_now)
    return found


def unescaped(text: str) -> str:
    """Read back what `bibtex.escape` wrote."""
    for sign, written in bibtex._WORDS.items():
        if written.startswith("{"):
            text = text.replace(written, {"{": "\x01", "}": "\x02", "\\": "\x03"}.get(sign, sign))
    text = re.sub(r"\\([$&#%_])", r"\1", text)
    return text.replace("\x01", "{").replace("\x02", "}").replace("\x03", "\\")


@given(items())
def test_the_braces_of_bibtex_balance(item: Item) -> None:
    written = bibtex.write([item])

    levels = depth(written)
    assert min(levels) >= 0
    assert levels[-1] == 0
    # The entry is closed once, at its end: nothing inside has ended it before.
    assert levels.index(0, written.index("{")) == written.rindex("}")


@given(NASTY)
def test_what_is_escaped_for_tex_reads_as_it_was(text: str) -> None:
    assert unescaped(bibtex.escape(text)) == bibtex.clean(text)


@given(items())
def test_a_field_of_bibtex_takes_one_line(item: Item) -> None:
    lines = bibtex.write([item]).rstrip("\n").split("\n")

    assert lines[0] == "@misc{nrk0r93zb03w1,"
    assert lines[-1] == "}"
    assert all(re.fullmatch(r"  [a-z]+ = (\{.*\}|[a-z]{3}),", line) for line in lines[1:-1])


@given(items())
def test_authors_of_bibtex_are_as_many_as_there_are(item: Item) -> None:
    found = re.search(r"^  author = \{(.*)\},$", bibtex.write([item]), re.MULTILINE)
    written = found[1] if found else ""

    levels = depth(written)
    outside = "".join(sign for sign, level in zip(written, levels, strict=True) if level == 0)
    assert (outside.count(" and ") + 1 if written else 0) == len(item["author"])


@given(st.lists(items(), min_size=1, max_size=3))
def test_every_line_of_ris_is_a_tag_and_a_value(listed: list[Item]) -> None:
    written = ris.write(listed)

    records = written.split("ER  - \r\n\r\n")
    assert records.pop() == ""
    assert len(records) == len(listed)
    for record in records:
        lines = record.removesuffix("\r\n").split("\r\n")
        assert lines[0].startswith("TY  - ")
        assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - \S.*", line) for line in lines)
        assert len(record.splitlines()) == len(lines), "no other sign ends a line either"


@pytest.mark.parametrize("write", [styles.apa, styles.chicago, styles.chicago_note])
@given(item=items(), lang=st.sampled_from(["nl", "en"]))
def test_a_citation_for_reading_is_safe_and_names_title_and_address(
    write: Any, item: Item, lang: str
) -> None:
    shown = str(write(item, lang))

    without = re.sub(r'<i>|</i>|<a href="[^"<>]*">|</a>', "", shown)
    assert "<" not in without
    assert ">" not in without
    assert item["URL"] in shown


TERWINDT = {"family": "Terwindt", "given": "Joop Jan-Willem"}
RHIJN = {"family": "Rhijn", "given": "Coba", "non-dropping-particle": "van"}
TRIO = {"literal": "Trio Ten Have"}
PLAIN: Item = {
    "id": "nrk0r93zb03w1",
    "type": "song",
    "title": "Blauw uur",
    "author": [TERWINDT],
    "issued": {"date-parts": [[1958, 3, 14]]},
    "genre": "Concert recording",
    "archive": "Nachtregister",
    "archive_location": "NR-0412",
    "version": "3",
    "URL": "https://example.org/id/x?version=3",
    "accessed": {"date-parts": [[2026, 11, 2]]},
}
ADDRESS = '<a href="https://example.org/id/x?version=3">https://example.org/id/x?version=3</a>'


@pytest.mark.parametrize(
    ("changed", "lang", "expected"),
    [
        ({}, "en", "Terwindt, J. J.-W. (1958, March 14). <i>Blauw uur</i> [Concert recording]."),
        ({}, "nl", "Terwindt, J. J.-W. (1958, 14 maart). <i>Blauw uur</i> [Concert recording]."),
        ({"author": [RHIJN]}, "en", "van Rhijn, C. (1958, March 14)."),
        ({"author": [TRIO]}, "en", "Trio Ten Have. (1958, March 14)."),
        ({"author": [TERWINDT, RHIJN]}, "en", "Terwindt, J. J.-W., &amp; van Rhijn, C. (1958"),
        ({"author": [TRIO] * 21}, "en", "Trio Ten Have, … Trio Ten Have. (1958"),
        (
            {"author": []},
            "en",
            "<i>Blauw uur</i> [Concert recording]. (1958, March 14). Nachtregister (NR-0412).",
        ),
        ({"issued": None}, "en", "(n.d.)."),
        ({"issued": None}, "nl", "(z.d.)."),
        ({"issued": {"date-parts": [[1958]], "circa": True}}, "en", "(ca. 1958)."),
        ({"issued": {"date-parts": [[1958, 3], [1959]]}}, "en", "(1958, March – 1959)."),
        ({"issued": {"date-parts": [[1961]], "season": 1}}, "en", "(1961, spring)."),
        ({"issued": {"literal": "in the fifties"}}, "en", "(in the fifties)."),
    ],
)
def test_apa(changed: Item, lang: str, expected: str) -> None:
    assert expected in str(styles.apa(PLAIN | changed, lang))


def test_chicago_in_a_bibliography() -> None:
    two = PLAIN | {"author": [RHIJN, TERWINDT], "event-place": "De Kade, Delft"}

    assert str(styles.chicago(two, "en")) == (
        "Rhijn, Coba van, and Joop Jan-Willem Terwindt. “Blauw uur.” Concert recording. March 14, 1958. "
        f"De Kade, Delft. NR-0412. Nachtregister. {ADDRESS}."
    )


def test_chicago_in_a_note() -> None:
    assert str(styles.chicago_note(PLAIN | {"author": [RHIJN]}, "nl")) == (
        "Coba van Rhijn, “Blauw uur,” concert recording, 14 maart 1958, NR-0412, Nachtregister, "
        + ADDRESS
        + "."
    )
    four = PLAIN | {"author": [TRIO] * 4}
    assert str(styles.chicago_note(four, "en")).startswith("Trio Ten Have et al., “Blauw uur,” concert")


def test_chicago_of_a_picture() -> None:
    picture = PLAIN | {"type": "graphic", "author": [], "genre": "Photograph"}

    assert str(styles.chicago(picture, "en")).startswith(
        "<i>Blauw uur</i>. Photograph. March 14, 1958. NR-0412."
    )
    assert str(styles.chicago_note(picture, "en")).startswith(
        "<i>Blauw uur</i>, photograph, March 14, 1958, NR"
    )


def test_a_season_begins_its_sentence_with_a_capital() -> None:
    spring = PLAIN | {"issued": {"date-parts": [[1961]], "season": 1}}

    assert "Concert recording. Voorjaar 1961. NR-0412." in str(styles.chicago(spring, "nl"))


def test_a_title_that_asks_is_not_stopped_twice() -> None:
    assert "“Wie dan?” Concert" in str(styles.chicago(PLAIN | {"title": "Wie dan?"}, "en"))


def test_bibtex() -> None:
    assert bibtex.write([PLAIN | {"author": [RHIJN, TRIO], "title": "50% {Blauw}"}]) == (
        "@misc{nrk0r93zb03w1,\n"
        "  author = {van Rhijn, Coba and {Trio Ten Have}},\n"
        "  title = {{50\\% {\\textbraceleft}Blauw{\\textbraceright}}},\n"
        "  year = {1958},\n"
        "  howpublished = {Concert recording},\n"
        "  note = {Nachtregister, NR-0412, version 3},\n"
        "  url = {https://example.org/id/x?version=3},\n"
        "  month = mar,\n"
        "  urldate = {2026-11-02},\n"
        "}\n"
    )


def test_ris() -> None:
    assert ris.write([PLAIN | {"author": [RHIJN]}]).split("\r\n") == [
        "TY  - SOUND",
        "ID  - nrk0r93zb03w1",
        "AU  - van Rhijn, Coba",
        "TI  - Blauw uur",
        "PY  - 1958",
        "DA  - 1958/03/14/",
        "M3  - Concert recording",
        "AV  - Nachtregister, NR-0412",
        "DB  - Nachtregister",
        "N1  - Version 3",
        "UR  - https://example.org/id/x?version=3",
        "Y2  - 2026/11/02/",
        "ER  - ",
        "",
        "",
    ]
