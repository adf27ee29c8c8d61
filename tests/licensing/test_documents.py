"""Licences on paper: complete in both languages, the same bytes each time, and deaf to what a title says."""

import itertools
import re
import shutil
import subprocess
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing import documents, typesetting
from licensing.agreement_terms import Acceptance, AgreementTerms, Item
from licensing.money import Money

PAID_AT = datetime(2026, 11, 22, 14, 3, tzinfo=UTC)
BLUE_HOUR = Item(
    licence="L2026-00042",
    code="7KQM-2XPD-9RTW",
    verify_url="https://nachtregister.example/licences/7KQM-2XPD-9RTW",
    title="Blauw uur",
    reference="nr7k2m9x4p",
    address="https://nachtregister.example/id/nr7k2m9x4p",
    answers=(
        ("Waarvoor", "Documentaire"),
        ("Waar", "Europa"),
        ("Hoe lang", "5 jaar"),
        ("Hoeveel muziek", "Tot 30 seconden"),
    ),
    starts_on=date(2026, 11, 22),
    ends_on=date(2031, 11, 21),
    granted=(("Opname (master)", "Het archief heeft dit recht."),),
    not_granted=(("Compositie", "Aangesloten bij Buma/Stemra. Meld het gebruik daar."),),
    credit_line="Kwintet Joop Terwindt, Blauw uur (1958). Nachtregister, NR-0412.",
    net=Money(18050, "EUR"),
    who="Kwintet Joop Terwindt",
    makers="Joop Terwindt",
    personnel="Joop Terwindt, trompet; Lies Hogendoorn, piano",
    recorded="14 maart 1958",
    shelfmark="NR-0412",
    isrc="NL-A01-58-00412",
    part="van 1:05 tot 1:35",
    file="NR-0412.wav",
)
DUTCH = AgreementTerms(
    lang="nl",
    number="A2026-00017",
    code="7KQM-2XPD-9RTW",
    verify_url="https://nachtregister.example/licences/7KQM-2XPD-9RTW",
    issued_at=PAID_AT,
    licensor="Nachtregister",
    licensor_contact="archief@nachtregister.example",
    roles=(("owner", "Opname (master)"), ("representative", "Uitvoerenden")),
    licensee="Studio Lek",
    licensee_contact="noor@studiolek.example",
    licensee_country="Nederland",
    end_user="Omroep Noordwester",
    project="De haven slaapt niet",
    production_type="Documentaire",
    items=(BLUE_HOUR,),
    costs=(),
    taxes=(("Btw 21%", Money(3791, "EUR")),),
    net=Money(18050, "EUR"),
    gross=Money(21841, "EUR"),
    order_number="B2026-00051",
    paid_on=date(2026, 11, 22),
    acceptance=Acceptance(
        name="Noor van Lek",
        at=PAID_AT,
        address="https://nachtregister.example/nl/entries/nr7k2m9x4p/order",
        terms_version="2026-1",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
)
ENGLISH = replace(
    DUTCH,
    lang="en",
    items=(
        replace(
            BLUE_HOUR, answers=(("What for", "Documentary"), ("Where", "Europe"), ("How long", "5 years"))
        ),
    ),
    production_type="Documentary",
    taxes=(("VAT 21%", Money(3791, "EUR")),),
)
# Three pieces, the last of them with other rights, another use and a title that is too long for one line.
SEVERAL = replace(
    DUTCH,
    items=(
        BLUE_HOUR,
        replace(BLUE_HOUR, licence="L2026-00043", code="2222-3333-4444", title="Nachtboot"),
        replace(
            BLUE_HOUR,
            licence="L2026-00044",
            code="5555-6666-7777",
            title="Suite voor een stad die niet wil slapen, deel drie: de kade bij eb, met stoomfluit",
            answers=(("Waarvoor", "Podcast"), ("Waar", "Wereld")),
            ends_on=None,
            not_granted=(
                ("Compositie", "Aangesloten bij Buma/Stemra. Meld het gebruik daar."),
                ("Uitvoerenden", "Niet verleend. Vraag het de erven van Lies Hogendoorn voor je begint."),
            ),
            is_exclusive=True,
        ),
    ),
    costs=(("Zoeken naar de erven", Money(7500, "EUR")),),
)

needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="reads PDF with pdftotext (poppler)"
)


def text_of(pdf: bytes, tmp_path: Path, *options: str) -> str:
    """The words of a PDF, with single spaces."""
    file = tmp_path / "licence.pdf"
    file.write_bytes(pdf)
    read = subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, text=True, check=True)
    return " ".join(read.stdout.split())


def titled(title: str) -> AgreementTerms:
    return replace(DUTCH, items=(replace(BLUE_HOUR, title=title),))


