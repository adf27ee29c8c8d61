"""Documents: what stands in an agreement, in Dutch or English. An agreement once issued never changes.

The words of each language lie in `templates/documents/licence.<lang>.toml`, where the archive's adviser can read
them; `document_tables` joins them with what was agreed and `typesetting` prints the whole.
"""

import io
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import segno

from licensing import document_tables, typesetting
from licensing.agreement_terms import AgreementTerms

_INK = "#14151c"
_NAME = re.compile(r"\{(\w+)\}")
_OF_ONE_LICENCE = ("credit", "acceptance")  # say nothing without its tables


def render(terms: AgreementTerms, font_dirs: Sequence[Path] = ()) -> bytes:
    """Print an agreement as PDF; the same terms and faces give the same bytes."""
    return typesetting.print_pdf("licence.typ", _data(terms), terms.issued_at, font_dirs)


def terms_in_common(lang: str, parties: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Return what every agreement says, by heading; `parties` fills in the names (licensor, licensee, contact)."""
    return [
        (
            section["heading"],
            [_NAME.sub(lambda name: parties.get(name[1], name[0]), text) for text in section["text"]],
        )
        for section in _words(lang)["section"]
        if "text" in section and section["key"] not in _OF_ONE_LICENCE
    ]


def _words(lang: str) -> dict[str, Any]:
    path = typesetting.TEMPLATES / f"licence.{lang}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _data(terms: AgreementTerms) -> dict[str, Any]:
    words = _words(terms.lang)
    return {
        "lang": terms.lang,
        "words": words,
        "trial": words["trial"] if terms.is_test else "",
        "fill": document_tables.fill(terms, words),
        "qr": _qr(terms.verify_url),
        "summary": document_tables.summary(terms, words),
        "groups": document_tables.groups(terms, words),
        "omitted": ["advertising"] if any(item.is_advertising for item in terms.items) else [],
    }


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, dark=_INK, xmldecl=False)
    return drawn.getvalue().decode()