def test_a_licence_is_an_archival_and_accessible_pdf() -> None:
    pdf = documents.render(DUTCH)

    assert pdf.startswith(b"%PDF-1.7")
    for mark in (b"<pdfaid:part>2", b"<pdfaid:conformance>A", b"<pdfuaid:part>1", b"/Lang(nl)"):
        assert mark in pdf


@pytest.mark.parametrize("terms", [DUTCH, ENGLISH], ids=["nl", "en"])
def test_the_same_terms_give_the_same_bytes(terms: AgreementTerms) -> None:
    assert documents.render(terms) == documents.render(terms)


def test_other_terms_give_other_bytes() -> None:
    assert documents.render(DUTCH) != documents.render(replace(DUTCH, code="7KQM-2XPD-9RTX"))


def test_both_languages_say_the_same_things() -> None:
    dutch, english = (
        tomllib.loads((typesetting.TEMPLATES / f"licence.{lang}.toml").read_text(encoding="utf-8"))
        for lang in ("nl", "en")
    )

    assert dutch.keys() == english.keys()
    assert dutch["labels"].keys() == english["labels"].keys()
    assert [(s["key"], len(s.get("text", ()))) for s in dutch["section"]] == [
        (s["key"], len(s.get("text", ()))) for s in english["section"]
    ]


@needs_pdftotext
@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (
            DUTCH,
            [
                "Licentie",
                "22 november 2026",
                "21 november 2031",
                "€ 180,50",
                "€ 37,91",
                "€ 218,41",
                "Btw 21%",
            ],
        ),
        (
            ENGLISH,
            ["Licence", "22 November 2026", "21 November 2031", "€180.50", "€37.91", "€218.41", "VAT 21%"],
        ),
    ],
    ids=["nl", "en"],
)
def test_a_licence_says_all_that_was_agreed(terms: AgreementTerms, words: list[str], tmp_path: Path) -> None:
    text = text_of(documents.render(terms), tmp_path)

    (item,), accepted = terms.items, terms.acceptance
    agreed = [
        terms.number,
        terms.code,
        terms.verify_url,
        terms.licensor,
        terms.licensor_contact,
        terms.licensee,
    ]
    agreed += [terms.licensee_contact, terms.end_user, terms.project, terms.production_type, item.licence]
    agreed += [answer for _question, answer in item.answers]
    agreed += [
        item.title,
        item.who,
        item.makers,
        item.isrc,
        item.part,
        item.personnel,
        item.recorded,
        item.shelfmark,
        item.reference,
        item.address,
    ]
    agreed += [item.file, item.credit_line, terms.order_number, accepted.name, accepted.sha256[:32]]
    agreed += [word for pair in (*item.granted, *item.not_granted) for word in pair]
    assert [word for word in agreed + words if word not in text] == []


@needs_pdftotext
def test_page_one_is_the_summary_in_plain_words(tmp_path: Path) -> None:
    page = text_of(documents.render(DUTCH), tmp_path, "-l", "1")

    assert "Studio Lek mag “Blauw uur” gebruiken in “De haven slaapt niet”" in page
    assert "Je mag Gebruiken voor: documentaire, Europa, 5 jaar, Tot 30 seconden" in page
    assert "Je mag niet Los verkopen" in page
    assert "kunstmatige intelligentie" in page
    assert "Betaald € 218,41" in page
    assert "Looptijd 22 november 2026 – 21 november 2031" in page
    assert "Na afloop Niet opnieuw uitbrengen" in page
    assert "Zelf regelen Compositie" in page
    assert "7KQM-2XPD-9RTW" in page


@needs_pdftotext
def test_a_licence_without_end_and_without_open_rights_says_so(tmp_path: Path) -> None:
    terms = replace(DUTCH, items=(replace(BLUE_HOUR, ends_on=None, not_granted=()),))

    text = text_of(documents.render(terms), tmp_path)

    assert "onbeperkt, vanaf 22 november 2026" in text
    assert "Er is niets waarvoor je nog bij een ander moet zijn." in text


@needs_pdftotext
@pytest.mark.parametrize(
    "title",
    [
        '#import "x"',
        "*[",
        "$x$ _a_ `b` <lab> @ref // c",
        "{contact} {number}",
        "#sys.inputs",
        "\\u{41}",
        "= Kop",
        "- een lijst",
    ],
)
def test_markup_in_a_title_is_printed_as_it_is(title: str, tmp_path: Path) -> None:
    text = text_of(documents.render(titled(title)), tmp_path)

    assert text.count(title) >= 3  # on the ticket, in the summary, among the terms
    assert f"mag “{title}” gebruiken" in text


@needs_pdftotext
@pytest.mark.parametrize(
    ("title", "printed"),
    [
        ("Dvořák Тест Ελλάδα", "Dvořák Тест Ελλάδα"),
        ("夜港", "[U+591C][U+6E2F]"),
        ("Nacht 🎺", "Nacht [U+1F3BA]"),
        ("Nacht\x00\x1bwerk", "Nachtwerk"),
        ("Nacht\ud800werk", "Nachtwerk"),
        ("Nacht\nwerk", "Nacht werk"),
        ("gnp.\u202eexe", "gnp.exe"),
    ],
)
def test_a_title_in_any_script_is_printed_or_named_by_its_code_points(
    title: str, printed: str, tmp_path: Path
) -> None:
    assert f"mag “{printed}” gebruiken" in text_of(documents.render(titled(title)), tmp_path)


@needs_pdftotext
def test_page_one_stays_one_page_however_long_the_names(tmp_path: Path) -> None:
    crowd = "; ".join(f"Musicus {number}, tenorsaxofoon" for number in range(60))
    terms = replace(
        titled("Suite voor een stad die niet wil slapen " * 12),
        licensee="Stichting " * 40,
        project="Een lange werktitel " * 20,
    )
    (item,) = terms.items

    pdf = documents.render(
        replace(terms, items=(replace(item, who=crowd, personnel=crowd, credit_line=crowd),))
    )

    first, all_pages = text_of(pdf, tmp_path, "-l", "1"), text_of(pdf, tmp_path)
    assert first.endswith(f"{DUTCH.verify_url}")
    assert "De afspraken" not in first
    assert "Musicus 59" in all_pages


@settings(max_examples=12)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_makes_a_licence(title: str, project: str) -> None:
    pdf = documents.render(replace(titled(title), project=project))

    assert pdf.startswith(b"%PDF-1.7")


@needs_pdftotext
def test_an_agreement_about_several_pieces_names_each_with_its_licence(tmp_path: Path) -> None:
    text = text_of(documents.render(SEVERAL), tmp_path)

    for item in SEVERAL.items:
        assert item.title in text
        assert item.licence in text
        assert item.code in text
    assert "Zoeken naar de erven € 75,00" in text_of(documents.render(SEVERAL), tmp_path, "-raw")
    assert "3 stukken" in text_of(documents.render(SEVERAL), tmp_path, "-l", "1")


@needs_pdftotext
def test_what_is_the_same_for_several_pieces_is_said_once(tmp_path: Path) -> None:
    text = text_of(documents.render(SEVERAL), tmp_path, "-raw")

    withheld = text[text.index("Regel ze zelf voor je begint") : text.index("Inkorten, monteren")]
    assert withheld.count("Buma/Stemra") == 2
    assert withheld.index("Voor stuk 1–2") < withheld.index("Voor stuk 3") < withheld.index("Lies Hogendoorn")
    assert text.count("Het archief heeft dit recht.") == 1


@needs_pdftotext
def test_a_licence_for_advertising_does_not_forbid_advertising(tmp_path: Path) -> None:
    advertising = replace(DUTCH, items=(replace(BLUE_HOUR, is_advertising=True),))

    assert "Gebruik in reclame is niet inbegrepen" in text_of(documents.render(DUTCH), tmp_path)
    assert "reclame" not in text_of(documents.render(advertising), tmp_path)


needs_pdfinfo = pytest.mark.skipif(
    shutil.which("pdfinfo") is None, reason="reads the structure of a PDF with pdfinfo (poppler)"
)


def structure_of(pdf: bytes, tmp_path: Path, *options: str) -> str:
    """What a reader for the blind is told: title, tags, headings, texts of pictures."""
    file = tmp_path / "licence.pdf"
    file.write_bytes(pdf)
    read = subprocess.run(["pdfinfo", *options, str(file)], capture_output=True, check=True)
    return read.stdout.decode("utf-8", "replace")


@needs_pdfinfo
@pytest.mark.parametrize("terms", [DUTCH, ENGLISH, SEVERAL], ids=["nl", "en", "several"])
def test_headings_go_down_one_level_at_a_time_and_the_square_has_a_text(
    terms: AgreementTerms, tmp_path: Path
) -> None:
    pdf = documents.render(terms)

    told = structure_of(pdf, tmp_path)
    tree = structure_of(pdf, tmp_path, "-struct")

    assert re.search(r"^Tagged: +yes$", told, re.MULTILINE)
    assert re.search(rf"^Title: +\S+ {terms.number}$", told, re.MULTILINE)
    levels = [int(level) for level in re.findall(r"^ *H(\d)\b", tree, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert len(re.findall(r"^ *Figure", tree, re.MULTILINE)) == 1
    assert b"/Alt(QR" in pdf


@needs_pdftotext
def test_the_sections_are_read_in_their_order(tmp_path: Path) -> None:
    text = text_of(documents.render(SEVERAL), tmp_path, "-raw")

    words = tomllib.loads((typesetting.TEMPLATES / "licence.nl.toml").read_text(encoding="utf-8"))
    at = text.index(words["terms_heading"])
    for number, section in enumerate(words["section"], 1):
        at = text.index(f"{number} {section['heading']}", at)
